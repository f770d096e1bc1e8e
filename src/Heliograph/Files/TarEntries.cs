using System.Formats.Tar;

namespace Heliograph.Files;

/// <summary>
/// The entries of a tar archive from outside, one after another. The library allocates whatever memory a long name or a PAX block declares; here
/// a block that describes entries is refused if it is longer than <see cref="MostBlockBytes"/>, before memory is allocated for it.
/// </summary>
static class TarEntries
{
    /// <summary>The longest long name or PAX block that is read, in bytes.</summary>
    public const int MostBlockBytes = 1 << 16;

    const int BlockBytes = 512;

    /// <summary>Reads entries; each is read before the next is asked for. The archive stays open.</summary>
    /// <param name="archive">
    /// A tar archive from its start. If it is seekable, data are skipped, and entries say where theirs are; else it is read to its end, so that
    /// what unpacks it can check its own checksum.
    /// </param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <exception cref="InvalidDataException">It is not a tar archive, is damaged or truncated, or a block is too long; the message does not name it.</exception>
    public static IEnumerable<TarEntry> Read(Stream archive, long most = long.MaxValue)
    {
        using var bounded = new Bounded(archive, most);
        // Otherwise the library keeps the data of every entry until the end.
        using var tar = new TarReader(bounded, leaveOpen: true);
        while (Next(tar, bounded) is { } entry)
        {
            yield return entry;
            if (!archive.CanSeek)
                entry.DataStream?.CopyTo(Stream.Null);
        }
        if (!archive.CanSeek)
            bounded.CopyTo(Stream.Null);
    }

    static TarEntry? Next(TarReader tar, Bounded bounded)
    {
        try
        {
            bounded.BeginHeaders();
            TarEntry? entry = tar.GetNextEntry();
            bounded.EndHeaders();
            return entry;
        }
        // What the library throws for archives that break the format's rules.
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException or OverflowException or InvalidOperationException or NotSupportedException)
        {
            throw new InvalidDataException($"not a tar archive, or a damaged one: {e.Message.ReplaceLineEndings("\n").Split('\n')[0]}", e);
        }
    }

    /// <summary>
    /// Passes bytes on, and looks at each header before the library does. Between <see cref="BeginHeaders"/> and <see cref="EndHeaders"/> the library
    /// reads headers, at multiples of 512 bytes, and the blocks of long names and PAX that follow them; all else is data.
    /// </summary>
    sealed class Bounded(Stream inner, long most) : Stream
    {
        readonly byte[] header = new byte[BlockBytes];
        bool inHeaders;
        long position = inner.CanSeek ? inner.Position : 0, blockEnd;

        public void BeginHeaders() => (inHeaders, blockEnd) = (true, 0);

        public void EndHeaders() => inHeaders = false;

        public override bool CanRead => true;

        public override bool CanSeek => inner.CanSeek;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => position;
            set => position = inner.Position = value;
        }

        public override int Read(Span<byte> buffer)
        {
            int within = (int)(position % BlockBytes);
            bool isHeader = inHeaders && position >= blockEnd;
            int read = inner.Read(isHeader ? buffer[..Math.Min(buffer.Length, BlockBytes - within)] : buffer);
            if (isHeader)
            {
                buffer[..read].CopyTo(header.AsSpan(within));
                if (read > 0 && within + read == BlockBytes)
                    Check(position + read);
            }
            position += read;
            return position <= most ? read : throw new InvalidDataException(FormattableString.Invariant($"the archive unpacks to more than {most:N0} bytes"));
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => position = inner.Seek(offset, origin);

        public override void Flush() => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        void Check(long next)
        {
            if ((char)header[156] is not ('x' or 'g' or 'L' or 'K'))
                return;
            if (Size(header.AsSpan(124, 12)) is not { } size)
                throw new InvalidDataException($"a long name or PAX block is longer than {MostBlockBytes} bytes, the maximum");
            blockEnd = next + size;
        }

        // Octal digits, or a big-endian number whose first bit is set; null if it is too long.
        static int? Size(ReadOnlySpan<byte> field)
        {
            bool binary = field[0] >= 0x80;
            long size = 0;
            foreach (byte value in binary ? field[1..] : field)
            {
                if (!binary && value is not (>= (byte)'0' and <= (byte)'7'))
                    continue;
                size = binary ? size << 8 | value : size << 3 | (uint)(value - '0');
                if (size > MostBlockBytes)
                    return null;
            }
            return binary && (field[0] & 0x7f) != 0 ? null : (int)size;
        }
    }
}
