using Heliograph.Experiments.Records;
using Heliograph.Networks;

namespace Heliograph.Experiments.Tests.Records;

public sealed class CheckpointTests : IDisposable
{
    static readonly Shape Map = new(3, 4, 4);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    internal static Checkpoint Make(int epoch = 3, string step = "joint")
    {
        Network encoder = JointCode.Encoder(Map, 2), decoder = JointCode.Decoder(Map, 2);
        var momenta = Drawn.Weights(encoder, 5).Concat(Drawn.Weights(decoder, 6));
        return new(new() { Step = step, Phase = 2, Epoch = epoch, Batch = 17, LossSum = 0.1 + 0.2, Correct = 12345678901, Seen = 5, Seconds = 1.5, MetricsBytes = 99, Threads = 2, Computed = "fp32 on cpu" },
            [encoder, decoder], [Drawn.Weights(encoder, 1), Drawn.Weights(decoder, 2)], new(momenta), Drawn.Weights(encoder, 7));
    }

    internal static CheckpointContent Content(Checkpoint checkpoint) =>
        new(checkpoint.Position, checkpoint.Networks, [.. checkpoint.States.Select(state => state.Sources())], checkpoint.Momenta.Sources()) { Average = checkpoint.Average.Sources() };

    [Fact]
    public void What_is_saved_is_loaded_bit_for_bit()
    {
        var saved = Make();
        saved.States[0]["encoder.gdn.beta"].Values[0] = BitConverter.Int32BitsToSingle(0x00000001);
        saved.States[0]["encoder.gdn.beta"].Values[1] = -0f;
        string path = Path.Combine(folder.Path, "c.safetensors");
        Content(saved).Save(path);
        var loaded = Checkpoint.Load(path);
        Assert.Equal(saved.Position, loaded.Position);
        Assert.Equal(saved.Networks.Select(n => n.ToJson()), loaded.Networks.Select(n => n.ToJson()));
        foreach (var (expected, actual) in saved.States.Append(saved.Momenta).Append(saved.Average).Zip(loaded.States.Append(loaded.Momenta).Append(loaded.Average)))
        {
            Assert.Equal(expected.Keys, actual.Keys);
            foreach (string name in expected.Keys)
            {
                Assert.Equal(expected[name].Shape.ToArray(), actual[name].Shape.ToArray());
                Assert.Equal(expected[name].Values.Select(BitConverter.SingleToInt32Bits), actual[name].Values.Select(BitConverter.SingleToInt32Bits));
            }
        }
    }

    [Fact]
    public void Nothing_counted_stays_nothing()
    {
        var checkpoint = Make();
        string path = Path.Combine(folder.Path, "c.safetensors");
        Content(checkpoint with { Position = new() { Step = "autoencoder" } }).Save(path);
        Assert.Equal(new CheckpointPosition { Step = "autoencoder" }, Checkpoint.Load(path).Position);
    }

    [Fact]
    public void A_file_that_is_no_checkpoint_is_named()
    {
        string path = Path.Combine(folder.Path, "c.safetensors");
        var network = JointCode.Encoder(Map, 2);
        new Model(network, Drawn.Weights(network, 1)).Save(path);
        string message = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(path)).Message;
        Assert.StartsWith(path + ": not a checkpoint", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_torn_file_is_invalid_wherever_it_ends()
    {
        string path = Path.Combine(folder.Path, "c.safetensors");
        Content(Make()).Save(path);
        byte[] whole = File.ReadAllBytes(path);
        foreach (int length in Enumerable.Range(0, 40).Select(i => whole.Length * i / 40))
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => Checkpoint.Load(path)).Message, StringComparison.Ordinal);
        }
    }
}
