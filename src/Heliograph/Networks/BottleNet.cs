namespace Heliograph.Networks;

/// <summary>
/// BottleNet (Eshratifar, Esmaili and Pedram, 2019; the paper's [5]): the device reduces the channels and then the size of a map, and the edge restores them. Between them the
/// values are sent in 8 bits, as a JPEG file of the channels side by side.
/// </summary>
public static class BottleNet
{
    /// <summary>Convolution 1×1 to C channels → batch norm → ReLU, and where the size is reduced convolution 2×2 with stride 2 → batch norm → ReLU.</summary>
    /// <param name="map">The map at the split point.</param>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="stride">2 halves height and width, 1 keeps them; null: 2 where both can be halved.</param>
    /// <exception cref="UsageException"><paramref name="channels"/> is below 1, or the map cannot be reduced so.</exception>
    public static Network Encoder(Shape map, int channels, int? stride = null)
    {
        bool halves = SpatialReduction.StrideOf(map, stride) == 2;
        return new(map,
        [
            .. Unit(new Convolution("encoder.conv1", [Network.InputName], channels, Kernel: 1, Padding: 0)),
            .. halves ? Unit(new Convolution("encoder.conv2", ["encoder.relu1"], channels, Kernel: 2, Stride: 2, Padding: 0)) : [],
            new Flatten("encoder.values", [halves ? "encoder.relu2" : "encoder.relu1"]),
        ]);
    }

    /// <summary>Where the size was reduced transposed convolution 2×2 → batch norm → ReLU, and convolution 1×1 to the map's depth → batch norm → ReLU.</summary>
    /// <param name="map">The map to restore.</param>
    /// <param name="channels">C.</param>
    /// <param name="stride">The encoder's.</param>
    public static Network Decoder(Shape map, int channels, int? stride = null)
    {
        bool halves = SpatialReduction.StrideOf(map, stride) == 2;
        var code = SpatialReduction.Reduced(map, channels, stride);
        return new(new(code.Elements, 1, 1),
        [
            new Reshape("decoder.reshape", [Network.InputName], code.Channels, code.Height, code.Width),
            .. halves ? Unit(new TransposedConvolution("decoder.conv1", ["decoder.reshape"], channels)) : [],
            .. Unit(new Convolution("decoder.conv2", [halves ? "decoder.relu1" : "decoder.reshape"], map.Channels, Kernel: 1, Padding: 0)),
        ]);
    }

    static Layer[] Unit(Layer convolution)
    {
        string Named(string kind) => convolution.Name.Replace("conv", kind, StringComparison.Ordinal);
        return [convolution, new BatchNorm(Named("bn"), [convolution.Name]), new Relu(Named("relu"), [Named("bn")])];
    }
}
