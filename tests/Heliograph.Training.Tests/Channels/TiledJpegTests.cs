using Heliograph.Channels;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Channels;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Channels;

[Collection(TorchCollection.Name)]
public sealed class TiledJpegTests
{
    static readonly Shape Map = new(5, 8, 6);

    /// <summary>By another decoder: five channels in rows of three, darkest at the minimum, brightest at the maximum; all that is sent is a JPEG file behind two floats.</summary>
    [Fact]
    public void The_channels_stand_side_by_side_in_a_real_file()
    {
        float[] values = Smooth();
        byte[] sent = new TiledJpeg(Map, 100).Encode(values);
        Assert.Equal((values.Min(), values.Max()), (BitConverter.ToSingle(sent), BitConverter.ToSingle(sent, 4)));
        Assert.Equal([0xFF, 0xD8, 0xFF, 0xD9], [.. sent[8..10], .. sent[^2..]]);
        var picture = ImageFile.Decode(sent[8..], "tiles.jpeg");
        Assert.Equal((2 * 8, 3 * 6), (picture.Height, picture.Width));
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i / 48, row = channel / 3 * 8 + i % 48 / 6, column = channel % 3 * 6 + i % 6;
            double expected = 255 * (values[i] - values.Min()) / (values.Max() - values.Min());
            Assert.InRange(picture.Pixels[3 * (row * 18 + column)], expected - 3, expected + 3);
        }
    }

    [Fact]
    public void What_arrives_is_near_to_what_was_sent_and_nearer_in_larger_files()
    {
        double Error(int quality, out int bytes)
        {
            float[] values = Smooth(), arrived = Smooth();
            bytes = new TiledJpeg(Map, quality).Carry(arrived).Length;
            return values.Zip(arrived, (a, b) => Math.Abs(a - b)).Average() / (values.Max() - values.Min());
        }
        double fine = Error(95, out int many), coarse = Error(10, out int few);
        Assert.InRange(fine, 1e-6, 0.01);
        Assert.InRange(coarse, 2 * fine, 0.2);
        Assert.True(few < many);
        float[] flat = [.. Enumerable.Repeat(2.5f, Map.Elements)];
        new TiledJpeg(Map, 50).Transmit(flat, Snr.Infinite, new RandomStream(1, "unused"));
        Assert.All(flat, value => Assert.Equal(2.5f, value));
    }

    /// <summary>Through the codec the loss Σ a·y has the values that arrive, and the gradient a with respect to what was sent: no rounding stands in its way.</summary>
    [Fact]
    public void The_gradient_passes_as_if_nothing_had_been_changed()
    {
        using var scope = NewDisposeScope();
        float[] values = [.. Smooth(), .. Smooth().Reverse()], a = Drawn.Normal(values.Length, 3);
        var sent = tensor(values, [2, Map.Elements]).requires_grad_();
        var codec = new TiledJpeg(Map, 20);
        var received = DifferentiableChannel.Of(codec).Transmit(sent, Snr.FromDecibels(0));
        (received * tensor(a, [2, Map.Elements])).sum().backward();
        float[] expected = [.. values];
        codec.Carry(expected.AsSpan(0, Map.Elements));
        codec.Carry(expected.AsSpan(Map.Elements));
        Assert.Equal(expected, Arrays.ToArray(received));
        Assert.NotEqual(values, expected);
        Assert.Equal(a, Arrays.ToArray(sent.grad!));
    }

    static float[] Smooth() => [.. Enumerable.Range(0, Map.Elements).Select(i => (float)(0.3 * (i / 48) + Math.Sin(i % 48 / 6 / 4.0) + 0.1 * (i % 6)))];
}
