using StbImageSharp;

namespace Heliograph.Images;

/// <summary>The pixels of JPEG and BMP files, by the port of Sean Barrett's decoder. Only what <see cref="Jpeg"/> or <see cref="Bmp"/> let pass.</summary>
static class Stb
{
    /// <summary>Decodes a whole file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static byte[] ReadPixels(byte[] bytes, ImageHeader header)
    {
        try
        {
            using var stream = new EndedStream(bytes);
            ImageResult image = ImageResult.FromStream(stream, ColorComponents.RedGreenBlue);
            if (stream.RanOut)
                throw ImageFile.EndsTooEarly();
            if (image.Width != header.Width || image.Height != header.Height)
                throw ImageFile.Damaged("two sizes");
            return image.Data;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or InvalidDataException))
        {
            // The decoder tells damage by whatever its code ran into: its own error, an index or a null.
            throw ImageFile.Damaged(ImageFile.FirstLine(e), e);
        }
    }

    /// <summary>
    /// A file that seems to go on behind its end with markers of a JPEG's end. The decoder would wait for ever for other bytes, and it loses its
    /// buffers, which are no managed ones, when a stream throws: so it is let come to its own end, and what it made is then refused.
    /// </summary>
    sealed class EndedStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        // A picture that is cut short takes a few; the decoder never should take so many.
        const int Most = 1 << 20;
        int beyond;

        public bool RanOut { get; private set; }

        public override int ReadByte()
        {
            int value = base.ReadByte();
            if (value >= 0)
                return value;
            RanOut = true;
            return ++beyond > Most ? throw ImageFile.EndsTooEarly() : beyond % 2 == 1 ? 0xff : 0xd9;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            RanOut |= read < count;
            Array.Clear(buffer, offset + read, count - read);
            return count;
        }

        public override long Seek(long offset, SeekOrigin loc)
        {
            long to = loc == SeekOrigin.Begin ? offset : Position + offset;
            RanOut |= to > Length;
            return Position = Math.Clamp(to, 0, Length);
        }
    }
}
