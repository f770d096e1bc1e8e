namespace Heliograph.Networks;

/// <summary>
/// MobileNetV1 (Howard et al., 2017) and V2 (Sandler et al., 2018) for small images: the stem and, in V2, the second stage keep the resolution, as is usual
/// for CIFAR, so that the whole has a stride of 16 (V1) or 8 (V2) instead of 32. Blocks are named by their last layer, <c>block1</c>, <c>block2</c> …
/// </summary>
static class MobileNet
{
    static readonly (int Filters, int Stride)[] V1 =
        [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1)];

    // Expansion, filters, blocks, stride of the first of them.
    static readonly (int Expansion, int Filters, int Blocks, int Stride)[] V2 =
        [(1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    /// <summary>Blocks of a depthwise 3×3 and a pointwise convolution, each with batch norm and ReLU.</summary>
    /// <inheritdoc cref="BackboneBuilder"/>
    public static Network BuildV1(int classes, Shape input, double width, double dropout)
    {
        CheckSize(input, 16);
        var layers = new LayerList();
        int filters = Backbones.Scaled(32, width);
        layers.Normalised("0", Network.InputName, filters, kernel: 3);
        layers.Add(new Relu("relu0", [layers.Last]));
        for (int i = 0; i < V1.Length; i++)
        {
            layers.Normalised($"{i + 1}_dw", layers.Last, filters, kernel: 3, V1[i].Stride, groups: filters);
            layers.Add(new Relu($"relu{i + 1}_dw", [layers.Last]));
            filters = Backbones.Scaled(V1[i].Filters, width);
            layers.Normalised($"{i + 1}_pw", layers.Last, filters, kernel: 1);
            layers.Add(new Relu($"block{i + 1}", [layers.Last]));
        }
        return layers.Classify(input, classes, dropout);
    }

    /// <summary>Inverted residuals: 1×1 expansion and depthwise 3×3 with batch norm and ReLU6, a linear 1×1 projection, an addition where the shape stays.</summary>
    /// <inheritdoc cref="BackboneBuilder"/>
    public static Network BuildV2(int classes, Shape input, double width, double dropout)
    {
        CheckSize(input, 8);
        var layers = new LayerList();
        int filters = Backbones.Scaled(32, width), number = 0;
        layers.Normalised("0", Network.InputName, filters, kernel: 3);
        layers.Add(new Relu6("relu0", [layers.Last]));
        foreach (var (expansion, wide, blocks, stride) in V2)
        {
            for (int i = 0; i < blocks; i++)
            {
                int wanted = Backbones.Scaled(wide, width);
                Block(layers, ++number, filters, filters * expansion, wanted, i == 0 ? stride : 1);
                filters = wanted;
            }
        }
        layers.Normalised("last", layers.Last, Backbones.Scaled(1280, Math.Max(1, width)), kernel: 1);
        layers.Add(new Relu6("relu_last", [layers.Last]));
        return layers.Classify(input, classes, dropout);
    }

    static void Block(LayerList layers, int number, int channels, int expanded, int filters, int stride)
    {
        string from = layers.Last;
        if (expanded != channels)
        {
            layers.Normalised($"{number}_e", from, expanded, kernel: 1);
            layers.Add(new Relu6($"relu{number}_e", [layers.Last]));
        }
        layers.Normalised($"{number}_dw", layers.Last, expanded, kernel: 3, stride, groups: expanded);
        layers.Add(new Relu6($"relu{number}_dw", [layers.Last]));
        string dw = layers.Last;
        bool residual = stride == 1 && filters == channels;
        layers.Add(new Convolution($"conv{number}_p", [dw], filters, Kernel: 1, Padding: 0, Bias: false));
        // The block is named by its last layer.
        string projected = layers.Add(new BatchNorm(residual ? $"bn{number}_p" : $"block{number}", [layers.Last]));
        if (residual)
            layers.Add(new Add($"block{number}", [projected, from]));
    }

    static void CheckSize(Shape input, int least)
    {
        if (input.Height < least || input.Width < least)
            throw new UsageException($"the network needs an image of at least {least}×{least} pixels, not {input.Height}×{input.Width}");
    }
}
