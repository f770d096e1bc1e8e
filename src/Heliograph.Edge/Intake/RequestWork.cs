using System.Buffers;
using System.Threading.Tasks.Sources;
using Heliograph.Edge.Pairs;
using Microsoft.Extensions.ObjectPool;

namespace Heliograph.Edge.Intake;

/// <summary>The vectors of one request. Pooled with its buffers: whoever rents it must await it once it is accepted, then return it.</summary>
sealed class RequestWork : Work, IValueTaskSource
{
    static readonly ObjectPool<RequestWork> Pool = new DefaultObjectPool<RequestWork>(new DefaultPooledObjectPolicy<RequestWork>(), 1024);

    ManualResetValueTaskSourceCore<bool> core = new() { RunContinuationsAsynchronously = true };

    /// <summary>Work with room for a number of vectors of a pair that is in use until <see cref="Return"/>; the caller fills <see cref="Work.Symbols"/>.</summary>
    public static RequestWork Rent(EdgePair pair, int rows)
    {
        var work = Pool.Get();
        work.Pair = pair;
        work.Rows = rows;
        work.Symbols = ArrayPool<float>.Shared.Rent(rows * pair.Symbols);
        work.Logits = ArrayPool<float>.Shared.Rent(rows * pair.ClassCount);
        return work;
    }

    /// <summary>Returns the buffers. Not while the batcher has the work.</summary>
    public void Return()
    {
        ArrayPool<float>.Shared.Return(Symbols);
        ArrayPool<float>.Shared.Return(Logits);
        Symbols = Logits = [];
        Taken = Computed = 0;
        Displaced = false;
        Flow = default;
        Failure = null;
        core.Reset();
        Pair.Release();
        Pair = null!;
        Pool.Return(this);
    }

    /// <summary>The logits, Rows × classes, once done.</summary>
    public ReadOnlySpan<float> Answer => Logits.AsSpan(0, Rows * Pair.ClassCount);

    /// <summary>Ends when the logits are ready; throws if the computation failed.</summary>
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
