using System.Globalization;
using System.Text.Json;
using Heliograph.Pairs;
using Heliograph.Runtime;
using Heliograph.Wording;

namespace Heliograph.Device;

/// <summary>Tells of each frame and, to people, of all together.</summary>
sealed class Report(Encoder encoder, PairDescription pair, SendMode mode, bool json, bool dryRun)
{
    long frames, bytes, symbolsSent, answered;
    TimeSpan encoding;

    public void Add(SentFrame frame, ReadOnlySpan<float> symbols)
    {
        frames++;
        bytes += frame.Bytes;
        symbolsSent += frame.Symbols;
        answered += frame.Answer is null ? 0 : 1;
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
                WriteMode(line, frame);
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
                $"{frame.Sequence,6}  {microseconds,9:0.0} µs  {frame.Bytes,6} bytes  {(mode.IsAuto ? $"{frame.Symbols,5} symbols  " : "")}{frame.Source}\n"));
        }
    }

    // Of an elastic pair: its frames differ.
    void WriteMode(Utf8JsonWriter line, SentFrame frame)
    {
        if (pair.Modes is not { } modes)
            return;
        line.WriteStartObject("mode");
        line.WriteNumber("width", Math.Round(100 * modes.Ratios[mode.Mode.Width], 4));
        line.WriteNumber("symbols", frame.Symbols);
        line.WriteEndObject();
        if (!mode.IsAuto)
            return;
        if (frame.Answer is not { } answer)
        {
            line.WriteNull("answer");
            return;
        }
        line.WriteStartObject("answer");
        line.WriteNumber("confidence", Math.Round(answer.Confidence, 4));
        if (answer.SnrDb is { } snr)
            line.WriteNumber("snrDb", Math.Round(snr, 2));
        else
            line.WriteNull("snrDb");
        line.WriteNumber("wish", answer.Wish);
        line.WriteEndObject();
    }

    public void Finish(TimeSpan time)
    {
        if (json || frames == 0)
            return;
        string what = dryRun ? "encoded, nothing sent" : $"sent, {Plural.Of(bytes, "byte")}";
        Output.Note($"{Plural.Of(frames, "frame")} {what}, {Symbols()}; {encoding.TotalMicroseconds / frames:0} µs to encode one on average ({encoder.Path}), {frames / time.TotalSeconds:0.#} frames/s");
        if (mode.IsAuto)
            Output.Note($"the edge answered about {answered} of {Plural.Of(frames, "frame")}");
        if (dryRun)
        {
            Output.Note($"{encoder.Macs / 1e6:0.###} M MACs a frame, {encoder.WeightBytes / 1e3:0} kB of weights, {encoder.BufferBytes / 1e3:0} kB of buffers, {Memory.PeakResidentBytes() / 1e6:0.#} MB resident at most");
        }
    }

    string Symbols() => !mode.IsAuto ? $"{Plural.Of(encoder.SymbolCount, "symbol")} each"
        : string.Create(CultureInfo.InvariantCulture, $"{(double)symbolsSent / frames:0.#} symbols on average ({100 - 100.0 * symbolsSent / (frames * encoder.SymbolCount):0} % fewer than {encoder.SymbolCount})");
}
