using Heliograph.Onnx.Schema;

namespace Heliograph.Onnx.Import;

/// <summary>A node of the graph: its attributes, each of which is read or is as it would be without.</summary>
sealed class Node(NodeProto proto)
{
    public string Operator => proto.OpType;

    public IReadOnlyList<string> Inputs => proto.Input;

    public string Output => proto.Output.FirstOrDefault() ?? "";

    /// <summary>Its name, or that of its output, as the name of a layer.</summary>
    public string LayerName => string.Concat((proto.Name.Length > 0 ? proto.Name : Output).Trim('/', '.').Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));

    public AttributeProto? Attribute(string name) => proto.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    public long Int(string name, long otherwise) => Attribute(name)?.I ?? otherwise;

    public float Float(string name, float otherwise) => Attribute(name)?.F ?? otherwise;

    public string Text(string name) => Attribute(name)?.S.ToStringUtf8() ?? "";

    public long[] Ints(string name, params long[] otherwise) => Attribute(name) is { } attribute ? [.. attribute.Ints] : otherwise;

    /// <summary>A list that must hold one value, once for each side.</summary>
    public int Square(string name, int otherwise, int sides = 2)
    {
        long[] values = Ints(name, [.. Enumerable.Repeat((long)otherwise, sides)]);
        return values.Length == sides && values.All(value => value == values[0]) && values[0] is >= 0 and < 1 << 20
            ? (int)values[0]
            : throw Refuse($"{name} [{string.Join(", ", values)}] is not the same on all sides");
    }

    /// <summary>A whole number that counts something.</summary>
    public int Count(string name, int otherwise) =>
        Int(name, otherwise) is >= 1 and < 1 << 20 and var count ? (int)count : throw Refuse($"{name} {Int(name, otherwise)} is not a valid number");

    /// <summary>Refuses another value than the one that has a layer here.</summary>
    public void Demand(string name, long value)
    {
        if (Int(name, value) != value)
            throw Refuse($"{name} must be {value}, not {Int(name, value)}");
    }

    public UsageException Refuse(string why) => new($"node '{LayerName}' ({Operator}): {why}");
}
