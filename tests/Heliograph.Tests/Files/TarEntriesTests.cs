using System.Formats.Tar;
using System.Text;
using Heliograph.Files;

namespace Heliograph.Tests.Files;

public sealed class TarEntriesTests
{
    const int Block = 512;

    /// <summary>What follows is not there: whoever takes memory for it does so before it is asked for.</summary>
    [Theory]
    [InlineData('L', "17777777777")]
    [InlineData('K', "17777777777")]
    [InlineData('x', "17777777777")]
    [InlineData('g', "17777777777")]
    [InlineData('L', "00000200001")]
    [InlineData('x', "base-256")]
    public void A_long_name_or_PAX_block_that_declares_much_is_refused_before_memory_is_taken(char type, string size)
    {
        byte[] archive = [.. Header(type, size), .. new byte[4 * Block]];
        foreach (Stream stream in new Stream[] { new MemoryStream(archive), new Pipe(archive) })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            string message = Assert.Throws<InvalidDataException>(() => TarEntries.Read(stream).Count()).Message;
            Assert.Contains("longer than 65536 bytes", message, StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Theory]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Pax)]
    public void Long_names_are_read_as_they_were_written(TarEntryFormat format)
    {
        string[] names = [new string('a', 300) + "/one", "two", string.Concat(Enumerable.Repeat("folder/", 2000)) + "three"];
        byte[] archive = Archive(format, names);
        foreach (Stream stream in new Stream[] { new MemoryStream(archive), new Pipe(archive) })
            Assert.Equal(names.Select((name, i) => (name, 1000L + i)), TarEntries.Read(stream).Select(entry => (entry.Name, entry.Length)));
    }

    /// <summary>Data that look like headers are data.</summary>
    [Fact]
    public void Data_are_never_taken_for_headers()
    {
        byte[] inside = [.. Header('L', "17777777777"), .. new byte[Block]];
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "first") { DataStream = new MemoryStream(inside) });
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "second"));
        }
        foreach (Stream stream in new Stream[] { new MemoryStream(archive.ToArray()), new Pipe(archive.ToArray()) })
            Assert.Equal(["first", "second"], TarEntries.Read(stream).Select(entry => entry.Name));
    }

    [Fact]
    public void An_archive_that_unpacks_to_too_much_is_refused_also_behind_its_end()
    {
        byte[] archive = Archive(TarEntryFormat.Ustar, "one");
        Assert.Single(TarEntries.Read(new Pipe(archive), archive.Length));
        Assert.Contains("more than", Assert.Throws<InvalidDataException>(() => TarEntries.Read(new Pipe(archive), archive.Length - 1).Count()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => TarEntries.Read(new Pipe([.. archive, .. new byte[100_000]]), archive.Length).Count());
    }

    static byte[] Archive(TarEntryFormat format, params string[] names)
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, format, leaveOpen: true))
        {
            for (int i = 0; i < names.Length; i++)
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, names[i]),
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, names[i]),
                    _ => new UstarTarEntry(TarEntryType.RegularFile, names[i]),
                };
                entry.DataStream = new MemoryStream(new byte[1000 + i]);
                tar.WriteEntry(entry);
            }
        }
        return archive.ToArray();
    }

    static byte[] Header(char type, string size)
    {
        byte[] header = new byte[Block];
        Encoding.ASCII.GetBytes("././@LongLink").CopyTo(header, 0);
        Encoding.ASCII.GetBytes("0000644\00000000\00000000\0").CopyTo(header, 100);
        if (size == "base-256")
            (header[124], header[132]) = (0x80, 0x7f);
        else
            Encoding.ASCII.GetBytes(size).CopyTo(header, 124);
        Encoding.ASCII.GetBytes("00000000000\0        ").CopyTo(header, 136);
        header[156] = (byte)type;
        Encoding.ASCII.GetBytes("ustar  \0").CopyTo(header, 257);
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }

    /// <summary>A stream that cannot be sought and gives what it likes.</summary>
    sealed class Pipe(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 100)]);
    }
}
