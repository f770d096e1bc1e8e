using Heliograph.Images;
using Heliograph.Networks;

namespace Heliograph.Pairs;

/// <summary>What the device runs: its half of the network, and how the bytes of an image become its input.</summary>
/// <param name="Model">From a normalised image to B symbols of mean power 1; batch norms folded.</param>
/// <param name="Normalisation">(byte / 255 − mean) / std, per channel.</param>
public sealed record DeviceHalf(Model Model, Normalisation Normalisation);
