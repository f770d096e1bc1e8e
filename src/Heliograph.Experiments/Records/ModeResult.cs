using Heliograph.Pairs;

namespace Heliograph.Experiments.Records;

/// <summary>What was measured of an elastic pair in one of its modes.</summary>
/// <param name="Ratio">Share of each layer's filters that the device half of this width lacks.</param>
/// <param name="Symbols">Real symbols an image.</param>
/// <param name="DeviceMacs">Of the device half, with as much of the encoder as these symbols need.</param>
/// <param name="NoiselessTop1">Without noise, in percent.</param>
/// <param name="Points">By ascending SNR.</param>
public sealed record ModeResult(double Ratio, int Symbols, long DeviceMacs, double NoiselessTop1, ValueList<AccuracyPoint> Points);
