using Heliograph.Images;

namespace Heliograph.Device.Tests;

/// <summary>Folders of pictures as people have them: phone photographs, other formats, links, damaged files, names from other systems.</summary>
public sealed class PicturesTest : IDisposable
{
    readonly Workplace place = new();
    readonly Listener edge = new();

    public void Dispose()
    {
        edge.Dispose();
        place.Dispose();
    }

    [Fact]
    public void What_is_no_picture_is_said_once_by_kind_and_all_pictures_are_sent()
    {
        place.Picture("photos/a.ppm", 32, 32, 1);
        foreach (string name in (string[])["b.jfif", "deep/er/c.webp", "d.PNG"])
            Copy(name.EndsWith("webp", StringComparison.Ordinal) ? "w.webp" : name.EndsWith("PNG", StringComparison.Ordinal) ? "gray16.png" : "base.jpg", "photos/" + name);
        foreach (string name in (string[])["x.tif", "y.TIF", "z.gif", "notes", "deep/.hidden"])
            File.WriteAllText(place.In("photos", name), "x");
        var result = Send("photos").Succeeded();
        Assert.Equal("left out: 1 .gif, 2 .tif, 1 without extension; only .png, .jpg, .jpeg, .jfif, .webp, .bmp, .ppm are read", Assert.Single(result.ErrorLines));
        Assert.Equal(4, edge.Take(4).Length);
    }

    [Fact]
    public void The_same_picture_stored_two_ways_gives_the_same_symbols()
    {
        Copy("upright.jpg", "photos/a.jpg");
        Copy("stored-turned.jpg", "photos/b.jpg");
        Send("photos").Succeeded();
        var frames = edge.Take(2);
        SendTest.Close(frames[0].Symbols, frames[1].Symbols, 0.02f);
        SendTest.Close(place.Symbols(ImageFile.Read(TestPictures.Of("upright.jpg"))), frames[0].Symbols, 1e-5f);
    }

    [SkippableFact]
    public void Each_picture_is_sent_once_however_many_links_lead_to_it()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        place.Picture("photos/a/1.ppm", 32, 32, 1);
        place.Picture("photos/b/2.ppm", 32, 32, 2);
        Directory.CreateSymbolicLink(place.In("photos", "up"), "..");
        Directory.CreateSymbolicLink(place.In("photos", "a", "to-b"), "../b");
        Directory.CreateSymbolicLink(place.In("photos", "b", "to-a"), "../a");
        File.CreateSymbolicLink(place.In("photos", "gone.png"), "nowhere.png");
        var result = Send("photos").Succeeded();
        Assert.Equal(2, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("1 broken link", result.Error, StringComparison.Ordinal);
        edge.Take(2);
    }

