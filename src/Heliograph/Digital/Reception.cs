using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Heliograph.Files;

namespace Heliograph.Digital;

/// <summary>Received payloads whose blocks are decoded together.</summary>
sealed class Reception(LinkMode mode)
{
    readonly List<BlockLayout> layouts = [];
    readonly List<float> llrs = [];
    bool[] held = [];
    byte[] messages = [];

    public Reception(LinkMode mode, ReadOnlySpan<float> symbols) : this(mode) => Add(symbols);

    /// <summary>Code words so far.</summary>
    public int Blocks => llrs.Count / mode.Code.Length;

    /// <summary>Takes in one payload's symbols.</summary>
    /// <exception cref="InvalidDataException">A symbol is not finite, or no payload takes so many symbols.</exception>
    public void Add(ReadOnlySpan<float> symbols)
    {
        var layout = BlockLayout.OfSymbols(mode, symbols.Length)
            ?? throw new InvalidDataException($"no payload takes {symbols.Length} symbols with {mode}: some are missing, or it was sent in another way");
        float[] sent = new float[layout.SentBits];
        mode.Modulation.Demap(symbols, sent);
        int from = 0, to = llrs.Count, n = mode.Code.Length, k = mode.Code.MessageLength;
        CollectionsMarshal.SetCount(llrs, to + layout.Blocks * n);
        Span<float> words = CollectionsMarshal.AsSpan(llrs)[to..];
        for (int block = 0; block < layout.Blocks; block++, words = words[n..])
        {
            int used = layout.UsedBits(block);
            sent.AsSpan(from, used).CopyTo(words);
            words[used..k].Fill(float.PositiveInfinity);
            sent.AsSpan(from + used, n - k).CopyTo(words[k..]);
            from += used + n - k;
        }
        layouts.Add(layout);
    }

    /// <summary>Decodes all blocks.</summary>
    public void Decode(LdpcDecoder decoder)
    {
        held = new bool[Blocks];
        messages = new byte[Blocks * mode.Code.MessageLength];
        decoder.Decode(CollectionsMarshal.AsSpan(llrs), messages, held);
    }

    /// <summary>The only payload.</summary>
    public byte[]? Payload() => Payload(layouts[0], 0);

    /// <summary>The payloads in order; null for a lost one.</summary>
    public IEnumerable<byte[]?> Payloads()
    {
        int block = 0;
        foreach (var layout in layouts)
        {
            yield return Payload(layout, block);
            block += layout.Blocks;
        }
    }

    byte[]? Payload(BlockLayout layout, int first)
    {
        byte[] bits = new byte[layout.MessageBits];
        int to = 0;
        for (int block = 0; block < layout.Blocks; block++)
        {
            int used = layout.UsedBits(block);
            if (!held[first + block])
                return null;
            messages.AsSpan((first + block) * mode.Code.MessageLength, used).CopyTo(bits.AsSpan(to));
            to += used;
        }
        Scrambler.Apply(bits);
        byte[] bytes = new byte[layout.PayloadBytes + BlockLayout.CheckBytes];
        for (int i = 0; i < bits.Length; i++)
            bytes[i / 8] |= (byte)(bits[i] << (i % 8));
        byte[] payload = bytes[..layout.PayloadBytes];
        return Crc32C.Of(payload) == BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(layout.PayloadBytes)) ? payload : null;
    }
}
