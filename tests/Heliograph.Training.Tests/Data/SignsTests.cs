using System.Security.Cryptography;
using Heliograph.Experiments.Data;
using Heliograph.Networks;
using Heliograph.Training.Data;

namespace Heliograph.Training.Tests.Data;

public class SignsTests
{
    [Fact]
    public void Every_image_is_a_function_of_its_seed_split_and_index()
    {
        DataSet few = Signs.Load(60, 60, seed: 1), more = Signs.Load(90, 60, seed: 1), other = Signs.Load(60, 60, seed: 2);
        Assert.Equal(few.Train.Pixels, more.Train.Pixels[..few.Train.Pixels.Length]);
        Assert.NotEqual(few.Train.Image(3).ToArray(), other.Train.Image(3).ToArray());
        Assert.NotEqual(few.Train.Image(3).ToArray(), few.Test.Image(3).ToArray());
        // The bytes are the same on every machine; whoever changes the drawing changes this, and every result on signs with it.
        Assert.Equal("835f912b1f7db286dc794e4f89f366c49afc1112b933befe3306626261a8b453", Convert.ToHexStringLower(SHA256.HashData(few.Train.Pixels)));
    }

    [Fact]
    public void Classes_are_balanced_and_named()
    {
        DataSet data = DataSets.Load(new DataOptions { Train = 10 * Signs.Classes.Count, Test = Signs.Classes.Count }, null, seed: 1);
        Assert.True(Signs.Classes.Count >= 20);
        Assert.Equal(Signs.Classes.Count, Signs.Classes.Distinct().Count());
        Assert.All(data.Train.Labels.CountBy(label => label), count => Assert.Equal(10, count.Value));
        Assert.Equal(Signs.Classes.Count, data.Test.Labels.Distinct().Count());
        Assert.Equal(new Shape(3, 32, 32), data.Train.Shape);
    }

    [Fact]
    public void Colour_does_not_tell_the_class()
    {
        // The mean red of 100 images of a class lies as near to that of all images as chance lets any 100 images lie.
        DataSet data = Signs.Load(100 * Signs.Classes.Count, 1, seed: 4);
        double[] means = new double[Signs.Classes.Count];
        double variance = 0;
        for (int i = 0; i < data.Train.Count; i++)
        {
            double red = 0;
            foreach (byte value in data.Train.Image(i)[..1024])
                red += value / 1024.0;
            means[data.Train.Labels[i]] += red / 100;
            variance += (red - 127.5) * (red - 127.5) / data.Train.Count;
        }
        double expected = Math.Sqrt(variance / 100), overall = means.Average();
        Assert.All(means, mean => Assert.Equal(overall, mean, 4 * expected));
    }

    [Fact]
    public void An_unknown_name_is_told_with_the_nearest()
    {
        Assert.Contains("did you mean cifar100?", Assert.ThrowsAny<UsageException>(() => DataSets.Load(new DataOptions { Name = "cifar-100" }, null, 1)).Message);
        Assert.Contains("Known: signs, ", Assert.ThrowsAny<UsageException>(() => DataSets.Load(new DataOptions { Name = "mnist" }, null, 1)).Message);
        Assert.ThrowsAny<UsageException>(() => DataSets.Load(new DataOptions { Limit = 0 }, null, 1));
        Assert.ThrowsAny<UsageException>(() => DataSets.Load(new DataOptions { Train = 10, Validation = 10 }, null, 1));
    }

    [Fact]
    public void A_limit_and_a_validation_set_are_taken_from_the_whole()
    {
        int classes = Signs.Classes.Count;
        var options = new DataOptions { Train = 10 * classes, Test = 2 * classes, Limit = 2 * classes, Validation = 4 * classes };
        DataSet whole = Signs.Load(options.Train, options.Test, seed: 1), data = DataSets.Load(options, null, seed: 1);
        Assert.Equal((2 * classes, 2 * classes, 2 * classes), (data.Train.Count, data.Test.Count, data.Validation!.Count));
        Assert.All(data.Train.Labels.CountBy(label => label), count => Assert.Equal(2, count.Value));
        Assert.Equal(whole.Mean, data.Mean);
        Assert.Equal(whole.Std, data.Std);
    }

    [Fact]
    public void Info_sums_up()
    {
        DataInfo info = DataInfo.Of(Signs.Load(56, 28, seed: 1));
        Assert.Equal(("signs", Signs.Classes.Count, 56, 28), (info.Name, info.Classes, info.Train, info.Test));
        Assert.Equal([3, 32, 32], info.Size);
        Assert.Equal(3, info.Mean.Count);
    }
}
