using System.Text.Json;

namespace Heliograph.EndToEnd.Tests;

/// <summary>What belongs to a trained model is kept with it, whatever becomes of the folder that it was trained on.</summary>
public sealed class RunDataTest : IDisposable
{
    static readonly string[] Classes = ["blue", "green", "red"];

    static readonly string[] Train = ["train", "tiny.yaml", "data.name=folder", "data.path=images", "--run", "run"];

    // Trained once; each test changes a copy of the folder.
    static readonly Lazy<Place> Trained = new(() =>
    {
        var place = new Place();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => place.Dispose();
        var random = new Random(1);
        for (int label = 0; label < Classes.Length; label++)
        {
            for (int i = 0; i < 28; i++)
            {
                byte[] pixels = new byte[3 * 32 * 32];
                for (int at = 0; at < pixels.Length; at++)
                    pixels[at] = (byte)(random.Next(60) + (at % 3 == 2 - label ? 150 : 20));
                place.Write($"images/{(i < 20 ? "train" : "test")}/{Classes[label]}/{i}.ppm", [.. "P6 32 32 255\n"u8, .. pixels]);
            }
        }
        place.Run([.. Train, "pretrain.batch=16", "prune.batch=16", "autoencoder.batch=16", "joint.batch=16"]).Succeeded();
        return place;
    });

    readonly Place place = new();

    public RunDataTest()
    {
        foreach (string folder in (string[])["images", "run"])
            place.Copy(Trained.Value.In(folder), folder);
    }

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("export", "run", "--to", "pair")]
    [InlineData("export", "run", "--backbone", "--to", "backbone.safetensors")]
    [InlineData("evaluate", "run")]
    [InlineData("evaluate", "run", "--to", "elsewhere")]
    [InlineData("evaluate", "run", "--backbone")]
    [InlineData("train", "--resume", "--run", "run")]
    public void Another_name_of_a_class_is_refused_naming_both(params string[] arguments)
    {
        foreach (string split in (string[])["train", "test"])
            Directory.Move(place.In("images", split, "red"), place.In("images", split, "alarm"));
        string[] before = place.Snapshot();
        var refused = place.Run(arguments);
        Assert.Equal(2, refused.ExitCode);
        Assert.Equal("error: the run run was trained with the class 'red'; folder has the class 'alarm' instead; restore the classes that it was trained with, or train a new run",
            Assert.Single(refused.ErrorLines));
        Assert.Equal(before, place.Snapshot());
    }

    [Theory]
    [InlineData("pretrain.from=run")]
    [InlineData("joint.teacher=run")]
    public void A_backbone_of_other_classes_is_no_beginning_and_no_teacher(string value)
    {
        foreach (string split in (string[])["train", "test"])
            Directory.Move(place.In("images", split, "red"), place.In("images", split, "alarm"));
        var refused = place.Run("train", "tiny.yaml", "data.name=folder", "data.path=images", value, "--run", "new");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("its 'blue' is 'alarm' there", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "was trained without the class 'violet', which folder has now")]
    [InlineData(false, "was trained with the class 'red', which folder no longer has")]
    public void A_class_more_or_less_is_refused_by_name(bool more, string says)
    {
        foreach (string split in (string[])["train", "test"])
        {
            if (more)
                place.Copy(place.In("images", split, "red"), $"images/{split}/violet");
            else
                Directory.Delete(place.In("images", split, "red"), recursive: true);
        }
        var refused = place.Run("evaluate", "run");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(says, Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void With_pictures_added_the_mean_stays_and_every_command_says_what_changed()
    {
        string before = Export("before").Id;
        double accuracy = place.Run("evaluate", "run", "--backbone", "--json").Succeeded().Json().Number("top1");
        for (int i = 0; i < 10; i++)
            place.Write($"images/train/red/more-{i}.ppm", [.. "P6 32 32 255\n"u8, .. Enumerable.Repeat((byte)255, 3 * 32 * 32)]);
        const string says = "warning: the run run was started with other images of folder: 60 training images then, 70 now; it keeps its mean and deviation";

        var (id, result) = Export("after");
        Assert.Equal(says, Assert.Single(result.ErrorLines));
        Assert.Equal(before, id);
        Assert.Equal(Normalisation("before"), Normalisation("after"));
        // The test images are as they were, and so is what is said of them.
        var measured = place.Run("evaluate", "run", "--json").Succeeded();
        Assert.Equal(says, Assert.Single(measured.ErrorLines));
        Assert.Equal(Trained.Value.Record("run/evaluation.json"), measured.Json().GetRawText());
        Assert.Equal(accuracy, place.Run("evaluate", "run", "--backbone", "--json").Succeeded().Json().Number("top1"));
        Assert.Contains(says, place.Run("train", "--resume", "--run", "run").Succeeded().Output, StringComparison.Ordinal);
        // A new run learns from what is there.
        place.Run([.. Train[..^1], "new", "--until", "pretrain", "pretrain.batch=16"]).Succeeded();
        Assert.NotEqual(Mean("run"), Mean("new"));

        string Mean(string run) => JsonDocument.Parse(File.ReadAllText(place.In(run, "data.json"))).RootElement.At("mean").GetRawText();
        string Normalisation(string pair) => JsonDocument.Parse(File.ReadAllText(place.In(pair, "pair.json"))).RootElement.At("normalisation").GetRawText();
    }

    [Fact]
    public void Other_pixels_are_noticed_too()
    {
        place.Write("images/test/red/20.ppm", [.. "P6 32 32 255\n"u8, .. new byte[3 * 32 * 32]]);
        Assert.Contains("24 test images then and now, but not the same", Assert.Single(place.Run("evaluate", "run", "--json").Succeeded().ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_an_earlier_version_takes_the_data_as_they_are_and_keeps_them_when_it_goes_on()
    {
        string id = Export("before").Id;
        File.Delete(place.In("run", "data.json"));
        string[] before = place.Snapshot();
        Assert.Equal(id, Export("after").Id);
        Assert.Equal(before, place.Snapshot().Where(line => !line.StartsWith("after", StringComparison.Ordinal)));
        place.Run("train", "--resume", "--run", "run").Succeeded();
        Assert.Equal(File.ReadAllText(Trained.Value.In("run", "data.json")), File.ReadAllText(place.In("run", "data.json")));
    }

    (string Id, ProgramResult Result) Export(string to)
    {
        var result = place.Run("export", "run", "--to", to, "--no-onnx", "--json").Succeeded();
        return (result.Json().At("id").GetString()!, result);
    }
}
