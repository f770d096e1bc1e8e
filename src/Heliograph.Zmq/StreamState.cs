namespace Heliograph.Zmq;

/// <summary>Whether a stream of samples is cut where its frames begin.</summary>
public enum StreamStep
{
    /// <summary>There are no pilots to tell.</summary>
    Unknown,

    /// <summary>Searching for a pilot; no frame is delivered meanwhile.</summary>
    Searching,

    /// <summary>The last pilot was where it belongs.</summary>
    InStep,
}

/// <summary>What the pilots of a stream of samples show.</summary>
/// <param name="Step">Whether the stream is in step.</param>
/// <param name="Pilots">Pilots found so far.</param>
/// <param name="Slips">How often a pilot was not in its place: samples were lost or added, or the sender restarted.</param>
/// <param name="Searched">Samples passed over since the search began.</param>
/// <param name="Correlation">Of the last pilot, 0 to 1: 1 without noise, √(SNR/(1+SNR)) with it.</param>
/// <param name="Gain">What the stream multiplies samples with, in magnitude, by the last pilot; 1 is right.</param>
/// <param name="PhaseDegrees">By how much the stream turns samples, by the last pilot, −180 to 180; 0 is right.</param>
public sealed record StreamState(
    StreamStep Step, long Pilots = 0, long Slips = 0, long Searched = 0, double Correlation = 0, double Gain = 1, double PhaseDegrees = 0);
