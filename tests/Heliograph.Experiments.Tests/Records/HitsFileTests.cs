using System.Globalization;
using System.Text;
using Heliograph.Experiments.Records;

namespace Heliograph.Experiments.Tests.Records;

public sealed class HitsFileTests : IDisposable
{
    static readonly Hits Some = new("validation", new string('a', 64), 7,
        [SomeHits.At(null, "1000000001010"), SomeHits.At(-6.5, "0111111110001", "1111111111111"), SomeHits.At(14.5, "0000000000000", "0000000000001")]);

    readonly TemporaryFolder folder = new();

    string File => Path.Combine(folder.Path, "evaluation.hits");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        HitsFile.Write(File, Some);
        var read = HitsFile.Read(File);
        Assert.Equal((Some.MeasuredOn, Some.Data, Some.Seed, 13), (read.MeasuredOn, read.Data, read.Seed, read.Images));
        Assert.Equal(Some.Points.Select(point => point.SnrDb), read.Points.Select(point => point.SnrDb));
        Assert.Equal(Some.Points.SelectMany(point => point.Draws), read.Points.SelectMany(point => point.Draws));
    }

    [Fact]
    public void The_file_is_a_line_of_json_and_a_bit_an_image_the_first_lowest()
    {
        HitsFile.Write(File, Some);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        int end = Array.IndexOf(bytes, (byte)'\n');
        var header = System.Text.Json.Nodes.JsonNode.Parse(bytes.AsSpan(0, end))!;
        Assert.Equal("""[{"snrDb":null,"draws":1},{"snrDb":-6.5,"draws":2},{"snrDb":14.5,"draws":2}]""", header["points"]!.ToJsonString());
        Assert.Equal([0b0000_0001, 0b0000_1010, 0b1111_1110, 0b0001_0001, 0xff, 0b0001_1111, 0, 0, 0, 0b0001_0000], bytes[(end + 1)..]);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes[(end + 1)..])), header["sha256"]!.GetValue<string>());
    }

    [Fact]
    public void Five_draws_of_ten_thousand_images_at_fourteen_snrs_take_89_kilobytes()
    {
        bool[] draw = new bool[10_000];
        HitsFile.Write(File, Some with { Points = [new(null, [draw]), .. Enumerable.Range(0, 14).Select(i => new HitsAt(i, [draw, draw, draw, draw, draw]))] });
        Assert.InRange(new FileInfo(File).Length, 71 * 1250, 71 * 1250 + 1000);
    }

    public static TheoryData<string> Damages => ["empty", "no line", "cut", "longer", "a bit", "another version", "another format", "no draws", "more draws than memory", "no points", "text"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_file_is_named(string damage)
    {
        HitsFile.Write(File, Some);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        // Every byte as a character, so that the bits survive.
        string text = Encoding.Latin1.GetString(bytes);
        bytes = damage switch
        {
            "empty" => [],
            "no line" => bytes[..20],
            "cut" => bytes[..^1],
            "longer" => [.. bytes, 0],
            "a bit" => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)],
            "another version" => Replace("\"version\":1", "\"version\":2"),
            "another format" => Replace("heliograph-hits", "heliograph-pair"),
            "no draws" => Replace("\"draws\":2", "\"draws\":0"),
            "more draws than memory" => Replace("\"draws\":2", string.Create(CultureInfo.InvariantCulture, $"\"draws\":{int.MaxValue}")),
            "no points" => Replace("\"points\":[", "\"points\":null,\"other\":["),
            _ => Encoding.UTF8.GetBytes("snr_db,top1\n0,50\n"),
        };
        System.IO.File.WriteAllBytes(File, bytes);
        Assert.StartsWith(File + ": ", Assert.Throws<InvalidDataException>(() => HitsFile.Read(File)).Message, StringComparison.Ordinal);

        byte[] Replace(string old, string now)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            return Encoding.Latin1.GetBytes(text.Replace(old, now, StringComparison.Ordinal));
        }
    }
}
