namespace Heliograph.Networks;

/// <summary>Describes a backbone.</summary>
/// <param name="classes">Number of outputs, at least 2.</param>
/// <param name="input">Shape of the image.</param>
/// <param name="width">Factor on the number of filters and features, above 0.</param>
/// <param name="dropout">Rate before the last layer, or after each hidden layer of the classifier; 0 leaves the layers out.</param>
/// <exception cref="UsageException">The image is too small.</exception>
public delegate Network BackboneBuilder(int classes, Shape input, double width, double dropout);

/// <summary>The backbones that an experiment can name.</summary>
public static class Backbones
{
    static readonly OrderedDictionary<string, BackboneBuilder> Known = new(StringComparer.Ordinal)
    {
        ["vgg11"] = Vgg.Of(11),
        ["vgg13"] = Vgg.Of(13),
        ["vgg16"] = Vgg.Of(16),
        ["vgg19"] = Vgg.Of(19),
        ["resnet8"] = ResNet.Of([1, 1, 1], [16, 32, 64]),
        ["resnet18"] = ResNet.Of([2, 2, 2, 2], [64, 128, 256, 512]),
        ["resnet20"] = ResNet.Of([3, 3, 3], [16, 32, 64]),
        ["resnet56"] = ResNet.Of([9, 9, 9], [16, 32, 64]),
        ["mobilenetv1"] = MobileNet.BuildV1,
        ["mobilenetv2"] = MobileNet.BuildV2,
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names => Known.Keys;

    /// <summary>Describes a backbone by its name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="classes">Number of outputs, at least 2.</param>
    /// <param name="input">Shape of the image.</param>
    /// <param name="width">Factor on the number of filters and features, above 0 and at most 16; 1 is the published network.</param>
    /// <param name="dropout">Rate of dropout in the classifier, in [0, 1); 0 leaves it out.</param>
    /// <exception cref="UsageException">There is no such backbone, or a value is out of its range.</exception>
    public static Network Build(string name, int classes, Shape input, double width = 1, double dropout = 0)
    {
        if (!Known.TryGetValue(name, out var build))
            throw new UsageException($"there is no network '{name}'; known are {string.Join(", ", Names)}");
        if (classes < 2)
            throw new UsageException($"a classifier needs at least 2 classes, not {classes}");
        if (!(width > 0 && width <= 16))
            throw new UsageException($"the width must be above 0 and at most 16, not {width}");
        if (!(dropout >= 0 && dropout < 1))
            throw new UsageException($"the dropout rate must be at least 0 and below 1, not {dropout}");
        return build(classes, input, width, dropout);
    }

    /// <summary>Filters at a width: rounded, at least one.</summary>
    internal static int Scaled(int filters, double width) => Math.Max(1, (int)Math.Round(filters * width));
}
