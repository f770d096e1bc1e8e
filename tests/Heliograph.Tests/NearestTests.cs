namespace Heliograph.Tests;

public class NearestTests
{
    [Theory]
    [InlineData("cifar-100", "cifar100")]
    [InlineData("SIGN", "signs")]
    [InlineData("mnist", null)]
    public void Finds_what_was_meant(string word, string? expected) =>
        Assert.Equal(expected, Nearest.To(word, ["signs", "cifar10", "cifar100", "folder"]));
}
