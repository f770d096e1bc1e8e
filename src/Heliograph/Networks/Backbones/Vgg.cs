namespace Heliograph.Networks;

/// <summary>
/// The VGG family (Simonyan and Zisserman, 2014) with batch norm after every convolution, five blocks of 3×3 convolutions each closed
/// by a 2×2 pooling (<c>pool1</c> … <c>pool5</c>), and the paper's classifier 512-512-classes (section 2.2).
/// </summary>
public static class Vgg
{
    static readonly int[] Widths = [64, 128, 256, 512, 512];

    static readonly Dictionary<int, int[]> Convolutions = new()
    {
        [11] = [1, 1, 2, 2, 2],
        [13] = [2, 2, 2, 2, 2],
        [16] = [2, 2, 3, 3, 3],
        [19] = [2, 2, 4, 4, 4],
    };

    /// <summary>The member of the family with so many layers, for the catalogue.</summary>
    internal static BackboneBuilder Of(int depth) => (classes, input, width, dropout) => Build(depth, classes, input, width, dropout);

    /// <summary>Describes a VGG.</summary>
    /// <param name="depth">11, 13, 16 or 19 layers with weights.</param>
    /// <param name="classes">Number of outputs, at least 2.</param>
    /// <param name="input">Shape of the image, at least 32 pixels high and wide.</param>
    /// <param name="width">Factor on the number of filters and features, above 0; 1 is the paper's.</param>
    /// <param name="dropout">Rate after each hidden layer of the classifier, in [0, 1); 0 leaves the layers out, as the paper does.</param>
    /// <exception cref="UsageException">A value is out of its range.</exception>
    public static Network Build(int depth, int classes, Shape input, double width = 1, double dropout = 0)
    {
        if (!Convolutions.TryGetValue(depth, out var counts))
            throw new UsageException($"there is no VGG of depth {depth}; known are {string.Join(", ", Convolutions.Keys)}");
        if (classes < 2)
            throw new UsageException($"a classifier needs at least 2 classes, not {classes}");
        if (input.Height < 32 || input.Width < 32)
            throw new UsageException($"five poolings need an image of at least 32×32 pixels, not {input.Height}×{input.Width}");
        if (!(width > 0 && width <= 16))
            throw new UsageException($"the width must be above 0 and at most 16, not {width}");
        if (!(dropout >= 0 && dropout < 1))
            throw new UsageException($"the dropout rate must be at least 0 and below 1, not {dropout}");

        int Scaled(int n) => Backbones.Scaled(n, width);
        int hidden = Scaled(512);
        return Build(input, [.. counts.Select((count, block) => Enumerable.Repeat(Scaled(Widths[block]), count).ToArray())], [hidden, hidden], classes, dropout);
    }

    /// <summary>Describes a network of the family's form with any widths.</summary>
    /// <param name="input">Shape of the image.</param>
    /// <param name="blocks">Filters of the convolutions before each pooling.</param>
    /// <param name="hidden">Features of the classifier's hidden layers.</param>
    /// <param name="classes">Number of outputs.</param>
    /// <param name="dropout">Rate after each hidden layer; 0 leaves the layers out.</param>
    internal static Network Build(Shape input, IReadOnlyList<IReadOnlyList<int>> blocks, IReadOnlyList<int> hidden, int classes, double dropout)
    {
        var layers = new List<Layer>();
        string last = Network.InputName;
        void Add(Func<string, Layer> make, string name)
        {
            layers.Add(make(last));
            last = name;
        }

        for (int block = 0; block < blocks.Count; block++)
        {
            for (int i = 0; i < blocks[block].Count; i++)
            {
                string id = $"{block + 1}_{i + 1}";
                int filters = blocks[block][i];
                Add(from => new Convolution($"conv{id}", [from], filters), $"conv{id}");
                Add(from => new BatchNorm($"bn{id}", [from]), $"bn{id}");
                Add(from => new Relu($"relu{id}", [from]), $"relu{id}");
            }
            Add(from => new MaxPool($"pool{block + 1}", [from]), $"pool{block + 1}");
        }
        Add(from => new Flatten("flatten", [from]), "flatten");
        for (int i = 1; i <= hidden.Count; i++)
        {
            int features = hidden[i - 1];
            Add(from => new Linear($"fc{i}", [from], features), $"fc{i}");
            Add(from => new Relu($"relu_fc{i}", [from]), $"relu_fc{i}");
            if (dropout > 0)
                Add(from => new Dropout($"dropout{i}", [from], (float)dropout), $"dropout{i}");
        }
        Add(from => new Linear($"fc{hidden.Count + 1}", [from], classes), $"fc{hidden.Count + 1}");
        return new Network(input, layers);
    }
}
