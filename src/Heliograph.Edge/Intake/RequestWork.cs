using System.Buffers;
using System.Threading.Tasks.Sources;
using Heliograph.Channels;
using Heliograph.Codes;
using Heliograph.Edge.Pairs;
using Microsoft.Extensions.ObjectPool;

namespace Heliograph.Edge.Intake;

/// <summary>The vectors of one request. Pooled with its buffers: whoever rents it must await it once it is accepted, then return it.</summary>
sealed class RequestWork : Work, IValueTaskSource
{
    static readonly ObjectPool<RequestWork> Pool = new DefaultObjectPool<RequestWork>(new DefaultPooledObjectPolicy<RequestWork>(), 1024);

    ManualResetValueTaskSourceCore<bool> core = new() { RunContinuationsAsynchronously = true };

    Mode mode;
    Snr snr;

    /// <summary>Rows × the mode's symbols, or more; the caller fills them.</summary>
    public float[] Symbols { get; private set; } = [];

    /// <summary>By which the logits are divided before the softmax: that of an elastic pair's mode and SNR; of a pair with one mode, which is not told the SNR, that of its training.</summary>
    public float Temperature => Pair.Temperature(Pair.Modes is null ? null : snr.Decibels, mode);

    /// <summary>Number of symbols in use.</summary>
    public int SymbolCount => Rows * mode.Symbols;

    /// <summary>Work with room for a number of vectors of a pair that is in use until <see cref="Return"/>; the caller fills <see cref="Symbols"/>.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="rows">How many vectors.</param>
    /// <param name="mode">Their mode.</param>
    /// <param name="snr">The SNR at which an elastic pair decodes them.</param>
    public static RequestWork Rent(EdgePair pair, int rows, Mode mode, Snr snr)
    {
        var work = Pool.Get();
        work.Pair = pair;
        work.Rows = rows;
        (work.mode, work.snr) = (mode, snr);
        work.Symbols = ArrayPool<float>.Shared.Rent(rows * mode.Symbols);
        work.Input = pair.Modes is null ? work.Symbols : ArrayPool<float>.Shared.Rent(rows * pair.InputLength);
        work.Output = ArrayPool<float>.Shared.Rent(rows * pair.OutputLength);
        return work;
    }

    /// <summary>Writes what the edge half reads, once the symbols are there.</summary>
    public void Prepare()
    {
        if (Pair.Modes is not { } modes)
            return;
        for (int row = 0; row < Rows; row++)
            modes.WriteEdgeInput(Symbols.AsSpan(row * mode.Symbols, mode.Symbols), mode, snr, Input.AsSpan(row * Pair.InputLength, Pair.InputLength));
    }

    /// <summary>Returns the buffers. Not while the batcher has the work.</summary>
    public void Return()
    {
        ArrayPool<float>.Shared.Return(Symbols);
        if (Input != Symbols)
            ArrayPool<float>.Shared.Return(Input);
        ArrayPool<float>.Shared.Return(Output);
        Symbols = Input = Output = [];
        Taken = Computed = 0;
        Displaced = false;
        Flow = default;
        Failure = null;
        core.Reset();
        Pair.Release();
        Pair = null!;
        Pool.Return(this);
    }

    /// <summary>The logits or the embeddings, Rows × their values, once done.</summary>
    public ReadOnlySpan<float> Answer => Output.AsSpan(0, Rows * Pair.OutputLength);

    /// <summary>Ends when they are ready; throws if the computation failed.</summary>
    public ValueTask Completion => new(this, core.Version);

    public override void Done(Exception? failure)
    {
        if (failure is null)
            core.SetResult(true);
        else
            core.SetException(failure);
    }

    void IValueTaskSource.GetResult(short token) => core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}
