using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests;

/// <summary>The short form: every reader for some seconds. The long one is the program (CONTRIBUTING.md).</summary>
public sealed class FuzzTests
{
    public static TheoryData<string> Names => [.. Readers.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Hostile_inputs_are_read_or_refused_within_bounds(string name)
    {
        using Target target = Readers.Open(name);
        // Only so many frames reach every branch.
        FuzzResult result = name == "frames" ? new Fuzzer(target, seed: 1).Run(150_000) : new Fuzzer(target, seed: 1).Run(10_000, TimeSpan.FromSeconds(4));
        Assert.True(result.Inputs > 200, $"{result}");
    }

    [Fact]
    public void A_reader_that_hangs_is_found()
    {
        bool hangs = true;
        string fault = Fault(() =>
        {
            while (Volatile.Read(ref hangs))
                Thread.SpinWait(100);
        });
        Volatile.Write(ref hangs, false);
        Assert.Contains("not done", fault);
    }

    [Fact]
    public void A_reader_that_takes_memory_is_found() => Assert.Contains("bytes were allocated", Fault(() => _ = new byte[64 << 20]));

    [Fact]
    public void A_reader_that_stumbles_is_found() => Assert.Contains("OverflowException", Fault(() => throw new OverflowException()));

    [Fact]
    public void A_corpus_that_is_refused_is_found() => Assert.Contains("it is none", Fault(() => throw new InvalidDataException()));

    static string Fault(Action read)
    {
        using var target = new Reader(read);
        return Assert.Throws<FuzzFault>(() => new Fuzzer(target, seed: 1).Run(10)).Message;
    }

    sealed class Reader(Action read) : Target
    {
        public override string Name => "self";

        public override IReadOnlyList<byte[]> Corpus { get; } = [[1, 2, 3]];

        public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random) => ByteChanges.Change(origin, pool, random);

        public override void Read(byte[] input) => read();

        public override bool Refuses(Exception error) => error is InvalidDataException;
    }
}
