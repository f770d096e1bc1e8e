namespace Heliograph.Device.Tests;

public sealed class BadInputTest : IDisposable
{
    readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("dance", "there is no command 'dance'")]
    [InlineData("send", "--pair FOLDER is missing")]
    [InlineData("send --pair", "--pair needs a value")]
    [InlineData("send --pair pair a.ppm", "--to udp://HOST:PORT")]
    [InlineData("send --pair pair --dry-run", "missing")]
    [InlineData("send --pair pair --dry-run a.ppm a.ppm", "give only one image, folder or -")]
    [InlineData("send --pair pair --dry-run nothing.png", "'nothing.png'")]
    [InlineData("send --pair pair --dry-run empty", "no image")]
    [InlineData("send --pair nowhere --dry-run a.ppm", "there is no folder nowhere")]
    [InlineData("send --pair pair --to tcp://host a.ppm", "udp://")]
    [InlineData("send --pair pair --dry-run --channel rain:3 a.ppm", "there is no channel 'rain'; ")]
    [InlineData("send --pair pair --dry-run --channel awgn:loud a.ppm", "'loud' is not a number from -100 to 100")]
    [InlineData("send --pair pair --dry-run --rgb 32x -", "--rgb: a number of pixels such as 32, or HEIGHTxWIDTH such as 48x64, from 1 to 16384; not '32x'")]
    [InlineData("send --pair pair --dry-run --rgb 0x32 -", "not '0x32'")]
    [InlineData("send --pair pair --dry-run --rgb 32x16385 -", "from 1 to 16384")]
    [InlineData("send --pair pair --dry-run --rgb 32x32 a.ppm", "standard input")]
    [InlineData("send --pair pair --dry-run --raw 640x480 -", "--raw 640x480 is width first; sizes are now height first: --rgb 480x640")]
    [InlineData("send --pair pair --dry-run --rate 0 a.ppm", "--rate must be")]
    [InlineData("send --pair pair --dry-run --rate fast a.ppm", "--rate must be")]
    [InlineData("send --pair pair --dry-run --device me a.ppm", "--device must be a whole number")]
    [InlineData("send --pair pair --dry-run --format mp3 a.ppm", "cf32 or ci16")]
    [InlineData("send --pair pair --dry-run --labels nowhere.txt a.ppm", "nowhere.txt")]
    [InlineData("send --pair pair --dry-run --labels folders -", "are in no folder")]
    [InlineData("send --pair pair --dry-run --label-indices a.ppm", "--labels")]
    [InlineData("send --pair pair --dry-run --json=yes a.ppm", "takes no value")]
    [InlineData("send --pair pair --dry-run --dry-run a.ppm", "given twice")]
    [InlineData("send --pair pair --dry-runn a.ppm", "did you mean --dry-run")]
    [InlineData("send --pair pair --dry-run --record sky.wav a.ppm", "sigmf-meta")]
    [InlineData("send --pair pair --dry-run --shuffle -", "--shuffle: standard input")]
    [InlineData("send --pair pair --dry-run --channel awgn:101 a.ppm", "'101' is not a number from -100 to 100")]
    [InlineData("bench", "--pair FOLDER is missing")]
    [InlineData("bench --pair pair --rounds 0", "--rounds")]
    [InlineData("bench --pair pair --path wide", "vector256")]
    public void Wrong_usage_gets_one_line_and_exit_code_2(string arguments, string said)
    {
        place.Picture("a.ppm", 32, 32, 1);
        Directory.CreateDirectory(place.In("empty"));
        AssertRefused(2, said, place.Run(arguments.Split(' ')));
    }

    [SkippableFact]
    public void Labels_without_end_get_one_line()
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no /dev/zero");
        place.Picture("a.ppm", 32, 32, 1);
        File.CreateSymbolicLink(place.In("labels.txt"), "/dev/zero");
        AssertRefused(1, "labels.txt: longer than 67,108,864 bytes", place.Run("send", "--pair", "pair", "--dry-run", "--labels", "labels.txt", "a.ppm"));
    }

    [Theory]
    [InlineData("device.safetensors", "SHA-256")]
    [InlineData("pair.json", "pair.json")]
    [InlineData("a.ppm", "a.ppm")]
    [InlineData("labels.txt", "labels.txt, line 1")]
    public void Damaged_input_gets_one_line_and_exit_code_1(string damaged, string said)
    {
        place.Picture("a.ppm", 32, 32, 1);
        File.WriteAllText(place.In("labels.txt"), "class 1\n");
        string file = File.Exists(place.In(damaged)) ? place.In(damaged) : place.In("pair", damaged);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[damaged == "pair.json" || damaged.EndsWith(".txt", StringComparison.Ordinal) ? 1 : bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(file, damaged == "a.ppm" ? bytes[..^1] : bytes);
        AssertRefused(1, said, place.Run("send", "--pair", "pair", "--dry-run", "--labels", "labels.txt", "a.ppm"));
    }

    [Theory]
    [InlineData(2, "'nothing.png'", "nothing.png")]
    [InlineData(1, "a.png", "--strict photos")]
    [InlineData(1, "is not a class of the pair", "--labels folders a.ppm")]
    [InlineData(2, "--seed must be", "--seed x a.ppm")]
    [InlineData(2, "udp://", "--to tcp://host a.ppm")]
    public void What_fails_before_the_first_frame_leaves_no_recording(int exitCode, string said, string arguments)
    {
        place.Picture("a.ppm", 32, 32, 1);
        place.Picture(Path.Combine("photos", "b.ppm"), 32, 32, 1);
        File.WriteAllBytes(place.In("photos", "a.png"), [1, 2, 3]);
        string to = arguments.Contains("--to", StringComparison.Ordinal) ? "" : "--dry-run ";
        AssertRefused(exitCode, said, place.Run($"send --pair pair --record sky.sigmf-meta {to}{arguments}".Split(' ')));
        Assert.Empty(Directory.GetFiles(place.Path, "sky.*"));
    }

    [Fact]
    public void Help_and_version_are_there()
    {
        Assert.Contains("send", place.Run("--help").Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("--record", place.Run("send", "--help").Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("--rounds", place.Run("bench", "-h").Succeeded().Output, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", place.Run("--version").Succeeded().Output);
    }

    static void AssertRefused(int exitCode, string said, ProgramResult result)
    {
        Assert.True(exitCode == result.ExitCode, result.ToString());
        string line = Assert.Single(result.ErrorLines);
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }
}
