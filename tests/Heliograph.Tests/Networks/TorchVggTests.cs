using System.Text;
using Heliograph.Networks;
using Heliograph.Statistics;

namespace Heliograph.Tests.Networks;

public sealed class TorchVggTests
{
    static readonly Shape Input = (3, 8, 12);

    // What torch.nn.Sequential numbers: two convolutions, a pooling, one convolution, a pooling; Linear, ReLU, Dropout, Linear.
    static readonly (string Name, int[] Shape)[] Arrays =
    [
        ("classifier.0.weight", [5, 24]), ("classifier.0.bias", [5]), ("classifier.3.weight", [7, 5]), ("classifier.3.bias", [7]),
        .. Convolution(0, 6, 3), .. Convolution(3, 2, 6), .. Convolution(7, 4, 2),
    ];

    static (string, int[])[] Convolution(int index, int filters, int channels) =>
    [
        ($"features.{index}.weight", [filters, channels, 3, 3]), ($"features.{index}.bias", [filters]),
        .. ((string[])["weight", "bias", "running_mean", "running_var"]).Select(array => ($"features.{index + 1}.{array}", new[] { filters })),
    ];

    static Weights Checkpoint(Func<string, bool>? without = null) => new(Arrays.Where(array => without?.Invoke(array.Name) != true)
        .Select((array, i) => KeyValuePair.Create(array.Name, Drawn(array.Shape, (ulong)i))));

    static WeightArray Drawn(int[] shape, ulong seed)
    {
        var random = new RandomStream(seed, "test");
        return new([.. shape], [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)random.NextGaussian())]);
    }

    [Fact]
    public void Layers_are_named_and_ordered_as_ours()
    {
        var checkpoint = Checkpoint();
        var model = TorchVgg.Read(checkpoint, Input);
        Assert.Equal(
            ["conv1_1", "bn1_1", "relu1_1", "conv1_2", "bn1_2", "relu1_2", "pool1", "conv2_1", "bn2_1", "relu2_1", "pool2", "flatten", "fc1", "relu_fc1", "fc2"],
            model.Network.Layers.Select(layer => layer.Name));
        Assert.Equal((Input, 7), (model.Network.Input, model.Network.Output.Elements));
        foreach (var (ours, theirs) in ((string, string)[])
            [("conv1_2.weight", "features.3.weight"), ("bn1_2.running_var", "features.4.running_var"), ("conv2_1.bias", "features.7.bias"), ("fc2.weight", "classifier.3.weight")])
            Assert.Same(checkpoint[theirs], model.Weights[ours]);
        Assert.Equal(checkpoint.Count, model.Weights.Count);
    }

    [Theory]
    [InlineData("features.4.running_mean", "'features.4.running_mean' is missing")]
    [InlineData("features.0", "a convolution is expected at features.0")]
    [InlineData("features.3", "a convolution is expected at features.3 or, after a pooling, features.4; the next one is features.7")]
    [InlineData("classifier", "a VGG has convolutions (features.N) and linear layers (classifier.N); the file has 3 and 0")]
    [InlineData("classifier.0.weight", "'classifier.0.weight' is missing")]
    public void A_missing_array_is_named(string missing, string says) => Refused(Checkpoint(name => name.StartsWith(missing, StringComparison.Ordinal)), Input, says);

    [Fact]
    public void What_does_not_belong_is_named()
    {
        Refused(Checkpoint().With("layer4.0.weight", Drawn([1], 1)), Input, "'layer4.0.weight' is not an array of torchvision's VGG");
        Refused(Checkpoint().With("features.2.bias", Drawn([1], 1)), Input, "'features.2.weight' is missing");
        Refused(Checkpoint().With("features.2.weight", Drawn([6], 1)), Input, "'features.2.weight' belongs to no layer");
        Refused(Checkpoint().With("classifier.0.weight", Drawn([5], 1)), Input, "'classifier.0.weight' is [5], where an array of 2 dimensions");
        Refused(Checkpoint().With("features.3.weight", Drawn([2, 6, 5, 5], 1)), Input, "'features.3.weight' is [2, 6, 5, 5]");
        Refused(Checkpoint(), (3, 32, 32), "'classifier.0.weight' is [5, 24]; images of 3×32×32 and the layers before it need [5, 256]");
        Refused(Checkpoint(), (3, 2, 2), "images of 3×2×2 cannot pass through it");
    }

    [Fact]
    public void Counters_of_batches_are_passed_over_whatever_their_type()
    {
        const string header = """{"features.1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[4,12]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""";
        byte[] file = [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. BitConverter.GetBytes(1f), .. new byte[8], .. BitConverter.GetBytes(2f)];
        using var stream = new MemoryStream(file);
        var weights = Safetensors.Read(stream, TorchVgg.IsCounter).Weights;
        Assert.Equal(["a", "b"], weights.Keys);
        Assert.Equal([1f, 2f], weights.Values.SelectMany(array => array.Values));
    }

    static void Refused(Weights weights, Shape input, string says)
    {
        string message = Assert.Throws<InvalidDataException>(() => TorchVgg.Read(weights, input)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
