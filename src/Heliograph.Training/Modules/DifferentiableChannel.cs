using Heliograph.Channels;
using static TorchSharp.torch;

namespace Heliograph.Training.Modules;

/// <summary>
/// A channel as part of the training graph. Each draws its noise from libtorch's generator, which the training loop seeds anew for
/// every batch. To add one: implement this, and name it in <see cref="DifferentiableChannels"/>.
/// </summary>
public interface IDifferentiableChannel
{
    /// <summary>What the edge receives, differentiable in the symbols.</summary>
    /// <param name="symbols">[N, B], each row of mean power 1.</param>
    /// <param name="snr">P/σ² per real symbol, with P = 1 (docs/snr.md).</param>
    Tensor Transmit(Tensor symbols, Snr snr);
}

/// <summary>The differentiable channels by name.</summary>
public static class DifferentiableChannels
{
    /// <summary>The names that an experiment may give.</summary>
    public static IReadOnlyList<string> Names { get; } = ["awgn"];

    /// <summary>The channel of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static IDifferentiableChannel Create(string name) => name switch
    {
        "awgn" => new DifferentiableAwgn(),
        _ => throw Unknown(name),
    };

    /// <summary>The same channel on plain arrays, where each image's noise comes from a stream of its own.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static IChannel Simulated(string name) => name switch
    {
        "awgn" => new AwgnChannel(),
        _ => throw Unknown(name),
    };

    static UsageException Unknown(string name) => new($"channel.name: there is no channel '{name}'; known are {string.Join(", ", Names)}");
}

/// <summary>y = x + z, z ~ N(0, σ²), σ² = 1/SNR (section 2.1 of the paper).</summary>
public sealed class DifferentiableAwgn : IDifferentiableChannel
{
    /// <inheritdoc/>
    public Tensor Transmit(Tensor symbols, Snr snr)
    {
        using var scope = NewDisposeScope();
        // Drawn on the CPU so that a seed gives the same noise on every device.
        var noise = randn(symbols.shape).to(symbols.device);
        return symbols.add(noise, snr.NoiseDeviation).MoveToOuterDisposeScope();
    }
}
