namespace Heliograph.EndToEnd.Tests;

/// <summary>Training on folders of pictures as people have them, and runs with links in them.</summary>
public sealed class PicturesTest : IDisposable
{
    readonly Place place = new();

    public PicturesTest()
    {
        foreach (string split in (string[])["train", "test"])
        {
            foreach (string name in (string[])["cat", "dog"])
            {
                foreach (string picture in (string[])["base.jpg", "w.webp", "stored-turned.jpg"])
                    place.Write($"images/{split}/{name}/deep/{picture}", TestPictures.Bytes(picture));
            }
        }
        place.Write("images/train/cat/scan.tif", "x");
        place.Write("images/train/cat/0.jpg", [0xff, 0xd8, 0xff, 0xe0, 0xff, 0xc0]);
    }

    public void Dispose() => place.Dispose();

    [Fact]
    public void Data_info_lists_classes_and_says_what_is_left_out()
    {
        var refused = Info();
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("images/train/cat/0.jpg: damaged image (the file ends too early)", Assert.Single(refused.ErrorLines).Replace('\\', '/'), StringComparison.Ordinal);

        var text = Info("--skip").Succeeded();
        Assert.Contains("pictures of 48×64 pixels on average (height × width)", text.Output, StringComparison.Ordinal);
        Assert.Contains("each class has 3 training and 3 test images: cat, dog", text.Output, StringComparison.Ordinal);
        Assert.StartsWith("warning: left out: 1 .tif, 1 that cannot be read, the first: ", Assert.Single(text.ErrorLines), StringComparison.Ordinal);

        place.Write("images/train/dog/1.jpg", TestPictures.Bytes("base.jpg"));
        var info = Info("--skip", "--json").Succeeded().Json();
        Assert.Equal(1, info.At("leftOut").At(".tif").GetInt32());
        Assert.Equal(["cat 3 3", "dog 4 3"], info.At("counts").EnumerateArray().Select(c => $"{c.At("name")} {c.At("train")} {c.At("test")}"));
        Assert.Contains("dog", Info("--skip").Succeeded().Output, StringComparison.Ordinal);

        ProgramResult Info(params string[] more) => place.Run(["data", "info", "folder", "--path", "images", .. more]);
    }

    [Fact]
    public void Training_refuses_a_damaged_picture_or_leaves_it_out_on_request()
    {
        string[] train = ["train", "tiny.yaml", "--run", "run", "--until", "pretrain", "data.name=folder", "data.path=images", "pretrain.batch=2", "pretrain.epochs=1"];
        var refused = place.Run(train);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("0.jpg: damaged image", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        var trained = place.Run([.. train, "data.skip=true"]).Succeeded();
        Assert.Contains("left out: 1 .tif, 1 that cannot be read, the first: ", trained.Output + trained.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Links_in_a_circle_do_not_keep_runs_from_being_listed_and_resumed()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        place.CopyRun(TrainedRun.Finished);
        Directory.CreateSymbolicLink(place.In("run", "up"), "..");
        Directory.CreateSymbolicLink(place.In("run", "itself"), ".");
        Directory.CreateDirectory(place.In("run", "a"));
        Directory.CreateDirectory(place.In("run", "b"));
        Directory.CreateSymbolicLink(place.In("run", "a", "to-b"), "../b");
        Directory.CreateSymbolicLink(place.In("run", "b", "to-a"), "../a");
        Assert.Equal("run", Assert.Single(place.Run("runs", "run", "--json").Succeeded().Json().At("runs").EnumerateArray()).At("run").GetString());
        Assert.Single(place.Run("runs", ".", "--json").Succeeded().Json().At("runs").EnumerateArray());
        place.Run("train", "tiny.yaml", "--run", "run", "--resume").Succeeded();
    }

    [Fact]
    public async Task A_demonstration_leaves_out_a_picture_that_cannot_be_read()
    {
        place.CopyPair();
        place.Write("photos/a.jpg", [0xff, 0xd8, 0xff, 0xe0, 0xff, 0xc0]);
        place.Write("photos/b.jpg", TestPictures.Bytes("base.jpg"));
        using var program = place.Start("demo", "--pair", "pair", "--http", "0", "--rate", "50", "--images", "photos", "--json");
        var start = System.Text.Json.JsonDocument.Parse(await program.FirstLine()).RootElement;
        using var http = new HttpClient { BaseAddress = new(start.At("page").GetString()!) };
        using var results = new StreamReader(await http.GetStreamAsync("api/results"));
        for (int seen = 0; seen < 3;)
            seen += (await results.ReadLineAsync().WaitAsync(Programs.Patience))!.StartsWith("data:", StringComparison.Ordinal) ? 1 : 0;
        program.SendInterrupt();
        var ended = program.Wait();
        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("left out: photos/a.jpg: damaged image", ended.Error.Replace('\\', '/'), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_second_signal_ends_a_program_that_waits_for_a_pipe_in_place_of_a_pair()
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are of Unix");
        Directory.CreateDirectory(place.In("pair"));
        HeliographProgram.RunAny(place.Path, "mkfifo", "pair/pair.json").Succeeded();
        using var program = place.Start("serve", "--pairs", "pair", "--http", "0", "--udp", "0");
        // Opening a pipe waits for a reader: the program is at work then, and reads what never comes.
        using var pipe = await Task.Run(() => new FileStream(place.In("pair", "pair.json"), FileMode.Open, FileAccess.Write)).WaitAsync(Programs.Patience);
        program.SendInterrupt();
        await Task.Delay(500);
        Assert.False(program.HasExited);
        program.SendInterrupt();
        Assert.Equal(130, program.Wait(TimeSpan.FromSeconds(20)).ExitCode);
    }
}
