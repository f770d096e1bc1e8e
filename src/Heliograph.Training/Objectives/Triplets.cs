using static TorchSharp.torch;

namespace Heliograph.Training.Objectives;

/// <summary>Batch-hard triplets (Hermans, Beyer and Leibe, 2017), with distances of 1 − cosine.</summary>
static class Triplets
{
    // Farther than any distance, which is at most 2.
    const double Beyond = 4;

    /// <summary>
    /// Mean over the images that have another of their class and one of another class in the batch, of max(0, margin + distance to the farthest of the class − distance to the nearest of the others);
    /// 0 if there are none.
    /// </summary>
    /// <param name="embeddings">[N, D].</param>
    /// <param name="labels">[N].</param>
    /// <param name="margin">In 1 − cosine.</param>
    public static Tensor Loss(Tensor embeddings, Tensor labels, double margin)
    {
        using var scope = NewDisposeScope();
        var unit = nn.functional.normalize(embeddings, dim: 1);
        var distances = 1 - unit.matmul(unit.t());
        var alike = labels.unsqueeze(0).eq(labels.unsqueeze(1));
        var others = alike.logical_not();
        var positive = alike.logical_and(eye(labels.shape[0], dtype: ScalarType.Bool, device: labels.device).logical_not());
        var farthest = distances.masked_fill(positive.logical_not(), -Beyond).amax([1]);
        var nearest = distances.masked_fill(alike, Beyond).amin([1]);
        var counts = positive.any(1).logical_and(others.any(1)).to(ScalarType.Float32);
        return ((farthest - nearest + margin).clamp_min(0) * counts).sum().div(counts.sum().clamp_min(1)).MoveToOuterDisposeScope();
    }
}
