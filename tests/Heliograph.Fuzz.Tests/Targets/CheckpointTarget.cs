using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>Checkpoints of a training, mostly with the right hash of themselves.</summary>
sealed class CheckpointTarget : FileTarget
{
    public CheckpointTarget()
    {
        Network encoder = JointCode.Encoder(new Shape(3, 4, 4), 2), decoder = JointCode.Decoder(new Shape(3, 4, 4), 2);
        var content = new CheckpointContent(new() { Step = "joint", Phase = 2, Epoch = 3, Batch = 17, Correct = 5, Seen = 9, MetricsSha256 = new('0', 64) }, [encoder, decoder],
            [Drawn.Weights(encoder, 1).Sources(), Drawn.Weights(decoder, 2).Sources()], Drawn.Weights(encoder, 3).Sources());
        (content with { Average = Drawn.Weights(encoder, 4).Sources() }).Save(Input);
        Corpus = [System.IO.File.ReadAllBytes(Input)];
    }

    public override string Name => "checkpoint";

    public override IReadOnlyList<byte[]> Corpus { get; }

    protected override string File => "joint.safetensors";

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random) => SafetensorsTarget.ChangeFile(origin, pool, random);

    public override byte[] Pack(byte[] changed, RandomStream random)
    {
        if (random.NextInt(8) == 0)
            return changed;
        using var file = new MemoryStream();
        file.Write(changed);
        try
        {
            Seal.Set(file);
        }
        catch (ArgumentException)
        {
            // The change took the place of the hash.
        }
        return file.ToArray();
    }

    public override void Read(byte[] input) => Checkpoint.Load(Input);

    public override bool Refuses(Exception error) => error is InvalidDataException;
}
