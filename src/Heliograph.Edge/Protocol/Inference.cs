using Heliograph.Edge.Answers;
using Heliograph.Edge.Intake;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Telemetry;
using Heliograph.Wording;

namespace Heliograph.Edge.Protocol;

/// <summary>What the two halves of the Open Inference Protocol share: names, checks, and the path through the batcher.</summary>
sealed class Inference(PairSet pairs, Batcher batcher, EdgeMetrics metrics)
{
    public const string SymbolsName = "symbols";
    public const string Datatype = "FP32", Platform = "onnxruntime_onnx", Version = "1", ClassesParameter = "classes";

    public static readonly string[] Extensions = ["binary_tensor_data"];

    /// <summary>True when every pair is warm and work is accepted.</summary>
    public bool Ready { get; set; }

    /// <summary>Finds the pair that a request names.</summary>
    /// <exception cref="InferError">There is none, or not with that version.</exception>
    public EdgePair Pair(string name, string? version)
    {
        if (!pairs.TryGet(name, out var pair))
            throw InferError.Unknown($"there is no pair '{Shown.Of(name)}'; {Known()}");
        if (!string.IsNullOrEmpty(version) && version != Version)
            throw InferError.Unknown($"pair '{pair.Name}' has no version '{Shown.Of(version)}', only {Version}");
        return pair;
    }

    /// <summary>Checks an input's description.</summary>
    /// <exception cref="InferError">It is not what the pair reads, or is too large to be accepted.</exception>
    public InputShape Check(EdgePair pair, string? name, string? datatype, ReadOnlySpan<long> shape, in Condition condition)
    {
        if (name != SymbolsName)
            throw InferError.Invalid($"pair '{pair.Name}' reads one input, '{SymbolsName}', not '{Shown.Of(name)}'");
        long columns = shape is [_, var second] ? second : 0;
        if (datatype != Datatype)
            throw InferError.Invalid($"input '{SymbolsName}' is {Datatype}, not '{Shown.Of(datatype)}'");
        if (shape.Length != 2 || shape[0] < 1 || !(pair.Modes?.Symbols.Any(symbols => symbols == columns) ?? columns == pair.Symbols))
            throw InferError.Invalid($"input '{SymbolsName}' of pair '{pair.Name}' has the shape [n, {Counts(pair)}] with n ≥ 1, not [{string.Join(", ", shape.ToArray())}]");
        var (mode, snr) = condition.Of(pair, (int)columns);
        if (shape[0] > batcher.Capacity)
            throw InferError.TooLarge($"{shape[0]} vectors are more than the server queues ({batcher.Capacity}); send fewer at a time");
        int rows = (int)shape[0];
        // What is computed of them is one array, and as bytes another.
        if ((long)rows * Math.Max(pair.InputLength, pair.OutputLength) > Array.MaxLength / sizeof(float))
            throw InferError.TooLarge($"{rows} vectors take more memory than one request may; send fewer at a time");
        return new(rows, mode, snr);
    }

    /// <summary>Rents work for an input whose values are there.</summary>
    /// <exception cref="InferError">The pair is out of service.</exception>
    public static RequestWork Rent(EdgePair pair, in InputShape input)
    {
        if (!pair.TryUse())
            throw InferError.Busy($"pair '{pair.Name}' has just been replaced; send the request again", "replaced");
        return RequestWork.Rent(pair, input.Rows, input.Mode, input.Snr);
    }

    /// <summary>Checks that a requested output exists.</summary>
    public static void CheckOutput(EdgePair pair, string? name)
    {
        string[] names = OutputTensor.NamesOf(pair);
        if (!names.Contains(name))
            throw InferError.Invalid($"pair '{pair.Name}' has the outputs {string.Join(", ", names[..^1])} and {names[^1]}, not '{Shown.Of(name)}'");
    }

    /// <summary>Computes the work's output; it is finite.</summary>
    /// <exception cref="InferError">The queue is full, the server is stopping, a symbol or a value of the output is not finite, or the computation failed.</exception>
    public async ValueTask Compute(RequestWork work, string protocol, string caller)
    {
        work.Flow = new(protocol, caller);
        if (Values.AnyNotFinite(work.Symbols.AsSpan(0, work.SymbolCount)))
            throw InferError.Invalid("every symbol must be a finite number");
        work.Prepare();
        if (!work.Pair.Ready)
            throw InferError.Busy($"pair '{work.Pair.Name}' is being loaded", "loading");
        switch (batcher.Add(work))
        {
            case Admission.Full:
                throw QueueFull();
            case Admission.Closed:
                throw InferError.Busy("the server is stopping", "stopping");
        }
        long acceptedAt = work.AcceptedAt;
        try
        {
            await work.Completion;
        }
        catch (DisplacedException)
        {
            throw QueueFull();
        }
        catch (Exception e)
        {
            throw InferError.Failed($"the computation failed: {e.Message}");
        }
        finally
        {
            batcher.Answered(work);
        }
        if (Values.AnyNotFinite(work.Answer))
            throw InferError.Invalid("the symbols are so large that the result is not finite; their mean power should be close to 1");
        metrics.Answered(protocol, acceptedAt);
    }

    static string Counts(EdgePair pair) => pair.Modes is { } modes ? string.Join(" or ", modes.Symbols) : $"{pair.Symbols}";

    InferError QueueFull() => InferError.Busy($"the queue is full: {Plural.Of(batcher.Capacity, "vector")} waiting; try again later", "queue-full");

    string Known() => pairs.All.Count <= 20 ? $"the pairs are {string.Join(", ", pairs.All.Select(pair => pair.Name))}" : $"there are {pairs.All.Count} others";
}
