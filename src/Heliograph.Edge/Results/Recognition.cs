using Heliograph.Pairs;

namespace Heliograph.Edge.Results;

/// <summary>What a frame was recognised as: classes by their probability, or, where the pair retrieves, the nearest images of its gallery.</summary>
readonly ref struct Recognition
{
    /// <summary>The most probable classes.</summary>
    /// <param name="top">The classes, the best first.</param>
    /// <param name="probabilities">One for each of the pair's classes.</param>
    /// <param name="temperature">By which logits were divided for that.</param>
    public Recognition(ReadOnlySpan<int> top, ReadOnlySpan<float> probabilities, float temperature)
    {
        Top = top;
        Probabilities = probabilities;
        Temperature = temperature;
    }

    /// <summary>The nearest images.</summary>
    /// <param name="neighbours">The nearest first; at least one.</param>
    public Recognition(ReadOnlySpan<Neighbour> neighbours) => Neighbours = neighbours;

    public ReadOnlySpan<int> Top { get; }

    public ReadOnlySpan<float> Probabilities { get; }

    public float Temperature { get; }

    /// <summary>Empty where the pair classifies.</summary>
    public ReadOnlySpan<Neighbour> Neighbours { get; }
}
