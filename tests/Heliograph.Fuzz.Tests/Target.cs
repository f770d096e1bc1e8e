using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests;

/// <summary>A reader of what comes from outside, and what it may do with an input: read it, or refuse it as documented, within its bounds.</summary>
abstract class Target : IDisposable
{
    /// <summary>Its name, for the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Small inputs that it reads, made by the project's own writers where there are any.</summary>
    public abstract IReadOnlyList<byte[]> Corpus { get; }

    /// <summary>The most bytes that reading one input may allocate in all, also what is freed at once.</summary>
    /// <param name="length">Bytes of the input.</param>
    public virtual long MostAllocated(int length) => (16L << 20) + 256L * length;

    /// <summary>The most bytes that the process may grow by over all inputs, native memory included.</summary>
    public virtual long MostGrowth => 512L << 20;

    /// <summary>A changed input.</summary>
    /// <param name="origin">One of <paramref name="pool"/>.</param>
    /// <param name="pool">Inputs to take pieces from.</param>
    /// <param name="random">Every choice.</param>
    public abstract byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random);

    /// <summary>What is read of a changed input: repaired, so that a first check does not hide what lies behind it, and packed.</summary>
    /// <param name="changed">What <see cref="Change"/> gave.</param>
    /// <param name="random">Every choice.</param>
    public virtual byte[] Pack(byte[] changed, RandomStream random) => changed;

    /// <summary>Prepares the reading of an input; not measured.</summary>
    public virtual void Place(byte[] input)
    {
    }

    /// <summary>Reads an input.</summary>
    /// <exception cref="Exception">Any that <see cref="Refuses"/> knows; all others are faults.</exception>
    public abstract void Read(byte[] input);

    /// <summary>True for what the reader's documentation says it throws for a bad input.</summary>
    public abstract bool Refuses(Exception error);

    /// <summary>Checks what must hold after all inputs.</summary>
    /// <param name="inputs">How many there were.</param>
    public virtual void Finish(long inputs)
    {
    }

    public void Dispose() => Close();

    /// <summary>Frees what it holds.</summary>
    protected virtual void Close()
    {
    }
}

/// <summary>A reader of files: inputs are written to a temporary folder, in memory where the system has such a place.</summary>
abstract class FileTarget : Target
{
    const string InMemory = "/dev/shm";

    protected FileTarget() => Folder = Directory.Exists(InMemory)
        ? Directory.CreateDirectory(Path.Combine(InMemory, $"heliograph-fuzz-{Guid.NewGuid():n}")).FullName
        : Directory.CreateTempSubdirectory("heliograph-fuzz-").FullName;

    /// <summary>The folder; nothing else is in it.</summary>
    protected string Folder { get; }

    /// <summary>Name of the file that holds the input.</summary>
    protected abstract string File { get; }

    /// <summary>Where the input lies.</summary>
    protected string Input => Path.Combine(Folder, File);

    public override void Place(byte[] input) => System.IO.File.WriteAllBytes(Input, input);

    protected override void Close() => Directory.Delete(Folder, recursive: true);
}
