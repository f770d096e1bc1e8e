using Heliograph.Wording;

namespace Heliograph.Tests.Wording;

public class NearestTests
{
    [Theory]
    [InlineData("cifar-100", "cifar100")]
    [InlineData("SIGN", "signs")]
    [InlineData("mnist", null)]
    public void Finds_what_was_meant(string word, string? expected) =>
        Assert.Equal(expected, Nearest.To(word, ["signs", "cifar10", "cifar100", "folder"]));

    [Fact]
    public void A_word_of_a_mebibyte_is_near_to_nothing_and_costs_nothing()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(Nearest.To(new string('a', 1 << 20), Enumerable.Repeat("signs", 100)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }
}
