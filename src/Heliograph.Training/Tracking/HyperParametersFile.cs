using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Heliograph.Files;
using Tensorboard;

namespace Heliograph.Training.Tracking;

/// <summary>
/// The options of a run for TensorBoard's HParams page, which TorchSharp's writer does not know: an event file with the one event that begins a session
/// (<c>tensorboard/plugins/hparams/plugin_data.proto</c>), in TensorFlow's record format.
/// </summary>
static class HyperParametersFile
{
    // Fields of HParamsPluginData and of its SessionStartInfo.
    const int Version = 1, SessionStartInfo = 3, HParams = 1, GroupName = 4, StartTime = 5, MapKey = 1, MapValue = 2;

    /// <summary>Writes it into a folder, once: a run that continues is the same session.</summary>
    public static void Write(string folder, IReadOnlyDictionary<string, string> options)
    {
        // TensorBoard takes a file for events by this part of its name.
        string path = Path.Combine(folder, "options.tfevents");
        if (File.Exists(path))
            return;
        double now = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        using var file = File.Create(path);
        Record(file, new Event { WallTime = now, FileVersion = "brain.Event:2" });
        var tensor = new TensorProto { Dtype = DataType.DtFloat, TensorShape = new() { Dim = { new TensorShapeProto.Types.Dim { Size = 1 } } } };
        tensor.FloatVal.Add(0);
        Record(file, new Event
        {
            WallTime = now,
            Summary = new()
            {
                Value =
                {
                    new Summary.Types.Value
                    {
                        Tag = "_hparams_/session_start_info",
                        Metadata = new() { PluginData = new() { PluginName = "hparams", Content = Session(options, now) } },
                        Tensor = tensor,
                    },
                },
            },
        });
    }

    static ByteString Session(IReadOnlyDictionary<string, string> options, double now) => Message(output =>
    {
        output.WriteTag(Version, WireFormat.WireType.Varint);
        output.WriteInt32(0);
        Nested(output, SessionStartInfo, session =>
        {
            foreach (var (key, value) in options)
            {
                Nested(session, HParams, entry =>
                {
                    entry.WriteTag(MapKey, WireFormat.WireType.LengthDelimited);
                    entry.WriteString(key);
                    entry.WriteTag(MapValue, WireFormat.WireType.LengthDelimited);
                    entry.WriteMessage(Typed(value));
                });
            }
            session.WriteTag(GroupName, WireFormat.WireType.LengthDelimited);
            session.WriteString("");
            session.WriteTag(StartTime, WireFormat.WireType.Fixed64);
            session.WriteDouble(now);
        });
    });

    static Value Typed(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? Value.ForNumber(number)
        : bool.TryParse(text, out bool flag) ? Value.ForBool(flag) : Value.ForString(text);

    static void Nested(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(Message(write));
    }

    static ByteString Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return ByteString.CopyFrom(stream.ToArray());
    }

    static void Record(Stream file, Event message)
    {
        byte[] data = message.ToByteArray();
        Span<byte> length = stackalloc byte[8], crc = stackalloc byte[4];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)data.Length);
        file.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, MaskedCrc(length));
        file.Write(crc);
        file.Write(data);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, MaskedCrc(data));
        file.Write(crc);
    }

    static uint MaskedCrc(ReadOnlySpan<byte> data) => BitOperations.RotateRight(Crc32C.Of(data), 15) + 0xa282ead8;
}
