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
}
