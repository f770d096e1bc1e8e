using System.Globalization;
using Heliograph.Runtime;
using Heliograph.Wording;

namespace Heliograph.Device;

/// <summary>Tells of each frame and, to people, of all together.</summary>
sealed class Report(Encoder encoder, bool json, bool dryRun)
{
    long frames, bytes;
    TimeSpan encoding;

    public void Add(SentFrame frame, ReadOnlySpan<float> symbols)
    {
        frames++;
        bytes += frame.Bytes;
        encoding += frame.Encoding;
        double microseconds = Math.Round(frame.Encoding.TotalMicroseconds, 1);
        if (json)
        {
            // Not needed on a link, which carries them; after a dry run they can be sent in a request (docs/edge.md).
            float[] shown = dryRun ? symbols.ToArray() : [];
            Output.WriteJson(line =>
            {
                line.WriteNumber("seq", frame.Sequence);
                line.WriteString("source", frame.Source);
                line.WriteNumber("macs", encoder.Macs);
                line.WriteNumber("encodeMicroseconds", microseconds);
                line.WriteNumber("bytesSent", frame.Bytes);
                if (!dryRun)
                    return;
                line.WriteStartArray("symbols");
                foreach (float symbol in shown)
                    line.WriteNumberValue(symbol);
                line.WriteEndArray();
            });
        }
        else
        {
            Output.Write(string.Create(CultureInfo.InvariantCulture,
                $"{frame.Sequence,6}  {microseconds,9:0.0} µs  {frame.Bytes,6} bytes  {frame.Source}\n"));
        }
    }

    public void Finish(TimeSpan time)
    {
        if (json || frames == 0)
            return;
        string what = dryRun ? "encoded, nothing sent" : $"sent, {Plural.Of(bytes, "byte")}";
        Output.Note($"{Plural.Of(frames, "frame")} {what}, {Plural.Of(encoder.SymbolCount, "symbol")} each; {encoding.TotalMicroseconds / frames:0} µs to encode one on average ({encoder.Path}), {frames / time.TotalSeconds:0.#} frames/s");
        if (dryRun)
        {
            Output.Note($"{encoder.Macs / 1e6:0.###} M MACs a frame, {encoder.WeightBytes / 1e3:0} kB of weights, {encoder.BufferBytes / 1e3:0} kB of buffers, {Memory.PeakResidentBytes() / 1e6:0.#} MB resident at most");
        }
    }
}
