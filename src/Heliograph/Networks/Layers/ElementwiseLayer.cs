namespace Heliograph.Networks;

/// <summary>A layer that makes each value of a map from the value in its place: shape, channels and memory stay, and by the paper's convention it costs no MACs.</summary>
/// <inheritdoc cref="Layer(string, ValueList{string})" path="/param"/>
public abstract record ElementwiseLayer(string Name, ValueList<string> Inputs) : Layer(Name, Inputs)
{
    /// <inheritdoc/>
    public sealed override Shape Output(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public sealed override long Macs(IReadOnlyList<Shape> inputs) => 0;

    /// <inheritdoc/>
    public sealed override ChannelFlow Flow => ChannelFlow.Keeps;

    /// <inheritdoc/>
    public sealed override bool WorksInPlace => true;
}
