using Heliograph.Channels;
using Heliograph.Codes;
using Heliograph.Training.Channels;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>What the edge half of an elastic pair reads, as tensors: <see cref="Modes.WriteEdgeInput"/> for a batch, through a channel.</summary>
static class ModeInputs
{
    /// <summary>Sends the first symbols of each image and puts the condition behind what arrives.</summary>
    /// <param name="modes">Of the pair.</param>
    /// <param name="channel">Between the halves.</param>
    /// <param name="symbols">[N, most symbols], the whole code of each image.</param>
    /// <param name="drawn">The mode of each image.</param>
    /// <param name="snrs">One for all, or one for each image.</param>
    /// <returns>[N, <see cref="Modes.EdgeInputLength"/>].</returns>
    public static Tensor Of(Modes modes, DifferentiableChannel channel, Tensor symbols, IReadOnlyList<Mode> drawn, IReadOnlyList<Snr> snrs)
    {
        using var scope = NewDisposeScope();
        int most = modes.MostSymbols;
        var sent = new float[drawn.Count * most];
        var conditions = new float[drawn.Count * modes.ConditionLength];
        for (int i = 0; i < drawn.Count; i++)
        {
            sent.AsSpan(i * most, drawn[i].Symbols).Fill(1);
            modes.WriteCondition(drawn[i], snrs[snrs.Count == 1 ? 0 : i], conditions.AsSpan(i * modes.ConditionLength, modes.ConditionLength));
        }
        var mask = Tensors.FromSpan<float>(sent, [drawn.Count, most], ScalarType.Float32).to(symbols.device);
        var condition = Tensors.FromSpan<float>(conditions, [drawn.Count, modes.ConditionLength], ScalarType.Float32).to(symbols.device);
        return cat([channel.Transmit(symbols, snrs) * mask, condition], 1).MoveToOuterDisposeScope();
    }
}
