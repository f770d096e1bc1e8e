using System.Text.Unicode;
using Heliograph.Edge.Answers;

namespace Heliograph.Edge.Protocol;

/// <summary>
/// Walks over a ModelInferRequest as bytes (protobuf.dev/programming-guides/encoding) and refuses what is malformed or would become larger in memory
/// than it was on the wire: long lists of small items. What it accepts is parsed without errors, into at most a few times its size.
/// </summary>
static class ModelInferCheck
{
    const int MaxDimensions = 8, MaxEntries = 64;

    enum Wire
    {
        Varint,
        Fixed64,
        Length,
        StartGroup,
        EndGroup,
        Fixed32,
    }

    /// <exception cref="InferError">It is malformed, or holds too many items.</exception>
    public static void Check(ReadOnlySpan<byte> message)
    {
        int entries = 0;
        var fields = new Fields(message);
        while (fields.Next())
        {
            switch (fields.Number)
            {
                case 1 or 2 or 3:
                    fields.Text();
                    break;
                case 4:
                    CheckParameter(fields.Bytes(ref entries));
                    break;
                case 5:
                    CheckInput(fields.Bytes(ref entries));
                    break;
                case 6:
                    CheckOutput(fields.Bytes(ref entries));
                    break;
                case 7:
                    fields.Bytes(ref entries);
                    break;
                default:
                    Count(ref entries);
                    break;
            }
        }
    }

    static void CheckInput(ReadOnlySpan<byte> message)
    {
        int entries = 0, dimensions = 0;
        var fields = new Fields(message);
        while (fields.Next())
        {
            switch (fields.Number)
            {
                case 1 or 2:
                    fields.Text();
                    break;
                case 3:
                    dimensions += fields.Varints();
                    if (dimensions > MaxDimensions)
                        throw InferError.Invalid($"a shape may have at most {MaxDimensions} dimensions");
                    break;
                case 4:
                    CheckParameter(fields.Bytes(ref entries));
                    break;
                case 5:
                    CheckContents(fields.Bytes(ref entries));
                    break;
                default:
                    Count(ref entries);
                    break;
            }
        }
    }

    static void CheckOutput(ReadOnlySpan<byte> message)
    {
        int entries = 0;
        var fields = new Fields(message);
        while (fields.Next())
        {
            switch (fields.Number)
            {
                case 1:
                    fields.Text();
                    break;
                case 2:
                    CheckParameter(fields.Bytes(ref entries));
                    break;
                default:
                    Count(ref entries);
                    break;
            }
        }
    }

    static void CheckContents(ReadOnlySpan<byte> message)
    {
        int entries = 0;
        var fields = new Fields(message);
        while (fields.Next())
        {
            if (fields.Number == 6)
                fields.Floats();
            else if (fields.Number > 8)
                Count(ref entries);
            else if (fields.Bytes(ref entries).Length > 0)
                throw InferError.Invalid("symbols must be FP32, in raw_input_contents or fp32_contents");
        }
    }

    /// <summary>An entry of a map: a name, and a value of one of several types.</summary>
    static void CheckParameter(ReadOnlySpan<byte> message)
    {
        int entries = 0;
        var fields = new Fields(message);
        while (fields.Next())
        {
            if (fields.Number == 1)
                fields.Text();
            else if (fields.Number == 2)
                CheckValue(fields.Bytes(ref entries));
            else
                Count(ref entries);
        }
    }

    static void CheckValue(ReadOnlySpan<byte> message)
    {
        int entries = 0;
        var fields = new Fields(message);
        while (fields.Next())
        {
            Count(ref entries);
            if (fields.Number == 3)
                fields.Text();
            else if (fields.Number is 1 or 2 or 5)
                fields.Must(Wire.Varint);
            else if (fields.Number == 4)
                fields.Must(Wire.Fixed64);
        }
    }

    static void Count(ref int entries)
    {
        if (++entries > MaxEntries)
            throw InferError.Invalid($"a list in a request may have at most {MaxEntries} entries");
    }

    /// <summary>The fields of a message, one after another.</summary>
    ref struct Fields(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> rest = message, value;
        Wire wire;

        public int Number { get; private set; }

        /// <summary>Advances to the next field; false at the end.</summary>
        public bool Next()
        {
            if (rest.IsEmpty)
                return false;
            ulong tag = Varint(ref rest);
            Number = tag >> 3 is > 0 and < 1 << 29 and var number ? (int)number : throw Malformed("a field without a number");
            wire = (Wire)(tag & 7);
            int length = wire switch
            {
                Wire.Varint => VarintBytes(rest),
                Wire.Fixed64 => sizeof(ulong),
                Wire.Fixed32 => sizeof(uint),
                Wire.Length => Varint(ref rest) is <= int.MaxValue and var size ? (int)size : throw Malformed("a length beyond the end"),
                _ => throw Malformed("a group or a field of an unknown kind"),
            };
            if (length > rest.Length)
                throw Malformed("it ends in the middle of a field");
            value = rest[..length];
            rest = rest[length..];
            return true;
        }

        public readonly void Must(Wire kind)
        {
            if (wire != kind)
                throw Malformed($"field {Number} has the wrong kind");
        }

        public readonly void Text()
        {
            Must(Wire.Length);
            if (!Utf8.IsValid(value))
                throw Malformed($"field {Number} is not text");
        }

        public readonly ReadOnlySpan<byte> Bytes(ref int entries)
        {
            Must(Wire.Length);
            Count(ref entries);
            return value;
        }

        /// <summary>One float, or many in one field.</summary>
        public readonly void Floats()
        {
            if (wire != Wire.Fixed32)
                Must(Wire.Length);
            if (value.Length % sizeof(float) != 0)
                throw Malformed($"field {Number} is not a list of floats");
        }

        /// <summary>The number of whole numbers: one, or many in one field.</summary>
        public readonly int Varints()
        {
            if (wire == Wire.Varint)
                return 1;
            Must(Wire.Length);
            int count = 0;
            for (var left = value; !left.IsEmpty && count <= MaxDimensions; count++)
                Varint(ref left);
            return count;
        }

        static ulong Varint(ref ReadOnlySpan<byte> bytes)
        {
            int length = VarintBytes(bytes);
            ulong number = 0;
            for (int i = 0; i < length; i++)
                number |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            bytes = bytes[length..];
            return number;
        }

        static int VarintBytes(ReadOnlySpan<byte> bytes)
        {
            for (int i = 0; i < Math.Min(10, bytes.Length); i++)
            {
                if (bytes[i] < 0x80)
                    return i + 1;
            }
            throw Malformed("a number without end");
        }

        static InferError Malformed(string what) => InferError.Invalid($"the request is not valid protobuf: {what}");
    }
}
