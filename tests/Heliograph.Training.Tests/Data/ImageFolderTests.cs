using Heliograph.Channels;
using Heliograph.Experiments.Data;
using Heliograph.Images;
using Heliograph.Training.Data;

namespace Heliograph.Training.Tests.Data;

public sealed class ImageFolderTests
{
    [Fact]
    public void Png_files_hold_the_very_pixels_in_the_folders_of_their_classes()
    {
        using var folder = new TemporaryFolder();
        var set = DataSets.Load(new DataOptions { Name = "signs", Train = 32, Test = 40 }, null, seed: 1);
        string to = Path.Combine(folder.Path, "photos");
        Assert.Equal(25, ImageFolder.Write(set.Test, set.Classes, to, 25));
        Assert.Equal(25, Directory.GetFiles(to, "*", SearchOption.AllDirectories).Length);
        byte[] planes = new byte[set.Test.Shape.Elements];
        for (int i = 0; i < 25; i++)
        {
            ImageFile.Read(Path.Combine(to, set.Classes[set.Test.Labels[i]], $"{i:D5}.png")).ToPlanes(planes);
            Assert.Equal(set.Test.Image(i).ToArray(), planes);
        }
        Assert.Throws<UsageException>(() => ImageFolder.Write(set.Test, set.Classes, to, 25));
    }

    [Fact]
    public void The_baseline_sends_the_files_at_the_channels_capacity()
    {
        using var folder = new TemporaryFolder();
        var set = DataSets.Load(new DataOptions { Name = "signs", Train = 32, Test = 40 }, null, seed: 1);
        string to = Path.Combine(folder.Path, "photos");
        ImageFolder.Write(set.Test, set.Classes, to, 40);
        double bytes = Directory.GetFiles(to, "*", SearchOption.AllDirectories).Average(file => new FileInfo(file).Length);
        // At 0 dB half a bit a symbol.
        var baseline = PngBaseline.Of(set, Snr.FromDecibels(0), Snr.FromDecibels(14.5));
        Assert.Equal(("signs", 40, 0.5), (baseline.Data, baseline.Images, baseline.Points[0].BitsPerSymbol));
        Assert.Equal(bytes, baseline.MeanBytes, 1e-9);
        Assert.Equal(16 * bytes, baseline.Points[0].Symbols, 1e-6);
        Assert.Equal(8 * bytes / 2.4335, baseline.Points[1].Symbols, 0.5);
    }
}
