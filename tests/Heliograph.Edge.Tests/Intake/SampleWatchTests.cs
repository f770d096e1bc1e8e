using System.Text.Json;
using System.Text.Json.Nodes;
using Heliograph.Channels;
using Heliograph.Edge.Intake;
using Heliograph.Pairs;
using Heliograph.Runtime;
using Heliograph.Statistics;
using Heliograph.Zmq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Heliograph.Edge.Tests.Intake;

public sealed class SampleWatchTests
{
    static readonly Pair Signs = Pair.Open(Path.Combine(Repository.Root, "pairs", "signs"));
    static readonly Lazy<float[]> Clean = new(() =>
    {
        var encoder = new Encoder(Signs.Device);
        float[] stream = new float[600 * encoder.SymbolCount];
        for (int i = 0; i < 600; i++)
            encoder.Encode(Picture(i, encoder.Input.Width, encoder.Input.Height), stream.AsSpan(i * encoder.SymbolCount, encoder.SymbolCount));
        return stream;
    });

    /// <summary>A coloured disc on a coloured ground, both drawn: enough like a picture that its symbols are not noise.</summary>
    static byte[] Picture(int index, int width, int height)
    {
        var random = new RandomStream(1, "picture", index);
        byte[] colours = [.. Enumerable.Range(0, 6).Select(_ => (byte)random.NextInt(256))], rgb = new byte[3 * width * height];
        int radius = 4 + random.NextInt(10), x0 = 8 + random.NextInt(16), y0 = 8 + random.NextInt(16);
        for (int i = 0; i < width * height; i++)
        {
            bool inside = (i % width - x0) * (i % width - x0) + (i / width - y0) * (i / width - y0) < radius * radius;
            colours.AsSpan(inside ? 3 : 0, 3).CopyTo(rgb.AsSpan(3 * i));
        }
        return rgb;
    }

    static JsonNode Watch(int shift, double decibels, float gain = 1)
    {
        int b = Signs.Description.Symbols;
        float[] stream = [.. Clean.Value[(2 * shift)..], .. Clean.Value, .. Clean.Value[..(2 * shift)]];
        new AwgnChannel().Transmit(stream, Snr.FromDecibels(decibels), new RandomStream(2, "noise", shift));
        var watch = new SampleWatch(b, false, TimeProvider.System);
        foreach (float[] vector in stream.Chunk(b))
            watch.Add(vector.Sum(x => (double)gain * gain * x * x) / b);
        return Text(watch);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(60)]
    public void A_stream_that_is_in_place_is_not_warned_of(double decibels)
    {
        var now = Watch(0, decibels);
        Assert.Null(now["warning"]);
        Assert.InRange((double)now["powerVariance"]!, 0.8 * (double)now["noiseVariance"]!, 1.3 * (double)now["noiseVariance"]! + 1e-6);
    }

    /// <summary>By a few samples of 32 or by half an image: the answers are those of chance either way.</summary>
    [Theory]
    [InlineData(4, 4)]
    [InlineData(4, 16)]
    [InlineData(10, 2)]
    [InlineData(10, 31)]
    [InlineData(20, 1)]
    [InlineData(60, 1)]
    [InlineData(60, 8)]
    public void A_stream_that_is_cut_across_images_is(double decibels, int shift) =>
        Assert.Contains("misaligned", (string)Watch(shift, decibels)["warning"]!, StringComparison.Ordinal);

    [Fact]
    public void Noise_that_changes_is_no_misalignment()
    {
        var watch = new SampleWatch(64, false, TimeProvider.System);
        var random = new RandomStream(4, "noise");
        for (int i = 0; i < 1000; i++)
        {
            // From −3 to 17 dB in the middle, and slowly before and after.
            double deviation = Snr.FromDecibels(i < 500 ? -3 + i / 250.0 : 17 - i / 250.0).NoiseDeviation;
            watch.Add(Enumerable.Range(0, 64).Average(k => Math.Pow((k % 2 == 0 ? 1 : -1) + deviation * random.NextGaussian(), 2)));
        }
        Assert.Null(Text(watch)["warning"]);
    }

    [Fact]
    public void A_gain_that_is_not_1_is_said() =>
        Assert.Contains("mean power of the samples' vectors is 0.011", (string)Watch(0, 10, gain: 0.1f)["warning"]!, StringComparison.Ordinal);

    [Theory]
    [InlineData(StreamStep.InStep, 9, 1, 0, null)]
    [InlineData(StreamStep.InStep, 9, 0.5, 0, "gain of 0.5")]
    [InlineData(StreamStep.InStep, 9, 1, 85, "rotated by 85°")]
    [InlineData(StreamStep.Searching, 9, 1, 0, "out of step")]
    [InlineData(StreamStep.Searching, 0, 1, 0, "No pilot is found")]
    public void What_pilots_show_is_said(StreamStep step, long pilots, double gain, double phase, string? said)
    {
        var watch = new SampleWatch(64, true, TimeProvider.System);
        watch.Look(new(step, pilots, Searched: step == StreamStep.Searching ? 5000 : 0, Correlation: 0.9, Gain: gain, PhaseDegrees: phase));
        string? warning = (string?)Text(watch)["warning"];
        if (said is null)
            Assert.Null(warning);
        else
            Assert.Contains(said, warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slip_is_told_of_for_a_while_when_the_stream_is_in_step_again()
    {
        var clock = new FakeTimeProvider();
        var watch = new SampleWatch(64, true, clock);
        watch.Look(new(StreamStep.InStep, 9, Correlation: 0.9));
        watch.Look(new(StreamStep.InStep, 10, Slips: 1, Correlation: 0.9));
        Assert.Contains("out of step", (string)Text(watch)["warning"]!, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.NotNull(Text(watch)["warning"]);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Null(Text(watch)["warning"]);
    }

    [Fact]
    public void What_changes_is_logged_once()
    {
        var lines = new Lines();
        var watch = new SampleWatch(64, true, TimeProvider.System) { Log = lines };
        watch.Look(new(StreamStep.Searching));
        Assert.Empty(lines.Written);
        watch.Look(new(StreamStep.Searching, Searched: 5000));
        watch.Look(new(StreamStep.Searching, Searched: 6000));
        Assert.StartsWith("Warning: No pilot is found", Assert.Single(lines.Written), StringComparison.Ordinal);
    }

    sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add($"{logLevel}: {formatter(state, exception)}");
    }

    static JsonNode Text(SampleWatch watch) => JsonNode.Parse(JsonSerializer.Serialize(watch.Now(), JsonSerializerOptions.Web))!;
}
