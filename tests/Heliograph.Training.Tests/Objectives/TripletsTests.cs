using Heliograph.Training.Objectives;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Objectives;

[Collection(TorchCollection.Name)]
public sealed class TripletsTests
{
    /// <summary>Angles 0° and 60° of class 0, 90° of class 1: the distance to the own is ½ for the first two, to the other 1 and 1 − cos 30°; the third has none of its class.</summary>
    [Theory]
    // max(0, m + ½ − 1) and max(0, m + ½ − (1 − √3/2)), over two.
    [InlineData(0.3, (0 + 0.3 + 0.5 - 0.1339746) / 2)]
    [InlineData(1, (0.5 + 1 + 0.5 - 0.1339746) / 2)]
    public void The_hardest_of_a_batch_are_compared(double margin, double expected)
    {
        using var scope = NewDisposeScope();
        float half = MathF.Sqrt(3) / 2;
        // Lengths do not count.
        var embeddings = tensor(new float[] { 2, 0, 0.5f, half, 0, 3 }, [3, 2], requires_grad: true);
        var loss = Triplets.Loss(embeddings, tensor(new long[] { 0, 0, 1 }), margin);
        Assert.Equal(expected, loss.item<float>(), 1e-5);
        loss.backward();
        Assert.All(Arrays.ToArray(embeddings.grad!), gradient => Assert.True(float.IsFinite(gradient)));
    }

    [Fact]
    public void A_batch_without_triplets_has_no_loss()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0, Triplets.Loss(tensor(new float[] { 1, 0, 0, 1 }, [2, 2]), tensor(new long[] { 0, 1 }), 0.3).item<float>());
        Assert.Equal(0, Triplets.Loss(tensor(new float[] { 1, 0, 0, 1 }, [2, 2]), tensor(new long[] { 1, 1 }), 0.3).item<float>());
    }
}
