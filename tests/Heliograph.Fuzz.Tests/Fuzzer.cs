using System.Diagnostics;
using System.Text;
using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests;

/// <summary>An input that a reader neither read nor refused as documented, within its bounds.</summary>
sealed class FuzzFault(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a reader did with its inputs.</summary>
/// <param name="Inputs">How many there were.</param>
/// <param name="Read">How many were read; the others were refused.</param>
/// <param name="Kinds">Kinds of refusals that were seen, by their words.</param>
/// <param name="Allocated">The most bytes that one input made it allocate.</param>
/// <param name="Longest">The longest that one input took.</param>
/// <param name="Growth">By how many bytes the process grew.</param>
sealed record FuzzResult(long Inputs, long Read, int Kinds, long Allocated, TimeSpan Longest, long Growth)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Inputs:N0} inputs, {Read:N0} read, {Kinds} kinds of refusals; at most {Allocated / 1048576.0:0.0} MiB and {Longest.TotalMilliseconds:0} ms an input; the process grew by {Growth >> 20} MiB");
}

/// <summary>
/// Gives a reader changed inputs and holds it to its bounds. The same seed gives the same inputs. An input that is refused in words that were not
/// seen before joins those that are changed further.
/// </summary>
sealed class Fuzzer(Target target, ulong seed)
{
    const int MostKept = 512, LongestKept = 1 << 16, MostLetters = 80, StackBytes = 1 << 20, FirstInputs = 2000;

