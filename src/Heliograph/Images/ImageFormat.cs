namespace Heliograph.Images;

/// <summary>One of the formats that are read.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Extensions">Of its files, lower case.</param>
/// <param name="Begins">True for bytes that begin as its files do.</param>
/// <param name="ReadHeader">What the file says about itself, before anything is allocated. Throws <see cref="InvalidDataException"/>.</param>
/// <param name="ReadPixels">Height × width × 3 bytes, not rotated yet. Throws <see cref="InvalidDataException"/>.</param>
sealed record ImageFormat(
    string Name, string[] Extensions, Func<byte[], bool> Begins, Func<byte[], ImageHeader> ReadHeader, Func<byte[], ImageHeader, byte[]> ReadPixels);

/// <summary>What an image file says about itself.</summary>
/// <param name="Width">Pixels in a stored row.</param>
/// <param name="Height">Stored rows.</param>
/// <param name="Memory">Maximum number of bytes for decoding, including the pixels but not the file's own bytes.</param>
/// <param name="LeastBytes">Minimum number of bytes of a file of this size, however well it is compressed.</param>
/// <param name="Orientation">How the stored image is oriented (<see cref="Orientation"/>), 1 to 8.</param>
readonly record struct ImageHeader(int Width, int Height, long Memory, long LeastBytes, int Orientation = 1)
{
    public long Pixels => (long)Width * Height;
}
