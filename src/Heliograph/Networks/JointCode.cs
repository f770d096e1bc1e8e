namespace Heliograph.Networks;

/// <summary>
/// The paper's asymmetric autoencoder (section 2.3, figure 2), the joint source-channel code between the halves. The encoder is one
/// convolution, so that the device computes little; the decoder at the edge is deeper.
/// </summary>
public static class JointCode
{
    internal const string EncoderConvolution = "encoder.conv", DecoderOutput = "decoder.prelu2";

    /// <summary>
    /// Convolution 3×3 stride 2 → GDN → PReLU → power normalisation. If the map is one value high or wide (after <c>pool5</c>), stride 1.
    /// </summary>
    /// <param name="map">The map at the split point.</param>
    /// <param name="channels">C, the encoder's filters; B = C × the encoder's output size.</param>
    /// <exception cref="UsageException"><paramref name="channels"/> is below 1.</exception>
    public static Network Encoder(Shape map, int channels)
    {
        if (channels < 1)
            throw new UsageException($"the encoder needs at least 1 channel, not {channels}");
        return new(map,
        [
            new Convolution(EncoderConvolution, [Network.InputName], channels, Stride: Stride(map)),
            new Gdn("encoder.gdn", [EncoderConvolution]),
            new PRelu("encoder.prelu", ["encoder.gdn"]),
            new PowerNormalization("encoder.power", ["encoder.prelu"]),
        ]);
    }

    /// <summary>
    /// Convolution 3×3 → IGDN → PReLU → upsampling to the map's size → convolution 3×3 to the map's depth → batch norm → PReLU.
    /// Reads the B received symbols and restores the map. The first convolution keeps the code's C channels.
    /// </summary>
    /// <param name="map">The map to restore.</param>
    /// <param name="channels">C, the encoder's filters.</param>
    public static Network Decoder(Shape map, int channels)
    {
        var encoder = Encoder(map, channels);
        var code = encoder.ShapeOf("encoder.prelu");
        var layers = new List<Layer>
        {
            new Reshape("decoder.reshape", [Network.InputName], code.Channels, code.Height, code.Width),
            new Convolution("decoder.conv1", ["decoder.reshape"], channels),
            new Gdn("decoder.igdn", ["decoder.conv1"], Inverse: true),
            new PRelu("decoder.prelu1", ["decoder.igdn"]),
        };
        if (Stride(map) > 1)
            layers.Add(new Upsample("decoder.upsample", ["decoder.prelu1"], map.Height, map.Width));
        layers.AddRange(
        [
            new Convolution("decoder.conv2", [layers[^1].Name], map.Channels),
            new BatchNorm("decoder.bn", ["decoder.conv2"]),
            new PRelu(DecoderOutput, ["decoder.bn"]),
        ]);
        return new(encoder.Output, layers);
    }

    static int Stride(Shape map) => map.Height == 1 || map.Width == 1 ? 1 : 2;
}