    static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2), MostWaiting = TimeSpan.FromMinutes(2);

    readonly List<byte[]> pool = [.. target.Corpus];
    readonly HashSet<int> kinds = [];
    readonly long start = Stopwatch.GetTimestamp();
    long inputs, read, allocated, growth, first;
    TimeSpan longest;
    Exception? failure;

    // Of the input that is being read, for the watch.
    byte[] current = [];
    long begun;
    TimeSpan cpuBegun;

    /// <summary>Runs so many inputs, or as many as the time allows.</summary>
    /// <param name="count">How many.</param>
    /// <param name="within">The most time, or null.</param>
    /// <exception cref="FuzzFault">An input did harm; it is left in a file that the message names.</exception>
    public FuzzResult Run(long count, TimeSpan? within = null)
    {
        var thread = new Thread(() => Loop(count, within), StackBytes) { IsBackground = true, Name = $"fuzz {target.Name}" };
        thread.Start();
        while (!thread.Join(TimeSpan.FromMilliseconds(200)))
            Watch();
        if (failure is not null)
            throw failure;
        target.Finish(inputs);
        return new(inputs, read, kinds.Count, allocated, longest, growth);
    }

    /// <summary>Reads one input as <see cref="Run"/> does.</summary>
    public void Replay(byte[] input)
    {
        target.Place(input);
        Step(input);
    }

    void Loop(long count, TimeSpan? within)
    {
        try
        {
            foreach (byte[] whole in target.Corpus)
                Replay(target.Pack(whole, new RandomStream(seed, "whole")));
            if (read != target.Corpus.Count)
                throw new FuzzFault($"{target.Name}: {target.Corpus.Count - read} of the corpus are refused; it is none");
            for (long i = 0; i < count && !(Stopwatch.GetElapsedTime(start) > within); i++)
            {
                var random = new RandomStream(seed, target.Name, i);
                byte[] changed = target.Change(pool[random.NextInt(random.NextInt(2) == 0 ? target.Corpus.Count : pool.Count)], pool, random), input = target.Pack(changed, random);
                target.Place(input);
                if (Step(input) && changed.Length <= LongestKept && pool.Count < MostKept + target.Corpus.Count)
                    pool.Add(changed);
                if (i % FirstInputs == FirstInputs - 1)
                    CheckGrowth(input);
            }
        }
        catch (Exception e)
        {
            failure = e as FuzzFault ?? Fault("the fuzzer itself failed", e);
        }
        finally
        {
            Volatile.Write(ref begun, 0);
        }
    }

    /// <summary>Reads an input; true when it was refused in new words.</summary>
    bool Step(byte[] input)
    {
        bool isNew = false;
        current = input;
        cpuBegun = Environment.CpuUsage.TotalTime;
        long before = GC.GetAllocatedBytesForCurrentThread(), from = Stopwatch.GetTimestamp();
        Volatile.Write(ref begun, from);
        try
        {
            target.Read(input);
            read++;
        }
        catch (Exception e) when (target.Refuses(e))
        {
            isNew = kinds.Add(Words(e));
        }
        catch (Exception e)
        {
            throw Fault($"{e.GetType().Name}: {e.Message}", e);
        }
        finally
        {
            Volatile.Write(ref begun, 0);
        }
        TimeSpan took = Stopwatch.GetElapsedTime(from);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        inputs++;
        allocated = Math.Max(allocated, bytes);
        if (bytes > target.MostAllocated(input.Length))
            throw Fault($"{bytes} bytes were allocated, {target.MostAllocated(input.Length)} are allowed");
        // On a busy machine the clock says little: what counts is the processor's time.
        if (took > TimeSpan.FromMilliseconds(20) && Environment.CpuUsage.TotalTime - cpuBegun is var cpu && cpu < took)
            took = cpu;
        if (took > longest)
            longest = took;
        if (took > MostTime)
            throw Fault($"{took.TotalSeconds:0.0} s of the processor, {MostTime.TotalSeconds} are allowed");
        return isNew;
    }

    /// <summary>Ends the run when an input is being read for too long: it hangs.</summary>
    void Watch()
    {
        long from = Volatile.Read(ref begun);
        if (from == 0)
            return;
        TimeSpan took = Stopwatch.GetElapsedTime(from), cpu = Environment.CpuUsage.TotalTime - cpuBegun;
        if ((took > 2 * MostTime && cpu > 2 * MostTime) || took > MostWaiting)
        {
            byte[] input = current;
            if (Volatile.Read(ref begun) == from)
                throw Fault($"not done after {took.TotalSeconds:0} s, {cpu.TotalSeconds:0} of them of the processor", null, input);
        }
    }

    void CheckGrowth(byte[] input)
    {
        long now = Environment.WorkingSet;
        if (first == 0)
            first = now;
        if (now - first > target.MostGrowth)
        {
            // What the collector has not given back yet is no growth.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            now = Environment.WorkingSet;
        }
        growth = Math.Max(growth, now - first);
        if (growth > target.MostGrowth)
            throw Fault($"the process grew by {growth >> 20} MiB over {inputs} inputs", null, input);
    }

    FuzzFault Fault(string what, Exception? inner = null, byte[]? input = null)
    {
        string path = Path.Combine(Path.GetTempPath(), $"heliograph-fuzz-{target.Name}-{seed}-{inputs}.bin");
        File.WriteAllBytes(path, input ?? current);
        return new FuzzFault($"{target.Name}, input {inputs} of seed {seed}, kept in {path}: {what}", inner);
    }

    /// <summary>What kind of refusal it is: the words of the message, without what it quotes and counts.</summary>
    static int Words(Exception error)
    {
        var words = new StringBuilder(error.GetType().Name);
        bool quoted = false;
        // A file's name before it is another in each run.
        string message = error.Message;
        int colon = Path.IsPathRooted(message) ? message.IndexOf(": ", StringComparison.Ordinal) : -1;
        foreach (char letter in message.AsSpan(colon + 1))
        {
            if (words.Length > MostLetters)
                break;
            if (letter is '\'' or '"')
                quoted = !quoted;
            else if (!quoted && char.IsAsciiLetter(letter))
                words.Append(letter);
        }
        var hash = new HashCode();
        foreach (ReadOnlyMemory<char> chunk in words.GetChunks())
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(chunk.Span));
        return hash.ToHashCode();
    }
}
