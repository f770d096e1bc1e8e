namespace Heliograph.Networks;

/// <summary>
/// Deep joint source-channel coding of the image itself (Bourtsoulatze, Kurka and Gündüz, 2019, the paper's reference [7]): convolutions with PReLUs on both sides, a quarter
/// of the image's height and width between them. Where they have transposed convolutions, the decoder enlarges to the nearest neighbour and convolves. In layers, the code is that of
/// successive refinement (Kurka and Gündüz, 2019, [8]), with one decoder for all: what has not arrived is 0 (the "single decoder" of their DeepJSCC-l).
/// </summary>
static class ImageCode
{
    /// <summary>The layer that gives the image as it was restored.</summary>
    public const string RestoredLayer = "decoder.image";

    const int Filters = 32, Wide = 64;

    /// <summary>From image to symbols.</summary>
    /// <param name="image">Its shape.</param>
    /// <param name="channels">C; B = C × ⌈height/4⌉ × ⌈width/4⌉.</param>
    /// <param name="layers">Layers of equally many symbols, each of mean power one.</param>
    /// <param name="feedback">Whether the network also reads the image as the edge has restored it so far, as further channels (DeepJSCC-f, [9]).</param>
    /// <exception cref="UsageException"><paramref name="channels"/> cannot be divided into layers.</exception>
    public static Network Encoder(Shape image, int channels, int layers = 1, bool feedback = false)
    {
        if (channels < 1 || layers < 1 || channels % layers != 0)
            throw new UsageException(FormattableString.Invariant($"{channels} channels cannot be divided into {layers} layers of equally many"));
        return new(feedback ? image with { Channels = 2 * image.Channels } : image,
        [
            new Convolution("encoder.conv1", [Network.InputName], Filters, Kernel: 5, Stride: 2, Padding: 2),
            new PRelu("encoder.prelu1", ["encoder.conv1"]),
            new Convolution("encoder.conv2", ["encoder.prelu1"], Wide, Stride: 2),
            new PRelu("encoder.prelu2", ["encoder.conv2"]),
            new Convolution("encoder.conv3", ["encoder.prelu2"], Wide),
            new PRelu("encoder.prelu3", ["encoder.conv3"]),
            new Convolution("encoder.conv4", ["encoder.prelu3"], channels),
            new PowerNormalization("encoder.power", ["encoder.conv4"], layers == 1 ? null : [.. Enumerable.Repeat(channels / layers * ((image.Height + 3) / 4) * ((image.Width + 3) / 4), layers)]),
        ]);
    }

    /// <summary>From received symbols to the image.</summary>
    /// <param name="image">Its shape.</param>
    /// <param name="channels">C.</param>
    public static Network Decoder(Shape image, int channels)
    {
        var code = Encoder(image, channels).ShapeOf("encoder.conv4");
        return new(new(code.Elements, 1, 1),
        [
            new Reshape("decoder.reshape", [Network.InputName], code.Channels, code.Height, code.Width),
            new Convolution("decoder.conv1", ["decoder.reshape"], Wide),
            new PRelu("decoder.prelu1", ["decoder.conv1"]),
            new Convolution("decoder.conv2", ["decoder.prelu1"], Wide),
            new PRelu("decoder.prelu2", ["decoder.conv2"]),
            new Convolution("decoder.conv3", ["decoder.prelu2"], Wide),
            new PRelu("decoder.prelu3", ["decoder.conv3"]),
            new Upsample("decoder.upsample1", ["decoder.prelu3"], (image.Height + 1) / 2, (image.Width + 1) / 2),
            new Convolution("decoder.conv4", ["decoder.upsample1"], Filters),
            new PRelu("decoder.prelu4", ["decoder.conv4"]),
            new Upsample("decoder.upsample2", ["decoder.prelu4"], image.Height, image.Width),
            new Convolution(RestoredLayer, ["decoder.upsample2"], image.Channels, Kernel: 5, Padding: 2),
        ]);
    }

    /// <summary>True where an edge half restores the image.</summary>
    public static bool Restores(Network edge) => edge.Layers.Any(layer => layer.Name == RestoredLayer);

    /// <summary>Layers in which a device half sends to an edge half that restores the image; 1 to any other.</summary>
    public static int LayersOf(Network device, Network edge) => Restores(edge) && device.Layers is [.., PowerNormalization { Parts: { } parts }] ? parts.Count : 1;

    /// <summary>True where a device half reads images of that shape together with what the edge has restored so far.</summary>
    public static bool ReadsFeedback(Network device, Shape image) => device.Input == image with { Channels = 2 * image.Channels };

    /// <summary>
    /// What the device computes for an image: the encoder, or with feedback, which tells it what the edge has received, the encoder for each layer and between them the decoder.
    /// </summary>
    /// <param name="device">The device half.</param>
    /// <param name="edge">The edge half, which begins with the decoder.</param>
    /// <param name="image">Shape of the images.</param>
    public static long DeviceMacs(Network device, Network edge, Shape image)
    {
        long once = device.Cost().Macs;
        int layers = LayersOf(device, edge);
        return ReadsFeedback(device, image) ? layers * once + (layers - 1) * edge.SplitAfter(RestoredLayer).Device.Cost().Macs : once;
    }
}
