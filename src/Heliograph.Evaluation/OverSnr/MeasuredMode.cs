using Heliograph.Codes;
using Heliograph.Experiments.Records;
using Heliograph.Pairs;

namespace Heliograph.Evaluation.OverSnr;

/// <summary>What is measured of one mode of an elastic pair.</summary>
/// <param name="Mode">Which.</param>
/// <param name="Accuracy">Its accuracies, to be written.</param>
/// <param name="Points">By ascending SNR, every draw.</param>
readonly record struct MeasuredMode(Mode Mode, ModeAccuracy Accuracy, ValueList<SnrMeasurement> Points);
