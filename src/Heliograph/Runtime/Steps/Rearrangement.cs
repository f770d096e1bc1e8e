namespace Heliograph.Runtime.Steps;

/// <summary>A map as a vector or a vector as a map: the same values channel by channel, row by row.</summary>
sealed unsafe class Rearrangement : Step
{
    readonly FeatureMap input;
    readonly FeatureMap output;

    public Rearrangement(FeatureMap input, FeatureMap output)
    {
        if (!input.Shape.IsVector && !output.Shape.IsVector)
            throw new ArgumentException("One side must be a vector.", nameof(output));
        (this.input, this.output) = (input, output);
    }

    public override void Run()
    {
        if (output.Shape.IsVector)
            input.CopyTo(new Span<float>(output.Origin, output.Shape.Elements));
        else
            output.CopyFrom(new ReadOnlySpan<float>(input.Origin, input.Shape.Elements));
    }
}
