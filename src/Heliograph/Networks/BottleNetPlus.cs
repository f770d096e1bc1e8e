namespace Heliograph.Networks;

/// <summary>
/// BottleNet++ (Shao and Zhang, 2020; the paper's [6]): a light encoder whose batch norm and sigmoid bound the symbols. The plane with the noise level that it
/// stacks on the map is left out: with one level it is a constant, which the batch norm takes away again.
/// </summary>
public static class BottleNetPlus
{
    /// <summary>Convolution, 2×2 with stride 2 or 3×3 → batch norm → sigmoid → power normalisation, or the values from 0 to 1 as they are.</summary>
    /// <param name="map">The map at the split point.</param>
    /// <param name="channels">C, the encoder's filters; B = C × the encoder's output size.</param>
    /// <param name="stride">2 halves height and width, 1 keeps them; null: 2 where both can be halved.</param>
    /// <param name="power">What limits the symbols.</param>
    /// <exception cref="UsageException"><paramref name="channels"/> is below 1, or the map cannot be reduced so.</exception>
    public static Network Encoder(Shape map, int channels, int? stride = null, PowerConstraint power = PowerConstraint.Mean) => new(map,
    [
        SpatialReduction.StrideOf(map, stride) == 2 ? new Convolution("encoder.conv", [Network.InputName], channels, Kernel: 2, Stride: 2, Padding: 0) : new Convolution("encoder.conv", [Network.InputName], channels),
        new BatchNorm("encoder.bn", ["encoder.conv"]),
        new Sigmoid("encoder.sigmoid", ["encoder.bn"]),
        power == PowerConstraint.Mean ? new PowerNormalization("encoder.power", ["encoder.sigmoid"]) : new Flatten("encoder.symbols", ["encoder.sigmoid"]),
    ]);

    /// <summary>Transposed convolution 2×2, or convolution 3×3, to the map's depth → batch norm → ReLU.</summary>
    /// <param name="map">The map to restore.</param>
    /// <param name="channels">C, the encoder's filters.</param>
    /// <param name="stride">The encoder's.</param>
    public static Network Decoder(Shape map, int channels, int? stride = null)
    {
        var code = SpatialReduction.Reduced(map, channels, stride);
        return new(new(code.Elements, 1, 1),
        [
            new Reshape("decoder.reshape", [Network.InputName], code.Channels, code.Height, code.Width),
            SpatialReduction.StrideOf(map, stride) == 2 ? new TransposedConvolution("decoder.conv", ["decoder.reshape"], map.Channels) : new Convolution("decoder.conv", ["decoder.reshape"], map.Channels),
            new BatchNorm("decoder.bn", ["decoder.conv"]),
            new Relu("decoder.relu", ["decoder.bn"]),
        ]);
    }
}
