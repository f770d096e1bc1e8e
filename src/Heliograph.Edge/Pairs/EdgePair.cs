using System.Text.Json;
using Heliograph.Codes;
using Heliograph.Edge.Options;
using Heliograph.Networks;
using Heliograph.Pairs;
using Microsoft.ML.OnnxRuntime;

namespace Heliograph.Edge.Pairs;

/// <summary>
/// A pair that the server runs: what is known about it, and its edge half as an inference session. It may be taken out of service at any time;
/// the session lives until its last user has released it.
/// </summary>
sealed class EdgePair
{
    EdgeSession? session;

    // One for being in service, one for each work.
    int uses = 1;

    /// <summary>Reads and verifies the edge half, and the gallery if there is one.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="version">How often its folder has been loaded, this time included.</param>
    /// <param name="loaded">When it was read.</param>
    /// <exception cref="InvalidDataException">The edge half or the gallery is damaged.</exception>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    public EdgePair(Pair pair, int version, DateTimeOffset loaded)
    {
        Loaded = loaded;
        Id = pair.Id;
        Version = version;
        Description = pair.Description;
        Folder = pair.Folder;
        Edge = pair.Edge;
        Gallery = pair.Gallery;
        ClassesJson = JsonSerializer.Serialize(Description.Classes);
    }

    public PairId Id { get; }

    /// <summary>1, plus one for each time the folder's pair has been replaced since the server started.</summary>
    public int Version { get; }

    /// <summary>When it was read.</summary>
    public DateTimeOffset Loaded { get; }

    public string Name => Description.Name;

    public string Folder { get; }

    public PairDescription Description { get; }

    /// <summary>B; the most that an elastic pair has.</summary>
    public int Symbols => Description.Symbols;

    /// <summary>The modes of an elastic pair, or null.</summary>
    public Modes? Modes => Description.Modes;

    /// <summary>Number of values that the edge half reads for one image.</summary>
    public int InputLength => Modes?.EdgeInputLength ?? Symbols;

    /// <summary>What a pair that retrieves compares its embeddings with; null for one that classifies.</summary>
    public Gallery? Gallery { get; }

    /// <summary>How many of the nearest images of its gallery an answer names; 0 for a pair that classifies.</summary>
    public int Neighbours => Description.Gallery?.Neighbours ?? 0;

    /// <summary>Number of values that the edge half gives for one image: logits, or an embedding's.</summary>
    public int OutputLength => Gallery?.Dimensions ?? ClassCount;

    /// <summary>Number of classes.</summary>
    public int ClassCount => Description.Classes.Count;

    /// <summary>By which the pair's logits are divided before the softmax (docs/edge.md): 1 if it was not calibrated.</summary>
    /// <param name="snrDb">P/σ² per real symbol in dB; null if unknown: then the middle of what it was trained for.</param>
    /// <param name="mode">In which the symbols were sent.</param>
    public float Temperature(double? snrDb, Mode mode)
    {
        if (Description.Calibration is not { } calibration)
            return 1;
        double at = snrDb ?? Description.Channel.SnrDb;
        return (float)(Modes is { } modes ? calibration.TemperatureAt(at, modes.Ratios[mode.Width], mode.Symbols) : calibration.TemperatureAt(at));
    }

    /// <summary>Of the images that are named wrongly in a mode, the share that all symbols put right; 1 if that is not known (<see cref="Calibration.CorrectableAt"/>).</summary>
    /// <param name="snrDb">P/σ² per real symbol in dB; null if unknown: then the middle of what it was trained for.</param>
    /// <param name="mode">In which the symbols were sent.</param>
    public double Correctable(double? snrDb, Mode mode) => Modes is { } modes && Description.Calibration is { } calibration
        ? calibration.CorrectableAt(snrDb ?? Description.Channel.SnrDb, modes.Ratios[mode.Width], mode.Symbols, modes.MostSymbols) : 1;

    /// <summary>The class names as a JSON array: the protocol's parameters are plain strings.</summary>
    public string ClassesJson { get; }

    /// <summary>True if the pair has a mode; a pair with one mode has width 0 with all symbols.</summary>
    public bool Has(Mode mode) => Modes?.Has(mode) ?? mode == new Mode(0, Symbols);

    /// <summary>The edge half, until <see cref="Open"/> has made a session of it.</summary>
    Model? Edge { get; set; }

    /// <summary>True when the session has run once.</summary>
    public bool Ready => Volatile.Read(ref session) is not null;

    /// <summary>True when nobody uses it any more or can use it.</summary>
    public bool Ended => Volatile.Read(ref uses) == 0;

    /// <summary>Where batches are computed.</summary>
    public EdgeSession Session => session ?? throw new InvalidOperationException($"{Name} is not open");

    /// <summary>Creates the session and runs it once with one image and once with a full batch, so that no client has to wait for that.</summary>
    /// <exception cref="InvalidDataException">ONNX Runtime does not accept the edge half, or cannot compute it.</exception>
    /// <exception cref="NotSupportedException">CUDA is requested but not available, or a layer cannot be written as ONNX.</exception>
    /// <exception cref="UsageException">A batch of the pair is larger than an array can be.</exception>
    public void Open(EdgeOptions options)
    {
        var opened = new EdgeSession(EdgeOnnx.Bytes(Edge!, this), InputLength, OutputLength, options);
        try
        {
            opened.Run(options.Batch);
            opened.Run(1);
        }
        catch (OnnxRuntimeException e)
        {
            opened.Dispose();
            throw new InvalidDataException($"{Folder}: ONNX Runtime cannot compute the edge half: {e.Message}", e);
        }
        Edge = null;
        Volatile.Write(ref session, opened);
    }

    /// <summary>Uses the session until <see cref="Release"/>; false when the pair is out of service.</summary>
    public bool TryUse()
    {
        for (int now = Volatile.Read(ref uses); now > 0;)
        {
            int seen = Interlocked.CompareExchange(ref uses, now + 1, now);
            if (seen == now)
                return true;
            now = seen;
        }
        return false;
    }

    /// <summary>Ends one use, or, once, the service.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref uses) == 0)
            session?.Dispose();
    }
}
