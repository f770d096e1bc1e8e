using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Runtime;
using Heliograph.Statistics;
using Encoder = Heliograph.Runtime.Encoder;

namespace Heliograph.Tests.Runtime;

public sealed class EncoderTests
{
    public static TheoryData<EncoderPath> Paths => [.. Enum.GetValues<EncoderPath>()];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_path_computes_what_the_formulas_say_for_any_chain_of_layers(EncoderPath path)
    {
        for (ulong seed = 1; seed <= 150; seed++)
        {
            var network = SampledChains.Of(seed);
            AssertAgrees(Halves.Of(network, Halves.Draw(network, seed)), path);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_path_computes_what_the_formulas_say_for_any_graph(EncoderPath path)
    {
        for (ulong seed = 1; seed <= 150; seed++)
        {
            var network = SampledGraphs.Of(seed);
            AssertAgrees(Halves.Of(network, Drawn.Weights(network, seed)), path);
        }
    }

    [Theory]
    [InlineData("resnet8", "block2")]
    [InlineData("resnet20", "block4")]
    [InlineData("mobilenetv1", "block3")]
    [InlineData("mobilenetv2", "block4")]
    [InlineData("mobilenetv2", "relu4_e")]
    public void Halves_of_other_backbones_are_computed(string backbone, string split)
    {
        var front = Backbones.Build(backbone, 10, new Shape(3, 32, 32), width: 0.5).SplitAt(split).Device;
        var network = front.Then(JointCode.Encoder(front.Output, 4));
        AssertAgrees(Halves.Of(network, Drawn.Weights(network, 1)), EncoderPaths.Best);
    }

    [Fact]
    public void Grouped_convolutions_that_are_not_depthwise_are_refused()
    {
        var network = new Network(new Shape(4, 8, 8), [new Convolution("a", ["input"], 4, Groups: 2)]);
        Assert.Equal("the encoder cannot run layer 'a': a convolution in 2 groups that is not depthwise",
            Assert.Throws<UsageException>(() => new Encoder(Halves.Of(network, Drawn.Weights(network, 1)))).Message);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_path_computes_vgg_halves_with_aligned_and_odd_widths(EncoderPath path)
    {
        AssertAgrees(Halves.Vgg16("pool1", 0.7), path);
        AssertAgrees(Halves.Pool2(29, 37, 61, 67), path);
        AssertAgrees(Halves.Vgg16("pool5", 0.9), path);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_kernel_is_right_where_the_map_ends_within_its_tile(EncoderPath path)
    {
        foreach (var (channels, filters, kernel) in new[] { (3, 21, Kernel.First), (11, 13, Kernel.Winograd4), (90, 91, Kernel.Winograd2) })
        {
            foreach (var (height, width) in new[] { (5, 6), (7, 8), (8, 7), (6, 5) })
            {
                var layer = new Convolution("conv", ["input"], filters);
                Assert.Equal(kernel, Kernels.For(layer, new(channels, height, width)));
                foreach (Layer[] behind in new Layer[][] { [], [new Relu("relu", ["conv"]), new MaxPool("pool", ["relu"])], [new MaxPool("pool", ["conv"])] })
                {
                    var network = new Network(new(channels, height, width), [layer, .. behind]);
                    AssertAgrees(Halves.Of(network, Halves.Draw(network, 4)), path);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_kernel_adds_and_bounds_its_sums_itself(EncoderPath path)
    {
        foreach (var (kernel, map, layer) in new[]
        {
            (Kernel.First, new Shape(3, 9, 7), new Convolution("conv", ["input"], 21)),
            (Kernel.Winograd4, new(11, 9, 7), new("conv", ["input"], 13)),
            (Kernel.Winograd2, new(90, 7, 8), new("conv", ["input"], 91)),
            (Kernel.Taps, new(11, 3, 3), new("conv", ["input"], 13)),
            (Kernel.Depthwise, new(13, 9, 7), new("conv", ["input"], 13, Groups: 13)),
            (Kernel.Direct, new(11, 9, 7), new("conv", ["input"], 13, Kernel: 1, Padding: 0)),
        })
        {
            Assert.Equal(kernel, Kernels.For(layer, map));
            var shortcut = new Convolution("shortcut", ["input"], layer.Filters, Kernel: 1, Padding: 0);
            var sum = new Add("sum", ["shortcut", "conv"]);
            foreach (Layer[] layers in new Layer[][]
            {
                [layer, new Relu6("end", ["conv"])],
                [layer, new Relu6("relu", ["conv"]), new MaxPool("end", ["relu"])],
                [shortcut, layer, sum],
                [shortcut, layer, sum, new Relu("end", ["sum"])],
                [shortcut, layer, sum with { Inputs = ["conv", "shortcut"] }, new Relu6("end", ["sum"])],
            })
            {
                var network = new Network(map, layers);
                // Large enough that ReLU6 cuts something off.
                var half = Halves.Of(network, new(Halves.Draw(network, 6).Select(pair => KeyValuePair.Create(pair.Key, new WeightArray([.. pair.Value.Shape], [.. pair.Value.Values.Select(v => 3 * v)])))));
                AssertAgrees(half, path);
                string[] steps = [.. new Encoder(half, new() { Path = path }).Steps.Select(step => step.Description)];
                Assert.DoesNotContain(steps, step => step is "Addition" or "Activation");
            }
        }
    }

    [Fact]
    public void A_sum_takes_no_addend_s_place_that_is_still_read()
    {
        static Convolution Conv(string name, string from) => new(name, [from], 9);
        foreach (Layer[] layers in new Layer[][]
        {
            // Read again by a later addition.
            [Conv("a", "input"), Conv("b", "a"), Conv("c", "b"), new Add("one", ["c", "a"]), Conv("d", "one"), Conv("e", "d"), new Add("two", ["a", "e"])],
            // Read by the convolution itself.
            [Conv("a", "input"), Conv("b", "a"), new Add("one", ["b", "a"]), Conv("c", "one")],
            // Not computed yet when the convolution is.
            [Conv("a", "input"), Conv("b", "a"), Conv("c", "a"), Conv("d", "c"), new Add("one", ["b", "d"]), new Relu("end", ["one"])],
            // The image.
            [Conv("a", "input"), Conv("b", "a"), new Add("one", ["b", "input"]), new Relu6("end", ["one"])],
            // The same twice, and three of them.
            [Conv("a", "input"), new Add("one", ["a", "a"]), Conv("b", "one"), Conv("c", "b"), Conv("d", "c"), new Add("two", ["d", "b", "one"])],
            // Read in place behind the addition, which is read twice.
            [Conv("a", "input"), Conv("b", "a"), Conv("c", "b"), new Add("one", ["c", "a"]), new Relu("relu", ["one"]), Conv("d", "relu"), new Add("two", ["d", "one"])],
        })
        {
            var network = new Network(new(9, 10, 11), layers);
            AssertAgrees(Halves.Of(network, Halves.Draw(network, 7)), EncoderPaths.Best);
        }
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(37, 50)]
    [InlineData(45, 33)]
    public void Images_of_any_size_are_encoded(int height, int width) =>
        AssertAgrees(Halves.Vgg16("pool4", 0.8, input: new(3, height, width)), EncoderPaths.Best);

    [Fact]
    public void Deep_halves_at_full_width_stay_within_the_tolerance() => AssertAgrees(Halves.Vgg16("pool5", 0.5, channels: 8), EncoderPaths.Best);

    [Fact]
    public void Bytes_are_normalised_as_the_half_says()
    {
        var half = Halves.Pool2(8, 8, 8, 8);
        var encoder = new Encoder(half);
        var random = new RandomStream(5, "bytes");
        byte[] rgb = [.. Enumerable.Range(0, 3 * 32 * 32).Select(_ => (byte)random.NextInt(256))];
        var planes = new float[rgb.Length];
        for (int i = 0; i < rgb.Length; i++)
            planes[i % 3 * 1024 + i / 3] = (rgb[i] / 255f - half.Normalisation.Mean[i % 3]) / half.Normalisation.Std[i % 3];
        float[] fromBytes = new float[encoder.SymbolCount], fromPlanes = new float[encoder.SymbolCount];
        encoder.Encode(rgb, fromBytes);
        encoder.EncodeNormalised(planes, fromPlanes);
        AssertNear([.. fromPlanes.Select(v => (double)v)], fromBytes, 1e-5);
    }

    [Fact]
    public void Symbols_have_power_one_and_one_image_leaves_no_trace_in_the_next()
    {
        var half = Halves.Vgg16("pool2", 0.5);
        Encoder encoder = new(half), fresh = new(half);
        float[] first = new float[encoder.SymbolCount], second = new float[encoder.SymbolCount], alone = new float[encoder.SymbolCount];
        encoder.EncodeNormalised(Halves.Image(encoder.Input, 1), first);
        encoder.EncodeNormalised(Halves.Image(encoder.Input, 2), second);
        fresh.EncodeNormalised(Halves.Image(encoder.Input, 2), alone);
        Assert.Equal(1, first.Average(v => (double)v * v), 1e-5);
        Assert.Equal(alone, second);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Encoding_allocates_nothing()
    {
        var encoder = new Encoder(Halves.Vgg16("pool5", 0.75));
        var symbols = new float[encoder.SymbolCount];
        var rgb = new byte[encoder.Input.Elements];
        var planes = new float[encoder.Input.Elements];
        // The runtime itself may allocate while it still compiles what is called.
        Assert.Contains(0, Enumerable.Range(0, 5).Select(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            encoder.Encode(rgb, symbols);
            encoder.EncodeNormalised(planes, symbols);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }).Skip(1));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void The_half_pruned_pool2_half_fits_two_megabytes(EncoderPath path)
    {
        var half = Halves.Vgg16("pool2", 0.5);
        var encoder = new Encoder(half, new() { Path = path });
        long parameters = half.Model.Weights.Values.Sum(array => (long)array.Length);
        Assert.InRange(encoder.WeightBytes, parameters * sizeof(float), 2_000_000);
        Assert.InRange(encoder.BufferBytes, 2 * 32 * 32 * sizeof(float), 2_000_000 - encoder.WeightBytes);
    }

    [Fact]
    public void An_encoder_says_what_it_is()
    {
        var encoder = new Encoder(Halves.Vgg16("pool2", 0.5));
        Assert.Equal(new Shape(3, 32, 32), encoder.Input);
        Assert.Equal(64, encoder.SymbolCount);
        Assert.Equal(Halves.Vgg16("pool2", 0.5).Model.Network.Cost().Macs, encoder.Macs);
        Assert.Equal(EncoderPath.Scalar, new Encoder(Halves.Pool2(4, 4, 4, 4), new() { Path = EncoderPath.Scalar }).Path);
    }

    [Fact]
    public void Buffers_of_another_size_are_refused()
    {
        var encoder = new Encoder(Halves.Pool2(4, 4, 4, 4));
        var symbols = new float[encoder.SymbolCount];
        Assert.Contains("3072 bytes, not 3071", Assert.Throws<UsageException>(() => encoder.Encode(new byte[3071], symbols)).Message, StringComparison.Ordinal);
        Assert.Contains("3072 values, not 9", Assert.Throws<UsageException>(() => encoder.EncodeNormalised(new float[9], symbols)).Message, StringComparison.Ordinal);
        Assert.Contains("64 symbols", Assert.Throws<UsageException>(() => encoder.Encode(new byte[3072], new float[65])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_it_cannot_run_is_refused_by_name()
    {
        var network = new Network(new(3, 8, 8), [new Convolution("conv", ["input"], 4), new Upsample("bigger", ["conv"], 16, 16)]);
        Assert.Contains("'bigger' (Upsample)", Assert.Throws<UsageException>(() => new Encoder(Halves.Of(network, Halves.Draw(network, 1)))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Maps_larger_than_an_array_are_refused_before_any_memory_is_taken(EncoderPath path)
    {
        // Where vectors fill the pixels up, a row or the whole map outgrows 32 bits; the scalar path's map has more values than an array.
        Shape[] inputs = path == EncoderPath.Scalar ? [new(1, 2, (1 << 30) - 1)] : [new(1, 1, 1 << 29), new(1, 1 << 15, 1 << 15)];
        foreach (var input in inputs)
        {
            var network = new Network(input,
            [
                new PRelu("prelu", ["input"]),
                new Convolution("conv", ["prelu"], 1, Kernel: 1, Stride: 1 << 29, Padding: 0),
                new PowerNormalization("power", ["conv"]),
            ]);
            var half = Halves.Of(network, Halves.Draw(network, 1));
            long before = GC.GetAllocatedBytesForCurrentThread();
            var e = Assert.Throws<UsageException>(() => new Encoder(half, new() { Path = path }));
            Assert.Equal("the network's maps are too large for the encoder", e.Message);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void A_padding_beyond_what_can_be_addressed_is_refused()
    {
        var network = new Network(new(1, 4, 4), [new Convolution("conv", ["input"], 1, Kernel: 1, Stride: int.MaxValue, Padding: int.MaxValue)]);
        Assert.Equal(new Shape(1, 3, 3), network.Output);
        var e = Assert.Throws<UsageException>(() => new Encoder(Halves.Of(network, Halves.Draw(network, 1))));
        Assert.Equal("the network's maps are too large for the encoder", e.Message);
    }

    [Fact]
    public void A_normalisation_for_other_channels_is_refused()
    {
        var half = Halves.Pool2(4, 4, 4, 4);
        Assert.Contains("1 channels", Assert.Throws<UsageException>(() => new Encoder(half with { Normalisation = new([0.5f], [0.5f]) })).Message,
            StringComparison.Ordinal);
    }

    static void AssertAgrees(DeviceHalf half, EncoderPath path)
    {
        var encoder = new Encoder(half, new() { Path = path });
        var symbols = new float[encoder.SymbolCount];
        for (ulong seed = 1; seed <= 2; seed++)
        {
            float[] image = Halves.Image(encoder.Input, seed);
            var expected = new Naive(half.Model.Network, half.Model.Weights).Forward([.. image.Select(v => (double)v)]);
            encoder.EncodeNormalised(image, symbols);
            AssertNear(expected, symbols, 1e-4);
        }
    }

    static void AssertNear(double[] expected, float[] actual, double tolerance)
    {
        // Values between the layers are about 1: where all outputs cancel to less than a tenth, their rounding does not shrink with them.
        double worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), largest = Math.Max(0.1, expected.Max(Math.Abs));
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(worst <= tolerance * largest, FormattableString.Invariant($"differs by {worst:g3} where the largest value is {largest:g3}"));
    }
}
