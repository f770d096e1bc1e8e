using StbImageSharp;

namespace Heliograph.Images;

/// <summary>The pixels of JPEG and BMP files, by a port of Sean Barrett's decoder. Only for files that <see cref="Jpeg"/> or <see cref="Bmp"/> accepted.</summary>
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
            // The decoder reports damage by whatever exception its code runs into: its own, an index or a null.
            throw ImageFile.Damaged(ImageFile.FirstLine(e), e);
        }
    }

    /// <summary>
    /// A file that seems to continue after its end with markers of a JPEG's end. The decoder would wait forever for other bytes, and it leaks its
    /// unmanaged buffers if a stream throws; so it is allowed to finish, and its result is then refused.
    /// </summary>
    sealed class EndedStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        // A truncated picture takes a few; the decoder should never take so many.
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