    [Fact]
    public void Pictures_that_cannot_be_read_are_left_out_counted_and_said_at_the_end()
    {
        place.Picture("photos/b.ppm", 32, 32, 1);
        place.Picture("photos/d.ppm", 32, 32, 2);
        File.WriteAllBytes(place.In("photos", "a.png"), [1, 2, 3]);
        File.WriteAllBytes(place.In("photos", "c.jpg"), [0xff, 0xd8, 0xff, 0xe0, 0xff, 0xc0]);
        // The labels' lines are those of all pictures.
        File.WriteAllText(place.In("labels.txt"), "class 0\nclass 1\nclass 2\nclass 3\n");
        var result = Send("photos", "--labels", "labels.txt", "--repeat", "2");
        Assert.Equal(1, result.ExitCode);
        string line = Assert.Single(result.ErrorLines);
        Assert.StartsWith("error: 2 of 4 pictures could not be read and were left out: photos/a.png: not a PNG", line.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Contains("c.jpg: damaged image (the file ends too early)", line, StringComparison.Ordinal);
        Assert.Equal([1, 3, 1, 3], edge.Take(4).Select(frame => frame.Label));

        var strict = Send("photos", "--strict");
        Assert.Equal((1, ""), (strict.ExitCode, strict.Output));
        Assert.StartsWith("error: photos/a.png: ", Assert.Single(strict.ErrorLines).Replace('\\', '/'), StringComparison.Ordinal);

        File.Delete(place.In("photos", "b.ppm"));
        File.Delete(place.In("photos", "d.ppm"));
        Assert.StartsWith("error: 2 of 2 pictures", Assert.Single(Send("photos", "--repeat", "0").ErrorLines), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string, int?[]> Labels => new()
    {
        { "names", "class 1\nclass 0\n\n", "", [1, 0] },
        { "indices", "3\n0\n", "", [3, 0] },
        { "indices that are said to be some", "3\n0\n", "--label-indices", [3, 0] },
        { "a name among indices", "3\nclass 0\n", "labels.txt, line 2: 'class 0' is not an index like the labels before it", [] },
        { "an index among names", "class 0\n3\n", "labels.txt, line 2: '3' is not a class of the pair; labels must be all class names or all indices", [] },
        { "an index that is none", "0\n5\n", "labels.txt, line 2: '5' is not an index like the labels before it", [] },
        { "names that are said to be indices", "0\nclass 0\n", "--label-indices labels.txt, line 2: 'class 0' is not an index of a class, 0 to 4", [] },
        { "no class", "cat\ncat\n", "labels.txt, line 1: 'cat' is not a class of the pair", [] },
        { "too few", "class 0\n", "labels.txt has 1 lines, too few for 2 images", [] },
    };

    [Theory]
    [MemberData(nameof(Labels))]
    public void A_file_of_labels_is_names_or_indices_as_a_whole(string what, string file, string optionAndMessage, int?[] expected)
    {
        Assert.NotEmpty(what);
        Check(file, optionAndMessage, expected);
    }

    [Theory]
    [InlineData("1\n2\n", "", 0, 1)]
    [InlineData("0\n3\n", "labels.txt, line 1: '0' is not a class of the pair, which has a class named '1'; with --label-indices")]
    [InlineData("0\n3\n", "--label-indices", 0, 3)]
    [InlineData("4\n0\n", "labels.txt, line 2: '0' is not a class of the pair, which has a class named '1'")]
    public void Where_classes_are_called_by_numbers_numbers_are_names(string file, string optionAndMessage, params int[] expected)
    {
        RenameClasses(name => $"{int.Parse(name[^1..], System.Globalization.CultureInfo.InvariantCulture) + 1}");
        Check(file, optionAndMessage, [.. expected.Select(label => (int?)label)]);
    }

    [Fact]
    public void A_class_is_the_same_in_both_of_Unicodes_forms()
    {
        RenameClasses(name => name == "class 2" ? "caf\u00e9" : name);
        place.Picture("photos/cafe\u0301/a.ppm", 32, 32, 1);
        Send("photos", "--labels", "folders").Succeeded();
        Assert.Equal(2, Assert.Single(edge.Take(1)).Label);
        File.WriteAllText(place.In("labels.txt"), "cafe\u0301\n");
        Send("photos", "--labels", "labels.txt").Succeeded();
        Assert.Equal(2, edge.Take(2)[^1].Label);
        Assert.Contains("looks the same but has other Unicode characters", Send("photos/caf\u00e9").Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_name_that_is_not_UTF8_is_named_as_the_cause()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "other systems' names are Unicode");
        place.Picture("photos/a.ppm", 32, 32, 1);
        Programs.Run(place.Path, ["bash", "-c", "cp photos/a.ppm photos/$'caf\\xe9.ppm'"]).Succeeded();
        var result = Send("photos");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("1 of 2 pictures could not be read and was left out", result.Error, StringComparison.Ordinal);
        Assert.Contains("the name is not valid UTF-8, so the file cannot be opened: rename it", result.Error, StringComparison.Ordinal);
        Assert.Single(edge.Take(1));
        // .NET cannot delete it either.
        Programs.Run(place.Path, ["rm", "-r", "photos"]).Succeeded();
    }

    [SkippableTheory]
    [InlineData(false, 2)]
    [InlineData(true, 15)]
    public void A_second_signal_ends_it_whatever_it_waits_for(bool terminate, int signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are of Unix");
        // Standard input never ends: what the first asks for never comes to its turn.
        Programs.Run(place.Path, ["mkfifo", "pipe"]).Succeeded();
        using var program = Programs.Start(place.Path,
            ["bash", "-c", "exec 3<> pipe; exec \"$@\" <&3", "bash", .. DevicePrograms.Built, "send", "--pair", "pair", "--dry-run", "--raw", "32x32", "-"]);
        var ended = Task.Run(() => program.Wait());
        // Not before the program listens, or the first one would be enough.
        int sent = 0;
        for (; !ended.Wait(1500); sent++)
        {
            if (terminate)
                program.SendTerminate();
            else
                program.SendInterrupt();
        }
        Assert.Equal(128 + signal, ended.Result.ExitCode);
        Assert.InRange(sent, 1, 3);
    }

    void Copy(string picture, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place.In(to))!);
        File.Copy(TestPictures.Of(picture), place.In(to));
    }

    void RenameClasses(Func<string, string> name)
    {
        string path = place.In("pair", "pair.json"), text = File.ReadAllText(path);
        foreach (string old in place.Pair.Description.Classes)
            text = text.Replace($"\"{old}\"", $"\"{name(old)}\"", StringComparison.Ordinal);
        File.WriteAllText(path, text);
    }

    void Check(string file, string optionAndMessage, int?[] expected)
    {
        place.Picture("photos/a.ppm", 32, 32, 1);
        place.Picture("photos/b.ppm", 32, 32, 2);
        File.WriteAllText(place.In("labels.txt"), file);
        const string option = "--label-indices";
        string says = optionAndMessage.Replace(option + " labels", "labels", StringComparison.Ordinal);
        bool indices = optionAndMessage.StartsWith(option, StringComparison.Ordinal);
        var result = Send(["photos", "--labels", "labels.txt", .. indices ? [option] : Array.Empty<string>()]);
        if (expected.Length > 0)
        {
            result.Succeeded();
            Assert.Equal(expected, edge.Take(expected.Length).Select(frame => frame.Label));
            return;
        }
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains(says, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    ProgramResult Send(params string[] arguments) => place.Run(["send", "--pair", "pair", "--to", edge.Address, "--json", .. arguments]);
}
