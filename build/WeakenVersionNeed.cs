using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies an ELF library and marks its need for one symbol version as weak (flag 2 of the need's entry in the section .gnu.version_r),
/// so that the loader accepts it where that version is missing. Compiled by MSBuild itself (TorchSharp.targets), against netstandard2.0.
/// </summary>
public sealed class WeakenVersionNeed : Task
{
    const uint SectionOfVersionNeeds = 0x6ffffffe;
    const byte Weak = 2;

    /// <summary>The library to read: little-endian 64-bit ELF. It stays as it is.</summary>
    [Required]
    public string Library { get; set; }

    /// <summary>Where the copy goes.</summary>
    [Required]
    public string Copy { get; set; }

    /// <summary>The version, such as GLIBCXX_3.4.32.</summary>
    [Required]
    public string Version { get; set; }

    public override bool Execute()
    {
        byte[] elf = File.ReadAllBytes(Library);
        int need = Find(elf);
        if (need < 0)
        {
            Log.LogError("{0} does not need {1}: if TorchSharp is newer, build/TorchSharp.targets may no longer be wanted", Library, Version);
            return false;
        }
        elf[need + 4] |= Weak;
        Directory.CreateDirectory(Path.GetDirectoryName(Copy));
        // Deleted first: the output may hold hard links to the last copy, which a running program has loaded.
        File.Delete(Copy);
        File.WriteAllBytes(Copy, elf);
        return true;
    }

    /// <summary>Where the entry of the version's need begins, or -1.</summary>
    int Find(byte[] elf)
    {
        long sections = BitConverter.ToInt64(elf, 40);
        int size = BitConverter.ToUInt16(elf, 58), count = BitConverter.ToUInt16(elf, 60);
        for (int i = 0; i < count; i++)
        {
            int section = (int)sections + i * size;
            if (BitConverter.ToUInt32(elf, section + 4) != SectionOfVersionNeeds)
                continue;
            int strings = (int)BitConverter.ToInt64(elf, (int)sections + BitConverter.ToInt32(elf, section + 40) * size + 24);
            int library = (int)BitConverter.ToInt64(elf, section + 24);
            for (int libraries = BitConverter.ToInt32(elf, section + 44); libraries > 0; libraries--)
            {
                int need = library + BitConverter.ToInt32(elf, library + 8);
                for (int needs = BitConverter.ToUInt16(elf, library + 2); needs > 0; needs--)
                {
                    if (Text(elf, strings + BitConverter.ToInt32(elf, need + 8)) == Version)
                        return need;
                    need += BitConverter.ToInt32(elf, need + 12);
                }
                library += BitConverter.ToInt32(elf, library + 12);
            }
        }
        return -1;
    }

    static string Text(byte[] bytes, int start)
    {
        return Encoding.ASCII.GetString(bytes, start, Array.IndexOf(bytes, (byte)0, start) - start);
    }
}
