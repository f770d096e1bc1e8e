namespace Heliograph.Networks;

/// <summary>
/// A joint code of fully connected layers, as in joint transmission and recognition (Lee, Lin, Chen and Chang, 2019, the paper's reference [10]): for the features of the last
/// layers, which are few.
/// </summary>
static class DenseCode
{
    /// <summary>From features to symbols: one linear layer, so that the device computes little, and power normalisation.</summary>
    /// <param name="features">The map at the split point.</param>
    /// <param name="symbols">B.</param>
    /// <exception cref="UsageException"><paramref name="symbols"/> is below 1.</exception>
    public static Network Encoder(Shape features, int symbols)
    {
        if (symbols < 1)
            throw new UsageException($"the encoder needs at least 1 symbol, not {symbols}");
        return new(features,
        [
            new Flatten("encoder.flatten", [Network.InputName]),
            new Linear("encoder.dense", ["encoder.flatten"], symbols),
            new PowerNormalization("encoder.power", ["encoder.dense"]),
        ]);
    }

    /// <summary>From received symbols to features: a hidden layer as wide as they are many, and a second to them, each with a PReLU.</summary>
    /// <param name="features">The map to restore.</param>
    /// <param name="symbols">B.</param>
    public static Network Decoder(Shape features, int symbols) => new(new(symbols, 1, 1),
    [
        new Linear("decoder.dense1", [Network.InputName], features.Elements),
        new PRelu("decoder.prelu1", ["decoder.dense1"]),
        new Linear("decoder.dense2", ["decoder.prelu1"], features.Elements),
        new PRelu("decoder.prelu2", ["decoder.dense2"]),
        new Reshape("decoder.map", ["decoder.prelu2"], features.Channels, features.Height, features.Width),
    ]);
}
