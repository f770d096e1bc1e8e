using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>
/// 2-D convolution with zero padding; weights <c>weight</c> [filters, channels / groups, kernel, kernel] and, unless it has none, <c>bias</c> [filters].
/// </summary>
/// <param name="Name">Unique in its network.</param>
/// <param name="Inputs">One layer.</param>
/// <param name="Filters">Channels of the output.</param>
/// <param name="Kernel">Side of the window.</param>
/// <param name="Stride">From window to window.</param>
/// <param name="Padding">Zeros around the map.</param>
/// <param name="Groups">Channels and filters are divided into so many groups; each filter reads its own group's channels. As many as channels: depthwise.</param>
/// <param name="Bias">False where a batch norm follows and the bias would only be taken away again.</param>
public sealed record Convolution(string Name, ValueList<string> Inputs, int Filters, int Kernel = 3, int Stride = 1, int Padding = 1, int Groups = 1, bool Bias = true)
    : Layer(Name, Inputs)
{
    /// <summary>True when each filter reads the one channel of its own number.</summary>
    public bool IsDepthwise => Groups > 1 && Groups == Filters;

    /// <inheritdoc/>
    public override Shape Output(IReadOnlyList<Shape> inputs)
    {
        var (channels, height, width) = inputs[0];
        if (Filters < 1 || Kernel < 1 || Stride < 1 || Padding < 0)
            throw Refuse("filters, kernel and stride must be positive");
        if (Math.Min(height, width) + 2L * Padding < Kernel)
            throw Refuse($"a map of {inputs[0]} is smaller than its kernel");
        if (Groups < 1 || channels % Groups != 0 || Filters % Groups != 0)
            throw Refuse($"{channels} channels and {Filters} filters cannot be divided into {Groups} groups");
        return new(Filters, Side(height, Kernel, Stride, Padding), Side(width, Kernel, Stride, Padding));
    }

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs)
    {
        // By the fan-out, each channel's window feeding the filters of its group.
        yield return new($"{Name}.weight", [Filters, inputs[0].Channels / Groups, Kernel, Kernel], FirstValues.He(checked((long)Filters / Groups * Kernel * Kernel)),
            Groups == 1 ? [Axis.Output, Axis.Input] : [Axis.Output]);
        if (Bias)
            yield return new($"{Name}.bias", [Filters], FirstValues.All(0), [Axis.Output]);
    }

    /// <inheritdoc/>
    public override long Macs(IReadOnlyList<Shape> inputs)
    {
        var output = Output(inputs);
        return checked((long)output.Height * output.Width * Kernel * Kernel * (inputs[0].Channels / Groups) * Filters);
    }

    /// <inheritdoc/>
    public override ChannelFlow Flow => Groups == 1 ? ChannelFlow.Produces : IsDepthwise ? ChannelFlow.Keeps : ChannelFlow.Fixed;

    /// <inheritdoc/>
    public override bool WorksInPlace => false;

    internal const string TypeName = "convolution";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("filters", Filters);
        json.WriteNumber("kernel", Kernel);
        json.WriteNumber("stride", Stride);
        json.WriteNumber("padding", Padding);
        if (Groups != 1)
            json.WriteNumber("groups", Groups);
        if (!Bias)
            json.WriteBoolean("bias", Bias);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Convolution(name, inputs, json.Whole("filters"), json.Whole("kernel", 3),
        json.Whole("stride", 1), json.Whole("padding", 1), json.Whole("groups", 1), json.Flag("bias", otherwise: true));
}
