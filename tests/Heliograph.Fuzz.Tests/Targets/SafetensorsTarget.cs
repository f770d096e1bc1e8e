using System.Buffers.Binary;
using Heliograph.Networks;
using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>Safetensors files, with and without the description of a network.</summary>
sealed class SafetensorsTarget : FileTarget
{
    public SafetensorsTarget()
    {
        var network = JointCode.Encoder(new Shape(3, 4, 4), 2);
        var files = new List<byte[]>();
        foreach (WeightType type in Enum.GetValues<WeightType>())
        {
            using var stream = new MemoryStream();
            new Model(network, Drawn.Weights(network, 1)).Save(stream, new Dictionary<string, string> { ["note"] = "a text" }, type);
            files.Add(stream.ToArray());
        }
        Corpus = files;
    }

    public override string Name => "safetensors";

    public override IReadOnlyList<byte[]> Corpus { get; }

    protected override string File => "weights.safetensors";

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random) => ChangeFile(origin, pool, random);

    public override void Read(byte[] input) => Model.Load(Input);

    public override bool Refuses(Exception error) => error is InvalidDataException;

    /// <summary>Changes the header as the text that it is and says its length; or any byte.</summary>
    internal static byte[] ChangeFile(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random)
    {
        const int Prefix = sizeof(ulong);
        if (random.NextInt(4) == 0 || origin.Length < Prefix || BinaryPrimitives.ReadUInt64LittleEndian(origin) is var length && length > (ulong)(origin.Length - Prefix))
            return ByteChanges.Change(origin, pool, random);
        byte[] header = TextChanges.Change(origin[Prefix..(Prefix + (int)length)], pool, random);
        byte[] prefix = new byte[Prefix];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        return [.. prefix, .. header, .. origin.AsSpan(Prefix + (int)length)];
    }
}
