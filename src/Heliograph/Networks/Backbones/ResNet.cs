namespace Heliograph.Networks;

/// <summary>
/// Residual networks for small images (He et al., 2016, section 4.2): a 3×3 stem, stages of basic blocks (<c>block1</c>, <c>block2</c> …, each named by
/// its last ReLU), the first block of every stage but the first at stride 2; global average pooling. Where a block changes the shape its shortcut is a 1×1
/// convolution with a batch norm. ResNet-8 is that of MLPerf Tiny in this form; ResNet-18 that for ImageNet with the stem for small images.
/// </summary>
static class ResNet
{
    /// <summary>A member of the family.</summary>
    /// <param name="blocks">Blocks of each stage.</param>
    /// <param name="widths">Filters of each stage.</param>
    public static BackboneBuilder Of(int[] blocks, int[] widths) => (classes, input, width, dropout) =>
    {
        int least = 1 << (blocks.Length - 1);
        if (input.Height < least || input.Width < least)
            throw new UsageException($"{blocks.Length - 1} strides of 2 need an image of at least {least}×{least} pixels, not {input.Height}×{input.Width}");
        var layers = new LayerList();
        int filters = Backbones.Scaled(widths[0], width), number = 0;
        layers.Normalised("0", Network.InputName, filters, kernel: 3);
        layers.Add(new Relu("relu0", [layers.Last]));
        for (int stage = 0; stage < blocks.Length; stage++)
        {
            for (int i = 0; i < blocks[stage]; i++)
            {
                int wanted = Backbones.Scaled(widths[stage], width), stride = stage > 0 && i == 0 ? 2 : 1;
                Block(layers, ++number, wanted, stride, projects: stride > 1 || wanted != filters);
                filters = wanted;
            }
        }
        return layers.Classify(input, classes, dropout);
    };

    static void Block(LayerList layers, int number, int filters, int stride, bool projects)
    {
        string from = layers.Last;
        string shortcut = projects ? layers.Normalised($"{number}_s", from, filters, kernel: 1, stride) : from;
        layers.Normalised($"{number}_1", from, filters, kernel: 3, stride);
        layers.Add(new Relu($"relu{number}_1", [layers.Last]));
        layers.Normalised($"{number}_2", layers.Last, filters, kernel: 3);
        layers.Add(new Add($"add{number}", [layers.Last, shortcut]));
        layers.Add(new Relu($"block{number}", [layers.Last]));
    }
}
