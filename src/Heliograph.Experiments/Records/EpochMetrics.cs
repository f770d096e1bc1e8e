namespace Heliograph.Experiments.Records;

/// <summary>A line of <c>metrics.jsonl</c>.</summary>
/// <param name="Step">Name of the step.</param>
/// <param name="Phase">Which training of the step; pruning trains once after each removal, from 1 on.</param>
/// <param name="Epoch">From 1 on; 0 is what a removal left, before any training.</param>
/// <param name="Iteration">Batches done in this training.</param>
/// <param name="Rate">Learning rate of the last batch.</param>
/// <param name="Loss">Mean over the epoch's images.</param>
/// <param name="TrainTop1">Images classified correctly while they were trained on, in percent; null if nothing is classified.</param>
/// <param name="MeasuredOn"><c>validation</c> or <c>test</c>.</param>
/// <param name="Top1">Accuracy there, in percent.</param>
/// <param name="ImagesPerSecond">Of the training loop, in this call.</param>
/// <param name="Seconds">Since the step began, over all calls.</param>
public sealed record EpochMetrics(
    string Step, int Phase, int Epoch, long Iteration, double? Rate, double? Loss, double? TrainTop1, string? MeasuredOn, double? Top1,
    double? ImagesPerSecond, double Seconds);
