namespace Heliograph.Networks;

/// <summary>How the codes of BottleNet and BottleNet++ change the size of a map.</summary>
public static class SpatialReduction
{
    /// <summary>The stride that is meant.</summary>
    /// <param name="map">The map at the split point.</param>
    /// <param name="stride">1, 2, or null for 2 where height and width can be halved.</param>
    /// <exception cref="UsageException">The map cannot be halved.</exception>
    public static int StrideOf(Shape map, int? stride) => stride != 2 || CanHalve(map) ? stride ?? (CanHalve(map) ? 2 : 1)
        : throw new UsageException($"a map of {map} cannot be halved in height and width");

    /// <summary>True where height and width are even.</summary>
    public static bool CanHalve(Shape map) => map.Height % 2 == 0 && map.Width % 2 == 0;

    /// <summary>The map that the code sends.</summary>
    public static Shape Reduced(Shape map, int channels, int? stride) =>
        StrideOf(map, stride) is var by && channels >= 1 ? new(channels, map.Height / by, map.Width / by) : throw new UsageException($"the encoder needs at least 1 channel, not {channels}");
}
