using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Heliograph.Training.Torch;

namespace Heliograph.Training.Tests.Torch;

public sealed class GlibcxxPatchTests : IDisposable
{
    const int FlagsOfTheVersion = 64 + 16 + 16 + 4;
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The smallest ELF file with a section of version needs: one library, two versions of it.</summary>
    static byte[] Elf(string version = GlibcxxPatch.Version, ushort flags = 0)
    {
        const int needs = 64, names = needs + 16 + 2 * 16, sections = 192;
        byte[] elf = new byte[sections + 3 * 64];
        ((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]).CopyTo(elf, 0);
        void U16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(at), value);
        void U32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(at), value);
        void U64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(at), value);
        U64(40, sections);
        U16(58, 64);
        U16(60, 3);
        // Section 1: strings. Section 2: version needs of one file, whose strings are in section 1.
        U32(sections + 64 + 4, 3);
        U64(sections + 64 + 24, names);
        U32(sections + 128 + 4, 0x6ffffffe);
        U64(sections + 128 + 24, needs);
        U32(sections + 128 + 40, 1);
        U32(sections + 128 + 44, 1);
        U16(needs + 2, 2);
        U32(needs + 8, 16);
        U32(needs + 16 + 8, 1);
        U32(needs + 16 + 12, 16);
        U16(needs + 32 + 4, flags);
        U32(needs + 32 + 8, 20);
        Encoding.ASCII.GetBytes("\0GLIBCXX_3.4\0").CopyTo(elf, names);
        Encoding.ASCII.GetBytes(version + "\0").CopyTo(elf, names + 20);
        return elf;
    }

    [Fact]
    public void The_need_becomes_weak_once_and_nothing_else_changes()
    {
        string path = folder.Write("library.so", Elf());
        Assert.True(GlibcxxPatch.Apply(path));
        byte[] patched = File.ReadAllBytes(path), expected = Elf();
        expected[FlagsOfTheVersion] = 2;
        Assert.Equal(expected, patched);
        var written = File.GetLastWriteTimeUtc(path);
        Assert.False(GlibcxxPatch.Apply(path));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Other_flags_stay() => Assert.Equal(7, Marked(Elf(flags: 5))[FlagsOfTheVersion]);

    static byte[] Marked(byte[] elf)
    {
        GlibcxxPatch.MarkWeak(elf);
        return elf;
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.31")]
    [InlineData("GLIBCXX_3.4.3")]
    [InlineData("GLIBCXX_3.4.320")]
    public void Other_versions_stay_strong(string version)
    {
        string path = folder.Write("library.so", Elf(version));
        Assert.False(GlibcxxPatch.Apply(path));
        Assert.Equal(Elf(version), File.ReadAllBytes(path));
    }

    [SkippableFact]
    public void A_hard_linked_original_stays_untouched()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        string package = folder.Write("package.so", Elf()), output = Path.Combine(folder.Path, "output.so");
        Assert.Equal(0, link(package, output));
        Assert.True(GlibcxxPatch.Apply(output));
        Assert.Equal(Elf(), File.ReadAllBytes(package));
        Assert.NotEqual(Elf(), File.ReadAllBytes(output));
    }

    [Fact]
    public void What_is_no_library_is_refused_and_left_alone()
    {
        byte[] is32Bit = Elf(), bigEndian = Elf();
        is32Bit[4] = 1;
        bigEndian[5] = 2;
        foreach (byte[] garbage in (byte[][])[[], [1, 2, 3], new byte[500], Encoding.ASCII.GetBytes(new string('x', 100)), Elf()[..63], is32Bit, bigEndian])
        {
            string path = folder.Write("garbage.so", garbage);
            Assert.Throws<InvalidDataException>(() => GlibcxxPatch.Apply(path));
            Assert.Equal(garbage, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void A_library_that_ends_too_soon_is_refused()
    {
        for (int length = 64; length < Elf().Length - 16; length++)
        {
            byte[] cut = Elf()[..length];
            Assert.Throws<InvalidDataException>(() => GlibcxxPatch.MarkWeak(cut));
        }
    }

    [Fact]
    public void Offsets_out_of_the_file_are_refused()
    {
        foreach (int at in (int[])[40, 192 + 64 + 24, 192 + 128 + 24, 192 + 128 + 40, 64 + 8, 64 + 16 + 12, 64 + 32 + 8])
        {
            foreach (byte high in (byte[])[0x7f, 0xff])
            {
                byte[] damaged = Elf();
                damaged[at + 3] = high;
                Assert.Throws<InvalidDataException>(() => GlibcxxPatch.MarkWeak(damaged));
            }
        }
    }

    [SkippableFact]
    public void The_librarys_own_copy_changes_in_one_byte_at_most_and_only_once()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        string loaded = ((string)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")!).Split(Path.PathSeparator).Append(AppContext.BaseDirectory)
            .Select(directory => Path.Combine(directory, "libLibTorchSharp.so")).First(File.Exists);
        string copy = folder.Write("copy.so", File.ReadAllBytes(loaded));
        bool patched = GlibcxxPatch.Apply(copy);
        Assert.False(GlibcxxPatch.Apply(copy));
        byte[] before = File.ReadAllBytes(loaded), after = File.ReadAllBytes(copy);
        int[] changed = [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i])];
        Assert.Equal(patched ? 1 : 0, changed.Length);
    }

    [DllImport("libc", ExactSpelling = true)]
    static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
