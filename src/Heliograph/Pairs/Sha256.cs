using System.Buffers.Binary;
using System.Numerics;

namespace Heliograph.Pairs;

/// <summary>
/// SHA-256 (FIPS 180-4) in managed code. The framework's own calls OpenSSL, which the device program must not need: it depends on
/// nothing but libc.
/// </summary>
static class Sha256
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    const int BlockSize = 64;

    // The first 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2).
    static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    // The first 32 bits of the fractional parts of the square roots of the first 8 primes (section 5.3.3).
    static ReadOnlySpan<uint> First => [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>The hash of the rest of a stream.</summary>
    public static byte[] Hash(Stream stream)
    {
        Span<uint> state = stackalloc uint[8];
        First.CopyTo(state);
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        int read;
        do
        {
            read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            total += read;
            int whole = read / BlockSize * BlockSize;
            for (int i = 0; i < whole; i += BlockSize)
                Compress(state, buffer.AsSpan(i, BlockSize));
            if (read < buffer.Length)
                Finish(state, buffer.AsSpan(whole, read - whole), total);
        }
        while (read == buffer.Length);

        byte[] hash = new byte[Size];
        Write(state, hash);
        return hash;
    }

    /// <summary>The hash of one block and what follows it. Nothing is allocated.</summary>
    /// <param name="block">64 bytes.</param>
    /// <param name="rest">Any bytes.</param>
    /// <param name="hash">Receives <see cref="Size"/> bytes; may be where the rest is.</param>
    public static void Hash(ReadOnlySpan<byte> block, ReadOnlySpan<byte> rest, Span<byte> hash)
    {
        Span<uint> state = stackalloc uint[8];
        First.CopyTo(state);
        Compress(state, block);
        long total = BlockSize + rest.Length;
        for (; rest.Length >= BlockSize; rest = rest[BlockSize..])
            Compress(state, rest[..BlockSize]);
        Finish(state, rest, total);
        Write(state, hash);
    }

    /// <summary>The hash of some bytes.</summary>
    public static byte[] Hash(byte[] bytes) => Hash(new MemoryStream(bytes, writable: false));

    /// <summary>The hash of a file.</summary>
    public static byte[] HashFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Hash(stream);
    }

    static void Write(ReadOnlySpan<uint> state, Span<byte> hash)
    {
        for (int i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(hash[(4 * i)..], state[i]);
    }

    // A one bit, zeros, and the length in bits at the end of the last block (section 5.1.1).
    static void Finish(Span<uint> state, ReadOnlySpan<byte> rest, long total)
    {
        Span<byte> tail = stackalloc byte[2 * BlockSize];
        tail.Clear();
        rest.CopyTo(tail);
        tail[rest.Length] = 0x80;
        int size = rest.Length + 9 <= BlockSize ? BlockSize : 2 * BlockSize;
        BinaryPrimitives.WriteUInt64BigEndian(tail[(size - 8)..], (ulong)total * 8);
        for (int i = 0; i < size; i += BlockSize)
            Compress(state, tail.Slice(i, BlockSize));
    }

    static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[64];
        for (int t = 0; t < 16; t++)
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
        for (int t = 16; t < 64; t++)
        {
            uint x = w[t - 15], y = w[t - 2];
            uint s0 = BitOperations.RotateRight(x, 7) ^ BitOperations.RotateRight(x, 18) ^ (x >> 3);
            uint s1 = BitOperations.RotateRight(y, 17) ^ BitOperations.RotateRight(y, 19) ^ (y >> 10);
            w[t] = w[t - 16] + s0 + w[t - 7] + s1;
        }
        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (int t = 0; t < 64; t++)
        {
            uint sum1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            uint t1 = h + sum1 + ((e & f) ^ (~e & g)) + Constants[t] + w[t];
            uint sum0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            uint t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}
