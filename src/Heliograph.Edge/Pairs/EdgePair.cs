using System.Text.Json;
using Heliograph.Networks;
using Heliograph.Pairs;

namespace Heliograph.Edge.Pairs;

/// <summary>A pair that the server runs: what is known of it, and its edge half as an inference session.</summary>
sealed class EdgePair : IDisposable
{
    EdgeSession? session;

    public EdgePair(Pair pair)
    {
        Id = pair.Id;
        Description = pair.Description;
        Folder = pair.Folder;
        Edge = pair.Edge;
        ClassesJson = JsonSerializer.Serialize(Description.Classes);
    }

    public PairId Id { get; }

    public string Name => Description.Name;

    public string Folder { get; }

    public PairDescription Description { get; }

    /// <summary>B.</summary>
    public int Symbols => Description.Symbols;

    /// <summary>Number of logits.</summary>
    public int ClassCount => Description.Classes.Count;

    /// <summary>The class names as a JSON array: the protocol's parameters are plain strings.</summary>
    public string ClassesJson { get; }

    /// <summary>The edge half, until <see cref="Open"/> has made a session of it.</summary>
    Model? Edge { get; set; }

    /// <summary>True when the session has run once.</summary>
    public bool Ready => Volatile.Read(ref session) is not null;

    /// <summary>Where batches are computed.</summary>
    public EdgeSession Session => session ?? throw new InvalidOperationException($"{Name} is not open");

    /// <summary>Makes the session and runs it once with one image and once with a full batch, so that no client waits for that.</summary>
    /// <exception cref="InvalidDataException">ONNX Runtime does not accept the edge half.</exception>
    public void Open(EdgeOptions options)
    {
        var opened = new EdgeSession(EdgeOnnx.Bytes(Edge!, this), Symbols, ClassCount, options);
        opened.Run(options.Batch);
        opened.Run(1);
        Edge = null;
        Volatile.Write(ref session, opened);
    }

    public void Dispose() => session?.Dispose();
}
