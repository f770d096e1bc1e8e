using System.Collections.Concurrent;
using System.Globalization;
using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Tests.Links;

/// <summary>Frames to test with, and the repository's own documents.</summary>
static class Frames
{
    public const long Sent = 1_767_225_600_000_000;   // 2026-01-01T00:00:00Z

    public static FrameHeader Header(ulong sequence = 0, ulong device = 42, uint stream = 0x5eed1234, long sent = Sent, float? snr = null, int? label = null) =>
        new(new PairId(0x0123456789abcdef), device, stream, sequence, sent, snr, label);

    public static float[] Symbols(int count, long seed = 0)
    {
        var random = new RandomStream(1, "symbols", count, seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
    }

    public static Thumbnail Thumbnail(int width, int height)
    {
        var random = new RandomStream(1, "thumbnail", width, height);
        return new(width, height, [.. Enumerable.Range(0, width * height * 3).Select(_ => (byte)random.NextInt(256))]);
    }

    public static byte[][] Datagrams(this FrameWriter writer, in FrameHeader header, float[] symbols, Thumbnail? thumbnail = null)
    {
        var datagrams = new byte[writer.Count(symbols.Length, thumbnail)][];
        var buffer = new byte[writer.DatagramBytes];
        for (int i = 0; i < datagrams.Length; i++)
            datagrams[i] = buffer[..writer.Write(header, symbols, thumbnail, i, buffer)];
        return datagrams;
    }

    /// <summary>The bytes of a hex dump after a heading in docs/frame-format.md.</summary>
    /// <param name="heading">The heading.</param>
    /// <param name="number">Which of the dumps after it, from 0 on.</param>
    public static byte[] DocumentedExample(string heading = "## Example", int number = 0)
    {
        IEnumerable<string> dump = File.ReadLines(Path.Combine(Repository.Root, "docs", "frame-format.md")).SkipWhile(line => line != heading);
        for (int i = 0; i < number; i++)
            dump = dump.SkipWhile(line => line != "```").Skip(1).SkipWhile(line => line != "```").Skip(1);
        dump = dump.SkipWhile(line => line != "```").Skip(1).TakeWhile(line => line != "```");
        return [.. dump.SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1))
            .Select(digits => byte.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
    }

    /// <summary>Waits for what another thread is about to do.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        for (int i = 0; i < 1000 && !condition(); i++)
            await Task.Delay(10);
        Assert.True(condition(), what);
    }

    public static Func<Frame, bool> Into(ConcurrentQueue<Frame> queue) => frame =>
    {
        queue.Enqueue(frame);
        return true;
    };
}
