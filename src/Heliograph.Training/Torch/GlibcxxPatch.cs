using System.Buffers.Binary;
using System.Text;
using Heliograph.Files;

namespace Heliograph.Training.Torch;

/// <summary>
/// Lets TorchSharp 0.107.0's native library load on systems whose libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04).
/// The library asks for version GLIBCXX_3.4.32 for the sake of one symbol, <c>_ZSt21ios_base_library_initv</c>, that nothing calls.
/// Marking that one version need as weak (flag 2 of its entry in the ELF section .gnu.version_r) makes the loader accept the file.
/// </summary>
public static class GlibcxxPatch
{
    /// <summary>The version that older systems lack.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    const uint SectionOfVersionNeeds = 0x6ffffffe;
    const ushort Weak = 2;

    /// <summary>
    /// Marks the need for <see cref="Version"/> as weak in an ELF file. The file is replaced whole, by a rename, so that
    /// another process that loads it at the same time sees one or the other, and a hard-linked original stays untouched.
    /// </summary>
    /// <returns>False when the file has no such need, or it is weak already.</returns>
    /// <exception cref="InvalidDataException">The file is no little-endian 64-bit ELF library.</exception>
    public static bool Apply(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (!MarkWeak(file))
            return false;
        AtomicFile.Write(path, stream => stream.Write(file));
        return true;
    }

    internal static bool MarkWeak(Span<byte> elf)
    {
        if (elf.Length < 64 || !elf[..6].SequenceEqual<byte>([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw new InvalidDataException("not a little-endian 64-bit ELF file");
        try
        {
            int sections = checked((int)U64(elf, 40));
            int size = U16(elf, 58), count = U16(elf, 60);
            for (int i = 0; i < count; i++)
            {
                var section = elf[(sections + i * size)..];
                if (U32(section, 4) != SectionOfVersionNeeds)
                    continue;
                var strings = elf[(int)U64(elf[(sections + (int)U32(section, 40) * size)..], 24)..];
                return MarkWeak(elf[(int)U64(section, 24)..], (int)U32(section, 44), strings);
            }
            return false;
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("the ELF file is damaged", e);
        }
    }

    static bool MarkWeak(Span<byte> needs, int files, ReadOnlySpan<byte> strings)
    {
        for (int file = 0; file < files; file++)
        {
            var version = needs[(int)U32(needs, 8)..];
            for (int i = 0; i < U16(needs, 2); i++)
            {
                var name = strings[(int)U32(version, 8)..];
                if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == Version)
                {
                    bool strong = (U16(version, 4) & Weak) == 0;
                    BinaryPrimitives.WriteUInt16LittleEndian(version[4..], (ushort)(U16(version, 4) | Weak));
                    return strong;
                }
                version = version[(int)U32(version, 12)..];
            }
            needs = needs[(int)U32(needs, 12)..];
        }
        return false;
    }

    static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
