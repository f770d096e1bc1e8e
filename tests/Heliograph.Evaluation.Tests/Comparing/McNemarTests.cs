using System.Numerics;
using Heliograph.Evaluation.Comparing;

namespace Heliograph.Evaluation.Tests.Comparing;

public sealed class McNemarTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    // One side alone six times of six: 2·½⁶ is the exact test's, half of it the mid-p's.
    [InlineData(6, 0, 1 / 64.0)]
    [InlineData(9, 1, (2 * 1 + 10) / 1024.0)]
    // Bentur and others, the example of Fagerland, Lydersen and Laake: 0.039, where the exact test has 0.070.
    [InlineData(1, 7, 10 / 256.0)]
    // As often: 1 less half of what was seen, 10 over 5 of 2¹⁰.
    [InlineData(5, 5, 1 - 252 / 2048.0)]
    public void Few_images_give_what_is_counted_by_hand(int onlyA, int onlyB, double p)
    {
        Assert.Equal(p, McNemar.MidP(onlyA, onlyB), 12);
        Assert.Equal(p, McNemar.MidP(onlyB, onlyA), 12);
    }

    [Theory]
    [InlineData(180, 220)]
    [InlineData(700, 841)]
    [InlineData(2600, 2400)]
    public void Many_images_give_the_binomial_sum_in_whole_numbers(int onlyA, int onlyB)
    {
        int n = onlyA + onlyB, k = Math.Min(onlyA, onlyB);
        BigInteger choose = 1, twice = 0;
        for (int i = 0; i <= k; i++)
        {
            twice += i < k ? 2 * choose : choose;
            choose = choose * (n - i) / (i + 1);
        }
        double expected = Math.Exp(BigInteger.Log(twice) - n * Math.Log(2));
        Assert.Equal(1, McNemar.MidP(onlyA, onlyB) / expected, 9);
    }

    [Fact]
    public void With_many_images_it_comes_to_the_chi_squared_test()
    {
        // (400 − 300)²/700 = 14.2857 with one degree of freedom: 0.000157.
        Assert.InRange(McNemar.MidP(300, 400), 0.000150, 0.000162);
        Assert.InRange(McNemar.MidP(0, 20000), 0, 1e-300);
    }
}
