namespace Heliograph.Experiments.Recipes;

/// <summary>Which networks carry the map at the split point from the device to the edge.</summary>
public enum CodeKind
{
    /// <summary>The paper's joint code (section 2.3).</summary>
    Joint,

    /// <summary>BottleNet++'s (the paper's [6]).</summary>
    BottleNetPlus,

    /// <summary>BottleNet's reduction and restoration, with JPEG between them (the paper's [5]).</summary>
    BottleNet,
}
