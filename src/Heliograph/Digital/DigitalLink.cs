using System.Buffers.Binary;
using Heliograph.Channels;
using Heliograph.Files;
using Heliograph.Statistics;
using Heliograph.Wording;

namespace Heliograph.Digital;

/// <summary>
/// Sends bytes over a channel of real symbols: check, scrambler, LDPC code, modulation; and back. A payload arrives whole or is lost: one failed block loses it. The receiver
/// needs neither the payload's length nor the SNR. A link has buffers of its own: use one a thread.
/// </summary>
public sealed class DigitalLink
{
    /// <summary>The longest payload in bytes: 16 MiB.</summary>
    public const int MostBytes = 16 << 20;

    readonly LdpcEncoder encoder;
    readonly LdpcDecoder decoder;

    /// <summary>Makes a link.</summary>
    /// <param name="mode">Modulation and code.</param>
    /// <param name="iterations">Iterations after which the decoder gives a block up, at least 1.</param>
    public DigitalLink(LinkMode mode, int iterations = LdpcDecoder.DefaultIterations)
    {
        ArgumentNullException.ThrowIfNull(mode);
        Mode = mode;
        encoder = new(mode.Code);
        decoder = new(mode.Code, iterations);
    }

    /// <summary>Modulation and code.</summary>
    public LinkMode Mode { get; }

    /// <summary>Real symbols that a payload takes, always even.</summary>
    /// <exception cref="UsageException">It is longer than <see cref="MostBytes"/>.</exception>
    public static int SymbolCount(LinkMode mode, int payloadBytes) => Layout(mode, payloadBytes).Symbols;

    /// <summary>Blocks that a payload takes.</summary>
    /// <exception cref="UsageException">It is longer than <see cref="MostBytes"/>.</exception>
    public static int BlockCount(LinkMode mode, int payloadBytes) => Layout(mode, payloadBytes).Blocks;

    /// <summary>The longest payload in bytes that so many real symbols can carry; −1 if they cannot even carry an empty one.</summary>
    public static int MostBytesIn(LinkMode mode, int symbols)
    {
        ArgumentNullException.ThrowIfNull(mode);
        return BlockLayout.MostBytes(mode, symbols);
    }

    /// <summary>The symbols of a payload: real, I and Q in turn, of mean power 1.</summary>
    /// <exception cref="UsageException">It is longer than <see cref="MostBytes"/>.</exception>
    public float[] Send(ReadOnlySpan<byte> payload)
    {
        var layout = Layout(Mode, payload.Length);
        byte[] bits = new byte[layout.MessageBits];
        Unpack(payload, bits);
        Span<byte> check = stackalloc byte[BlockLayout.CheckBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(check, Crc32C.Of(payload));
        Unpack(check, bits.AsSpan(8 * payload.Length));
        Scrambler.Apply(bits);

        byte[] sent = new byte[layout.SentBits], word = new byte[Mode.Code.Length];
        int from = 0, to = 0, k = Mode.Code.MessageLength;
        for (int block = 0; block < layout.Blocks; block++)
        {
            int used = layout.UsedBits(block);
            bits.AsSpan(from, used).CopyTo(word);
            word.AsSpan(used, k - used).Clear();
            encoder.Encode(word);
            word.AsSpan(0, used).CopyTo(sent.AsSpan(to));
            word.AsSpan(k).CopyTo(sent.AsSpan(to + used));
            (from, to) = (from + used, to + used + word.Length - k);
        }
        float[] symbols = new float[layout.Symbols];
        Mode.Modulation.Map(sent, symbols);
        return symbols;
    }

    /// <summary>The payload that was sent as these symbols, or null if it is lost.</summary>
    /// <exception cref="InvalidDataException">A symbol is not finite, or no payload takes so many symbols.</exception>
    public byte[]? Receive(ReadOnlySpan<float> symbols)
    {
        var received = new Reception(Mode, symbols);
        received.Decode(decoder);
        return received.Payload();
    }

    /// <summary>Sends payloads over a channel, each in a use of its own. Their blocks are decoded together, which is much faster than one payload at a time.</summary>
    /// <param name="payloads">What is sent.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="snr">Its SNR, P/σ² of a real symbol (docs/snr.md).</param>
    /// <param name="random">The source of noise for each payload by its index.</param>
    /// <returns>For each payload, in order, the bytes that arrived, or null if it is lost.</returns>
    /// <exception cref="UsageException">A payload is longer than <see cref="MostBytes"/>.</exception>
    public IEnumerable<byte[]?> Carry(IEnumerable<byte[]> payloads, IChannel channel, Snr snr, Func<int, RandomStream> random)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(random);
        var waiting = new Reception(Mode);
        foreach (var (i, payload) in payloads.Index())
        {
            float[] symbols = Send(payload);
            channel.Transmit(symbols, snr, random(i));
            waiting.Add(symbols);
            // Enough that the last batch of each decoding, which may have empty lanes, does not matter.
            if (waiting.Blocks < 8 * decoder.BatchSize)
                continue;
            waiting.Decode(decoder);
            foreach (byte[]? arrived in waiting.Payloads())
                yield return arrived;
            waiting = new Reception(Mode);
        }
        waiting.Decode(decoder);
        foreach (byte[]? arrived in waiting.Payloads())
            yield return arrived;
    }

    static BlockLayout Layout(LinkMode mode, int payloadBytes)
    {
        ArgumentNullException.ThrowIfNull(mode);
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        return payloadBytes <= MostBytes ? new(mode, payloadBytes)
            : throw new UsageException($"a payload of {Plural.Of(payloadBytes, "byte")} is too long for a digital link: at most {MostBytes}");
    }

    /// <summary>The lowest bit first, as in IEEE 802.11.</summary>
    static void Unpack(ReadOnlySpan<byte> bytes, Span<byte> bits)
    {
        for (int i = 0; i < bytes.Length; i++)
            for (int bit = 0; bit < 8; bit++)
                bits[8 * i + bit] = (byte)(bytes[i] >> bit & 1);
    }
}
