using System.Buffers.Binary;
using System.Text;
using System.Xml.Linq;

namespace Heliograph.EndToEnd.Tests;

/// <summary>The files that a run leaves, read by means that share nothing with those that wrote them.</summary>
public sealed class RunFilesTest
{
    [Fact]
    public void Nothing_but_the_results_is_left()
    {
        string[] files = [.. Directory.EnumerateFiles(TrainedRun.Finished, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(file => Path.GetRelativePath(TrainedRun.Finished, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("tensorboard/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(
        [
            "data.json", "environment.jsonl", "evaluation.csv", "evaluation.hits", "evaluation.json", "evaluation.png", "evaluation.svg", "experiment.yaml", "lock", "metrics.jsonl",
            "steps/autoencoder/device.safetensors", "steps/autoencoder/edge.safetensors", "steps/autoencoder/result.hits", "steps/autoencoder/result.json",
            "steps/joint/device.safetensors", "steps/joint/edge.safetensors", "steps/joint/result.hits", "steps/joint/result.json",
            "steps/pretrain/backbone.safetensors", "steps/pretrain/result.hits", "steps/pretrain/result.json",
            "steps/prune/backbone.safetensors", "steps/prune/result.hits", "steps/prune/result.json",
        ], files);
    }

    [Fact]
    public void Each_call_says_what_it_computed_with()
    {
        string line = Assert.Single(File.ReadAllLines(Path.Combine(TrainedRun.Finished, "environment.jsonl")));
        var call = System.Text.Json.JsonDocument.Parse(line).RootElement;
        Assert.Equal(Environment.ProcessorCount, call.GetProperty("processors").GetInt32());
        Assert.Contains(call.GetProperty("precision").GetString(), (string[])["fp32", "bf16"]);
        // No commit where the code was built outside of a repository.
        Assert.Matches("^([0-9a-f]{40}(-dirty)?)?$", call.GetProperty("commit").GetString() ?? "");
    }

    [Fact]
    public void The_plot_is_a_picture()
    {
        byte[] png = File.ReadAllBytes(Path.Combine(TrainedRun.Finished, "evaluation.png"));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a], png[..8]);
        Assert.Equal("IHDR", Encoding.ASCII.GetString(png, 12, 4));
        Assert.Equal((1440, 880), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        Assert.Equal("IEND", Encoding.ASCII.GetString(png, png.Length - 8, 4));
        Assert.True(png.Length > 10_000, "an empty picture compresses to less");
    }

    [Fact]
    public void The_drawing_is_svg_with_its_labels()
    {
        var svg = XDocument.Load(Path.Combine(TrainedRun.Finished, "evaluation.svg")).Root!;
        Assert.Equal("svg", svg.Name.LocalName);
        Assert.True(svg.Descendants().Count() > 20);
    }

    [Fact]
    public void The_table_has_a_line_for_each_snr()
    {
        string[] lines = File.ReadAllLines(Path.Combine(TrainedRun.Finished, "evaluation.csv"));
        Assert.Equal("snr_db,top1,ci95,top5,measured_on", lines[0]);
        Assert.Equal(["0", "10"], lines[1..].Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void TensorBoard_can_read_the_events()
    {
        string path = Assert.Single(Directory.GetFiles(Path.Combine(TrainedRun.Finished, "tensorboard"), "events.out.tfevents.*"));
        var scalars = ReadScalars(File.ReadAllBytes(path));
        Assert.Equal(
            ["autoencoder/batchLoss", "autoencoder/loss", "autoencoder/rate", "evaluation/top1 by SNR in 0.1 dB",
             "joint/batchLoss", "joint/loss", "joint/rate", "joint/testTop1", "joint/trainTop1",
             "pretrain/batchLoss", "pretrain/loss", "pretrain/rate", "pretrain/testTop1", "pretrain/trainTop1",
             "prune.1/batchLoss", "prune.1/loss", "prune.1/rate", "prune.1/testTop1", "prune.1/trainTop1"],
            scalars.Select(scalar => scalar.Tag).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal([0, 100], scalars.Where(scalar => scalar.Tag.StartsWith("evaluation/", StringComparison.Ordinal)).Select(scalar => scalar.Step));
        Assert.Equal([8, 16], scalars.Where(scalar => scalar.Tag == "pretrain/loss").Select(scalar => scalar.Step));
        Assert.All(scalars, scalar => Assert.True(float.IsFinite(scalar.Value)));
    }

    /// <summary>What the HParams page reads: HParamsPluginData.session_start_info.hparams, a map from keys to google.protobuf.Value.</summary>
    [Fact]
    public void TensorBoard_can_read_the_options()
    {
        var events = Records(File.ReadAllBytes(Path.Combine(TrainedRun.Finished, "tensorboard", "options.tfevents")));
        var value = Fields(Fields(Fields(events[1]).Single(part => part.Field == 5).Bytes).Single(part => part.Field == 1).Bytes);
        Assert.Equal("_hparams_/session_start_info", Encoding.UTF8.GetString(value.Single(part => part.Field == 1).Bytes));
        var plugin = Fields(Fields(value.Single(part => part.Field == 9).Bytes).Single(part => part.Field == 1).Bytes);
        Assert.Equal("hparams", Encoding.UTF8.GetString(plugin.Single(part => part.Field == 1).Bytes));
        var session = Fields(Fields(plugin.Single(part => part.Field == 2).Bytes).Single(part => part.Field == 3).Bytes);
        var options = session.Where(part => part.Field == 1).Select(part => Fields(part.Bytes))
            .ToDictionary(entry => Encoding.UTF8.GetString(entry.Single(part => part.Field == 1).Bytes), entry => Fields(entry.Single(part => part.Field == 2).Bytes).Single());
        Assert.Equal("signs", Encoding.UTF8.GetString(options["data.name"].Bytes));
        Assert.Equal((2, 1.0), (options["seed"].Field, BitConverter.UInt64BitsToDouble(options["seed"].Number)));
        Assert.Equal((4, 0ul), (options["prune.uniform"].Field, options["prune.uniform"].Number));
    }

    /// <summary>The scalars of Event messages.</summary>
    static List<(string Tag, long Step, float Value)> ReadScalars(ReadOnlySpan<byte> file)
    {
        var scalars = new List<(string, long, float)>();
        string? version = null;
        foreach (byte[] record in Records(file))
        {
            long step = 0;
            foreach (var (field, number, bytes) in Fields(record))
            {
                if (field == 2)
                    step = (long)number;
                else if (field == 3)
                    version = Encoding.UTF8.GetString(bytes);
                else if (field == 5)
                {
                    foreach (var value in Fields(bytes).Where(summary => summary.Field == 1).Select(summary => Fields(summary.Bytes)))
                    {
                        scalars.Add((Encoding.UTF8.GetString(value.Single(part => part.Field == 1).Bytes), step,
                            BitConverter.UInt32BitsToSingle((uint)value.Single(part => part.Field == 2).Number)));
                    }
                }
            }
        }
        Assert.Equal("brain.Event:2", version);
        return scalars;
    }

    /// <summary>Reads TFRecords: length, masked CRC of the length, data, masked CRC of the data.</summary>
    static List<byte[]> Records(ReadOnlySpan<byte> file)
    {
        var records = new List<byte[]>();
        while (!file.IsEmpty)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
            Assert.Equal(MaskedCrc(file[..8]), BinaryPrimitives.ReadUInt32LittleEndian(file[8..]));
            var data = file.Slice(12, length);
            Assert.Equal(MaskedCrc(data), BinaryPrimitives.ReadUInt32LittleEndian(file[(12 + length)..]));
            file = file[(16 + length)..];
            records.Add(data.ToArray());
        }
        return records;
    }

    /// <summary>The fields of a protocol buffer message.</summary>
    static List<(int Field, ulong Number, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, ulong, byte[])>();
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint();
            int field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add((field, Varint(), []));
                    break;
                case 1:
                    fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), []));
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint();
                    fields.Add((field, 0, message[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), []));
                    at += 4;
                    break;
                default:
                    Assert.Fail($"wire type {key & 7}");
                    break;
            }
        }
        return fields;

        ulong Varint()
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = message[at++];
                value |= (ulong)(next & 0x7f) << shift;
                if (next < 0x80)
                    return value;
            }
        }
    }

    /// <summary>CRC-32C bit by bit, masked as the TFRecord format has it.</summary>
    static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
        }
        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }
}
