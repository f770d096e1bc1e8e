namespace Heliograph.Networks;

/// <summary>
/// The shape of one image's feature map, without the batch dimension: channels × height × width.
/// A vector of n values is n × 1 × 1.
/// </summary>
public readonly record struct Shape(int Channels, int Height, int Width)
{
    /// <summary>Number of values: channels · height · width.</summary>
    public int Elements => checked(Channels * Height * Width);

    /// <summary>True for n × 1 × 1.</summary>
    public bool IsVector => Height == 1 && Width == 1;

    /// <summary>(channels, height, width) as a shape.</summary>
    public static implicit operator Shape((int Channels, int Height, int Width) size) => new(size.Channels, size.Height, size.Width);

    /// <summary>For instance <c>64×32×32</c>, or <c>512</c> for a vector.</summary>
    public override string ToString() => IsVector ? $"{Channels}" : $"{Channels}×{Height}×{Width}";
}
