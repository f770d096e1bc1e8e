using System.Diagnostics;
using System.Text;
using Heliograph.Images;

namespace Heliograph.Tests.Images;

/// <summary>Tests that measure the memory of the whole process: alone.</summary>
[CollectionDefinition(nameof(MeasuredMemory), DisableParallelization = true)]
public sealed class MeasuredMemory;

/// <summary>What a file can make the decoder do is bounded: time, memory, and what is left behind.</summary>
[Collection(nameof(MeasuredMemory))]
public sealed class BoundsTests : IDisposable
{
    static readonly string[] pictures = ["base.jpg", "prog.jpg", "422-restart.jpg", "exif6.jpg", "rgb.jpg", "base.png", "gray16.png", "w.webp", "lossless.webp", "groups.webp"];

    readonly string folder = Directory.CreateTempSubdirectory("heliograph-bounds-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Six bytes are enough for a decoder that waits for more.</summary>
    [Fact]
    public void Cuts_of_every_picture_end_and_are_refused()
    {
        foreach (string name in pictures)
        {
            byte[] whole = TestPictures.Bytes(name);
            // Behind a PNG's data stands its end alone, and behind a WebP's nothing, or a byte that makes the length even.
            int last = name.EndsWith(".png", StringComparison.Ordinal) ? whole.Length - 12 : whole.Length - 2;
            for (int length = 0; length < last; length += length < 40 ? 1 : 7)
                Assert.False(Read(whole[..length], TimeSpan.FromSeconds(10)), $"{name}, {length} of {whole.Length} bytes");
        }
        Assert.False(Read([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xc0], TimeSpan.FromSeconds(10)));
    }

    /// <summary>Whatever the bytes: an image, or one exception of one kind, soon.</summary>
    [Fact]
    public void Changed_pictures_give_an_image_or_are_refused()
    {
        var random = new Random(1);
        byte[][] seeds = [.. pictures.Append("cmyk_noadobe.jpg").Select(TestPictures.Bytes)];
        for (int i = 0; i < 3_000; i++)
            Read(Changed(seeds[random.Next(seeds.Length)], random), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Compressed_data_that_grow_are_read_no_further_than_the_picture()
    {
        byte[] png = PngFile.Write(16, 16, new byte[256 << 20]);
        Assert.InRange(Allocated(() => ImageFile.Decode(png, "a")), 0, 4 << 20);
    }

    [Theory]
    [InlineData(16_000, 4_000)]
    [InlineData(8_000, 8_000)]
    public void A_size_that_the_file_cannot_hold_is_refused_before_anything_is_allocated(int width, int height)
    {
        byte[] png = PngFile.Write(width, height, [0]), jpeg = Sized(TestPictures.Bytes("base.jpg"), width, height), bmp = new byte[200];
        "BM"u8.CopyTo(bmp);
        (bmp[10], bmp[14], bmp[26], bmp[28]) = (54, 40, 1, 24);
        BitConverter.TryWriteBytes(bmp.AsSpan(18), width);
        BitConverter.TryWriteBytes(bmp.AsSpan(22), height);
        foreach (byte[] file in (byte[][])[png, jpeg, bmp, [.. "P6 "u8, .. Encoding.ASCII.GetBytes($"{width} {height} 255\n")]])
            Assert.InRange(Allocated(() => Refusal(file)), 0, 1 << 20);
    }

    [Fact]
    public void Memory_that_a_format_takes_is_bounded()
    {
        // A lossless WebP of one colour takes few bytes whatever its size.
        byte[] webP = TestPictures.Bytes("lossless.webp");
        BitConverter.TryWriteBytes(webP.AsSpan(21), (BitConverter.ToUInt32(webP, 21) & ~0xfffffffu) | 15_999 | 3_999 << 14);
        Assert.Contains("decoding such a WebP takes 976 MiB, and the maximum is 512", Refusal(webP), StringComparison.Ordinal);
    }

    /// <summary>The fuzzer's find: few bytes, and a decoder that makes five tables for each of 65,536 groups of codes.</summary>
    [Fact]
    public void A_lossless_WebP_has_no_more_groups_of_codes_than_its_bytes_hold()
    {
        byte[] claims = WebPFile.Lossless(2, tile => tile * ushort.MaxValue, written: 1);
        Assert.InRange(claims.Length, 1, 160);
        string refusal = "";
        Assert.InRange(Allocated(() => refusal = Refusal(claims)), 0, 1 << 20);
        Assert.Contains("ends too early", refusal, StringComparison.Ordinal);
        Assert.Contains("the maximum is 512", Refusal(WebPFile.Lossless(2, tile => tile * ushort.MaxValue, written: 65_536)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void What_groups_of_codes_take_is_counted(int cacheBits)
    {
        const int Groups = 3000;
        byte[] file = WebPFile.Lossless(Groups, tile => tile, Groups, cacheBits);
        var header = WebP.ReadHeader(file);
        var image = new RgbImage(1, 1, new byte[3]);
        long allocated = Allocated(() => image = ImageFile.Decode(file, "a"));
        Assert.Equal((4 * Groups, 4), (image.Width, image.Height));
        Assert.All(image.Pixels, value => Assert.Equal(0, value));
        Assert.InRange(allocated, header.Memory / 3, header.Memory);
    }

    [Fact]
    public void What_libwebp_writes_has_its_groups_counted()
    {
        byte[] file = TestPictures.Bytes("groups.webp");
        Assert.Equal((3, 2), PrefixCodeGroups.Of(file.AsSpan(20), header: 5, 96, 64));
        Assert.Equal((96, 64), (ImageFile.Decode(file, "a").Width, ImageFile.Decode(file, "a").Height));
    }

    /// <summary>What is no pixel of the first picture is not read: a second picture, alpha, profiles.</summary>
    [Fact]
    public void A_WebP_has_no_second_picture_and_no_alpha()
    {
        byte[] lossy = TestPictures.Bytes("w.webp")[12..], lossless = TestPictures.Bytes("lossless.webp")[12..], huge = [.. lossless];
        BitConverter.TryWriteBytes(huge.AsSpan(9), (BitConverter.ToUInt32(huge, 9) & ~0xfffffffu) | 16_382 | 16_382 << 14);
        byte[] extended = WebPFile.Chunk("VP8X", [0x30, 0, 0, 0, 63, 0, 0, 47, 0, 0]), alpha = WebPFile.Chunk("ALPH", WebPFile.Alpha(16 * 12, _ => ushort.MaxValue, written: 1));
        foreach (byte[] file in (byte[][])[WebPFile.File(extended, lossless, huge), WebPFile.File(extended, alpha, lossy), WebPFile.File(lossless, huge)])
        {
            var image = new RgbImage(1, 1, new byte[3]);
            Assert.InRange(Allocated(() => image = ImageFile.Decode(file, "a")), 0, 4 << 20);
            Assert.Equal((64, 48), (image.Width, image.Height));
        }
    }

    [Fact]
    public void A_picture_of_very_many_scans_is_refused()
    {
        byte[] jpeg = TestPictures.Bytes("prog.jpg");
        // 8 scans of the file are one of 64×48 pixels; of these there may be 350,000.
        byte[] scan = [0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0x10];
        byte[] many = [.. jpeg[..^2], .. Enumerable.Repeat(scan, 400_000).SelectMany(bytes => bytes), .. jpeg[^2..]];
        Assert.Contains("scans, which take too long", Refusal(many), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_picture_leaves_no_memory_behind()
    {
        // Twelve million pixels, as many bytes that are no managed memory, and coded data that end before the last rows: six bits a block, 00 for
        // no change of the mean and 1010 for the block's end.
        byte[] grey = TestPictures.Bytes("grey.jpg");
        int scan = grey.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xff, 0xda]);
        byte[] damaged = [.. Sized(grey[..(scan + 10)], 4000, 3000), .. Enumerable.Repeat((byte[])[0x28, 0xa2, 0x8a], 42_000).SelectMany(bytes => bytes)];
        Read(damaged, TimeSpan.FromSeconds(20));
        long before = Resident();
        for (int i = 0; i < 20; i++)
            Assert.False(Read(damaged, TimeSpan.FromSeconds(20)));
        Assert.InRange(Resident() - before, long.MinValue, 100_000_000);
    }

    [SkippableFact]
    public void A_pipe_and_a_device_are_no_pictures()
    {
        Skip.If(OperatingSystem.IsWindows(), "pipes with names are of Unix");
        string pipe = Path.Combine(folder, "pipe.png");
        Process.Start("mkfifo", [pipe]).WaitForExit();
        foreach (string path in (string[])[pipe, "/dev/zero"])
        {
            var error = Task.Run(() => Assert.Throws<InvalidDataException>(() => ImageFile.Read(path)));
            Assert.True(error.Wait(TimeSpan.FromSeconds(20)), $"{path} is waited for");
            Assert.Contains($"{path}: empty, or not a regular file", error.Result.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_and_a_stream_that_are_too_long_are_refused()
    {
        string path = Path.Combine(folder, "long.png");
        using (var file = File.Create(path))
            file.SetLength(1L << 33);
        Assert.Contains("the file is too large (8192 MiB); the maximum is 256 MiB", Assert.Throws<InvalidDataException>(() => ImageFile.Read(path)).Message, StringComparison.Ordinal);
        using var endless = File.OpenRead(path);
        Assert.Contains("the maximum is 256 MiB", Assert.Throws<InvalidDataException>(() => ImageFile.Read(endless, "standard input")).Message, StringComparison.Ordinal);
    }

    /// <summary>True for an image, false for a refusal; anything else, and too long a time, fail the test.</summary>
    static bool Read(byte[] bytes, TimeSpan patience)
    {
        var reading = Task.Run(() =>
        {
            try
            {
                var image = ImageFile.Decode(bytes, "a");
                return image.Width > 0;
            }
            catch (InvalidDataException)
            {
                return false;
            }
        });
        Assert.True(reading.Wait(patience), $"not read after {patience.TotalSeconds} s: {Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 2000)))}");
        return reading.Result;
    }

    static string Refusal(byte[] bytes) => Assert.Throws<InvalidDataException>(() => ImageFile.Decode(bytes, "a")).Message;

    /// <summary>A JPEG file with another size in its frame header.</summary>
    static byte[] Sized(byte[] jpeg, int width, int height)
    {
        byte[] sized = [.. jpeg];
        int frame = sized.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xff, 0xc0]);
        (sized[frame + 5], sized[frame + 6], sized[frame + 7], sized[frame + 8]) = ((byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width);
        return sized;
    }

    static byte[] Changed(byte[] seed, Random random)
    {
        byte[] bytes = [.. seed];
        for (int n = random.Next(1, 6); n > 0 && bytes.Length > 1; n--)
        {
            int at = random.Next(bytes.Length), length = random.Next(1, Math.Min(16, bytes.Length - at) + 1);
            bytes = random.Next(5) switch
            {
                0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                1 => [.. bytes[..at], (byte)(bytes[at] ^ 1 << random.Next(8)), .. bytes[(at + 1)..]],
                2 => bytes[..at],
                3 => [.. bytes[..at], .. bytes[(at + length)..]],
                _ => [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]],
            };
        }
        return bytes;
    }

    static long Allocated(Action action)
    {
        // Of this thread alone: other tests run beside.
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    static long Resident()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
