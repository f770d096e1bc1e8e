using Heliograph.Networks;

namespace Heliograph.Evaluation.Choosing;

/// <summary>What a device half costs on the device, for one image. Null is unknown.</summary>
/// <param name="Macs">Multiply-accumulates, the encoder's included.</param>
/// <param name="Symbols">B; of schemes that send bits their mean number.</param>
/// <param name="RamBytes">Peak of 32-bit maps (<see cref="Cost.PeakActivationBytes"/>).</param>
/// <param name="FlashBytes">The weights, batch norms folded.</param>
public sealed record DeviceCost(long? Macs, double? Symbols, long? RamBytes, long? FlashBytes)
{
    /// <summary>Bytes of a 32-bit weight.</summary>
    public const int Bytes32 = sizeof(float);

    /// <summary>Of a device half.</summary>
    /// <param name="device">From image to symbols; batch norms folded or not.</param>
    /// <param name="bytesPerWeight">4, or 2 for 16-bit weights.</param>
    public static DeviceCost Of(Network device, int bytesPerWeight = Bytes32)
    {
        var folded = Folding.Folded(device);
        var cost = folded.Cost();
        return new(cost.Macs, device.Output.Elements, cost.PeakActivationBytes, WeightsOf(folded) * bytesPerWeight);
    }

    /// <summary>Number of weights of a network.</summary>
    public static long WeightsOf(Network network) => network.WeightSpecs().Sum(spec => (long)spec.Length);

    /// <summary>The largest of each: seeds of one experiment may differ where a budget decided what was removed.</summary>
    public static DeviceCost Largest(IReadOnlyCollection<DeviceCost> costs) => new(Largest(costs, cost => cost.Macs), costs.All(cost => cost.Symbols is not null) ? costs.Max(cost => cost.Symbols) : null,
        Largest(costs, cost => cost.RamBytes), Largest(costs, cost => cost.FlashBytes));

    static long? Largest(IReadOnlyCollection<DeviceCost> costs, Func<DeviceCost, long?> value) => costs.All(cost => value(cost) is not null) ? costs.Max(value) : null;
}
