using Heliograph.Training.Runs;

namespace Heliograph.Training.Tests.Runs;

public sealed class NearestTest
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("", "ab", 2)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("epcohs", "epochs", 1)]
    [InlineData("ca", "abc", 3)]
    public void Distance_counts_typing_errors(string a, string b, int errors) => Assert.Equal(errors, Nearest.Distance(a, b));

    [Theory]
    [InlineData("Epochs", "epochs")]
    [InlineData("epoch", "epochs")]
    [InlineData("batchsize", "batchSize")]
    [InlineData("momentum", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void Only_what_is_near_is_proposed(string typed, string? expected) =>
        Assert.Equal(expected, Nearest.To(typed, ["epochs", "batchSize", "y"]));

    [Fact]
    public void Nothing_known_means_nothing_near() => Assert.Null(Nearest.To("epochs", []));
}
