using Google.Protobuf;
using Heliograph.Files;
using Heliograph.Networks;
using Heliograph.Onnx.Schema;

namespace Heliograph.Onnx.Import;

/// <summary>
/// Reads an ONNX classifier as a network with its weights: a graph of one image in and logits out, of the operators that this project has layers for. A
/// softmax at the end is left out. Layers have the names of the graph's nodes, with everything but letters, digits and underscores replaced.
/// </summary>
public static class OnnxImport
{
    /// <summary>Larger files are refused.</summary>
    public const int MaximumBytes = 2_000_000_000;

    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not an ONNX file, or is damaged.</exception>
    /// <exception cref="UsageException">It has an operator, or a form of one, that has no layer here; the message names it.</exception>
    public static Model Read(string path)
    {
        byte[] bytes = BoundedFile.ReadAllBytes(path, MaximumBytes);
        try
        {
            return Of(bytes);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
        catch (UsageException e)
        {
            throw new UsageException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static Model Of(byte[] bytes)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("not an ONNX file, or a damaged one", e);
        }
        if (model.Graph is null || model.Graph.Node.Count == 0)
            throw new InvalidDataException("not an ONNX file, or one without a graph");
        try
        {
            return new GraphReader(model.Graph).Read();
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException("a map or an array has more values than can be counted", e);
        }
    }
}
