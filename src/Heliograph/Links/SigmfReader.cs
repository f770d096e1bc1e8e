using System.Text;
using System.Text.Json;

namespace Heliograph.Links;

/// <summary>
/// Reads the frames of a SigMF recording (docs/frame-format.md), as written by <see cref="SigmfRecorder"/> or by another program with
/// the same annotations; a recording that a crash cut short is read as far as it goes.
/// </summary>
public sealed class SigmfReader
{
    readonly SigmfFiles files;
    readonly SigmfDatatype type;
    readonly List<(SigmfMeta.Entry Entry, List<(long At, int Bytes)> Pieces)> entries = [];
    double scale;

    SigmfReader(SigmfFiles files, SigmfMeta meta, bool wasTorn)
    {
        (this.files, type, WasTorn) = (files, meta.Type, wasTorn);
        if (meta.Sha512 is { } said && !said.Equals(files.Sha512(), StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException("core:sha512 does not match the data file: the samples were changed or damaged, or belong to another recording");
        SigmfLayout layout = meta.Layout(files.Length);
        foreach (var entry in meta.Frames)
        {
            if (layout.Find(entry.FirstSample, entry.Samples) is { } pieces)
                entries.Add((entry, pieces));
            else
                Missing++;
        }
        SaysScale = meta.Scale is not null || !type.IsInteger;
        scale = meta.Scale ?? 1;
        if (!SaysScale && entries.Count > 0)
            ScaleToPower();
    }

    /// <summary>How many frames the recording holds.</summary>
    public int Count => entries.Count;

    /// <summary>Frames that are announced but whose samples are missing: the system failed while recording, or they are in another file.</summary>
    public int Missing { get; }

    /// <summary>Whether the end of the meta file was torn and has been cut off.</summary>
    public bool WasTorn { get; }

    /// <summary><c>core:datatype</c>.</summary>
    public string Datatype => type.Name;

    /// <summary>Whether the unit of the samples is known; for integers without <c>heliograph:scale</c> it is not, and <see cref="Scale"/> is estimated.</summary>
    public bool SaysScale { get; }

    /// <summary>The factor for stored values, integers taken as fractions of full scale; above 0.</summary>
    public double Scale
    {
        get => scale;
        set => scale = double.IsNormal(value) && value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A scale must be above 0.");
    }

    /// <summary>Opens a recording.</summary>
    /// <param name="path">NAME.sigmf-meta, NAME.sigmf-data, or an archive NAME.sigmf that holds one recording.</param>
    /// <exception cref="UsageException">The name has another ending.</exception>
    /// <exception cref="InvalidDataException">
    /// The meta file is damaged, is not a recording of frames or uses something unsupported, or the hash of the data is not the one that it
    /// gives.
    /// </exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static SigmfReader Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        SigmfFiles files = SigmfFiles.Open(path);
        try
        {
            using JsonDocument document = Parse(files.Meta, out bool wasTorn);
            SigmfMeta meta = SigmfMeta.Read(document.RootElement);
            return new(files.WithData(meta.Dataset), meta, wasTorn);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{files.MetaPath}: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // JSON's texts are decoded only on request.
            throw new InvalidDataException($"{files.MetaPath}: it contains text that is not Unicode", e);
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException($"{files.MetaPath}: core:header_bytes: no file is that long", e);
        }
    }

    /// <summary>Reads the frames in the order in which they were recorded. Damaged symbols are erased, as on a link.</summary>
    /// <exception cref="IOException">The data file cannot be read.</exception>
    public IEnumerable<Frame> Frames()
    {
        foreach (var (entry, values) in Values())
        {
            var symbols = new float[entry.Symbols];
            int erased = entry.Erased;
            for (int i = 0; i < symbols.Length; i++)
                symbols[i] = FrameFormat.Sensible((float)(scale * values[i]), ref erased);
            yield return Frame.Create(entry.Header, symbols, Math.Min(erased, symbols.Length));
        }
    }

    /// <summary>
    /// The mean power of the symbols, without erased ones. Every image is sent with mean power 1, and noise adds to it: less than 1 is the
    /// mark of a receiver whose gain was not 1.
    /// </summary>
    public double MeanPower()
    {
        double power = 0, symbols = 0;
        foreach (Frame frame in Frames())
        {
            foreach (float symbol in frame.Symbols)
                power += (double)symbol * symbol;
            symbols += frame.Symbols.Length - frame.Erased;
        }
        return symbols > 0 ? power / symbols : 0;
    }

    /// <summary>Sets the scale that restores the mean power that was sent: 1, plus the noise that the senders report.</summary>
    public void ScaleToPower()
    {
        scale = 1;
        double power = MeanPower(), sent = 0;
        foreach (var (entry, _) in entries)
            sent += (1 + (entry.Header.SenderSnrDb is { } snr ? Math.Pow(10, -snr / 10) : 0)) / entries.Count;
        if (!(power > 0))
            throw new InvalidDataException("all samples are 0");
        scale = Math.Sqrt(sent / power);
    }

    IEnumerable<(SigmfMeta.Entry Entry, float[] Values)> Values()
    {
        var (file, start) = files.OpenData();
        using (file)
        {
            byte[] bytes = [];
            float[] values = [];
            foreach (var (entry, pieces) in entries)
            {
                int length = entry.Samples * type.SampleBytes, count = entry.Samples * type.ValuesPerSample;
                if (bytes.Length < length)
                    (bytes, values) = (new byte[length], new float[count]);
                int read = 0;
                foreach (var (at, part) in pieces)
                {
                    file.Position = start + at;
                    file.ReadExactly(bytes, read, part);
                    read += part;
                }
                type.Read(bytes.AsSpan(0, length), values.AsSpan(0, count));
                yield return (entry, values);
            }
        }
    }

    static JsonDocument Parse(byte[] meta, out bool wasTorn)
    {
        wasTorn = false;
        try
        {
            return JsonDocument.Parse(meta);
        }
        catch (JsonException e)
        {
            // The recorder writes a line for each frame: try without what follows the last complete one.
            int head = meta.AsSpan().IndexOf("\"annotations\":["u8), end = meta.AsSpan().LastIndexOf("}\n"u8), comma = meta.AsSpan().LastIndexOf("},\n"u8);
            int cut = Math.Max(head < 0 ? -1 : head + 14, Math.Max(end, comma));
            if (head < 0)
                throw new InvalidDataException($"not valid JSON: {e.Message}", e);
            try
            {
                var document = JsonDocument.Parse(Encoding.UTF8.GetString(meta, 0, cut + 1) + "]}");
                wasTorn = true;
                return document;
            }
            catch (JsonException)
            {
                throw new InvalidDataException($"not valid JSON, and more than its end is damaged: {e.Message}", e);
            }
        }
    }
}
