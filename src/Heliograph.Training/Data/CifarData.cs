using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Heliograph.Files;
using Heliograph.Networks;

namespace Heliograph.Training.Data;

/// <summary>Reads CIFAR-10 and CIFAR-100 from the official binary archive or from the folder that it unpacks to.</summary>
static class CifarData
{
    /// <summary>The most bytes that an archive unpacks to; the official ones have 184 MB.</summary>
    public const long MostUnpackedBytes = 1 << 30;

    /// <summary>Reads both splits; checks the size of every file, every label and the counts, not the archive's hash.</summary>
    /// <exception cref="InvalidDataException">The data are truncated, damaged or incomplete; the message names the file.</exception>
    public static DataSet Load(CifarLayout layout, string path)
    {
        var reader = new Reader(layout, path);
        try
        {
            if (Directory.Exists(path))
                reader.ReadFolder();
            else
                reader.ReadArchive();
            return reader.Finish();
        }
        catch (ContentException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or FormatException)
        {
            throw new InvalidDataException($"{path}: truncated or damaged ({e.Message.Split('\n')[0].TrimEnd()})", e);
        }
    }

    /// <summary>The files can be read, but what they hold is not the data set.</summary>
    sealed class ContentException(string message) : Exception(message);

    /// <summary>Gathers one data set, in whatever order its files come.</summary>
    sealed class Reader(CifarLayout layout, string path)
    {
        readonly Dictionary<string, (byte[] Pixels, int[] Labels)> parts = [];
        string[]? names;

        public void ReadFolder()
        {
            foreach (string name in layout.TrainFiles.Append(layout.TestFile).Append(layout.NamesFile))
            {
                string file = Path.Combine(path, name);
                if (!File.Exists(file))
                    continue;
                using FileStream stream = File.OpenRead(file);
                Read(name, stream, stream.Length);
            }
        }

        public void ReadArchive()
        {
            using FileStream file = File.OpenRead(path);
            using var unzipped = new GZipStream(file, CompressionMode.Decompress);
            foreach (TarEntry entry in TarEntries.Read(unzipped, MostUnpackedBytes))
            {
                if (entry.DataStream is { } stream)
                    Read(entry.Name.Split('/')[^1], stream, entry.Length);
            }
        }

        public DataSet Finish()
        {
            string[] missing = [.. layout.TrainFiles.Append(layout.TestFile).Where(name => !parts.ContainsKey(name))];
            if (names == null)
                missing = [.. missing, layout.NamesFile];
            if (missing.Length > 0)
                throw new ContentException($"not a complete {layout.Name}: {string.Join(", ", missing)} missing.");
            ImageSet train = Join(layout.TrainFiles, layout.Train), test = Join([layout.TestFile], layout.Test);
            return DataSet.Measure(layout.Name, names!, train, test);
        }

        void Read(string name, Stream stream, long length)
        {
            if (name == layout.NamesFile)
                names = ReadNames(stream, length);
            else if (name == layout.TestFile || layout.TrainFiles.Contains(name))
                parts[name] = ReadRecords(name, stream, length);
        }

        (byte[] Pixels, int[] Labels) ReadRecords(string name, Stream stream, long length)
        {
            long count = length / layout.RecordBytes;
            if (length % layout.RecordBytes != 0 || count > Math.Max(layout.Train, layout.Test))
                throw new ContentException($"{name} has {length} bytes, which is not a whole number of {layout.Name} records of {layout.RecordBytes} bytes.");
            byte[] pixels = GC.AllocateUninitializedArray<byte>((int)count * CifarLayout.ImageBytes), head = new byte[layout.LabelBytes];
            int[] labels = new int[count];
            for (int i = 0; i < count; i++)
            {
                stream.ReadExactly(head);
                stream.ReadExactly(pixels, i * CifarLayout.ImageBytes, CifarLayout.ImageBytes);
                labels[i] = head[^1];
                if (labels[i] >= layout.Classes)
                    throw new ContentException($"record {i} of {name} has label {labels[i]}; {layout.Name} has 0 to {layout.Classes - 1}.");
            }
            return (pixels, labels);
        }

        string[] ReadNames(Stream stream, long length)
        {
            if (length > 1 << 16)
                throw new ContentException($"{layout.NamesFile} has {length} bytes, too many for a list of class names.");
            byte[] text = new byte[length];
            stream.ReadExactly(text);
            string[] lines = Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (lines.Length != layout.Classes)
                throw new ContentException($"{layout.NamesFile} names {lines.Length} classes; {layout.Name} has {layout.Classes}.");
            return lines;
        }

        ImageSet Join(IReadOnlyList<string> files, int expected)
        {
            int count = files.Sum(file => parts[file].Labels.Length);
            if (count != expected)
                throw new ContentException($"{count} images in {string.Join(", ", files)}; {layout.Name} has {expected}.");
            (byte[] Pixels, int[] Labels) joined = files.Count == 1
                ? parts[files[0]]
                : (Concat(files.Select(file => parts[file].Pixels)), Concat(files.Select(file => parts[file].Labels)));
            return new ImageSet(new Shape(3, 32, 32), joined.Pixels, joined.Labels);
        }

        static T[] Concat<T>(IEnumerable<T[]> parts)
        {
            T[] whole = GC.AllocateUninitializedArray<T>(parts.Sum(part => part.Length));
            int at = 0;
            foreach (T[] part in parts)
            {
                part.CopyTo(whole, at);
                at += part.Length;
            }
            return whole;
        }
    }
}
