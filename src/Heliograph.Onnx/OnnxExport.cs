using Google.Protobuf;
using Heliograph.Files;
using Heliograph.Networks;
using Heliograph.Onnx.Schema;

namespace Heliograph.Onnx;

/// <summary>
/// Writes networks as ONNX: standard operators of <see cref="Opset"/> only, 32-bit computation, batch dimension <c>N</c> left open.
/// Batch norms and dropout are written as they are in inference; <see cref="Folding.Fold"/> beforehand leaves fewer operators.
/// </summary>
public static class OnnxExport
{
    /// <summary>Version of the standard operators: the first whose Resize takes a height and a width and leaves the batch open.</summary>
    public const int Opset = 18;

    /// <summary>The most bytes that a graph's weights may have; protobuf ends at 2³¹ − 1 bytes for the whole file.</summary>
    public const long MaximumWeightBytes = 2_000_000_000;

    const int IrVersion = 8;

    /// <summary>The network as an ONNX model.</summary>
    /// <param name="network">What to write. Where it reads a vector, the graph's input is [N, values], else [N, C, H, W].</param>
    /// <param name="weights">Its weights; more arrays may be there.</param>
    /// <param name="options">Names, description and storage; <see cref="OnnxOptions.Device"/> and <see cref="OnnxOptions.Edge"/> are the halves'.</param>
    /// <exception cref="InvalidDataException">The weights are not this network's, or a value is beyond half precision's range.</exception>
    /// <exception cref="UsageException">
    /// The network is empty or has too many weights for one file, a name is unusable, or the storage is <see cref="WeightType.BF16"/>.
    /// </exception>
    /// <exception cref="NotSupportedException">There is a layer that has no way into ONNX; the message names it.</exception>
    public static ModelProto Of(Network network, Weights weights, OnnxOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        if (network.Layers.Count == 0)
            throw new UsageException("a network without layers cannot be written as ONNX");
        if (options.Storage == WeightType.BF16)
            throw new UsageException("an ONNX file's weights are stored as F32 or F16, not BF16");
        RefuseTooLarge(network, options.Storage);
        network.Check(weights);

        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "heliograph",
            ProducerVersion = typeof(OnnxExport).Assembly.GetName().Version!.ToString(3),
            ModelVersion = 1,
            DocString = options.Description,
            Graph = new LayerWriter(network, weights, options).Write(),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        model.MetadataProps.AddRange(options.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        return model;
    }

    /// <summary>The network as the bytes of an ONNX file.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static byte[] Bytes(Network network, Weights weights, OnnxOptions options) => Of(network, weights, options).ToByteArray();

    /// <summary>Writes the network to an ONNX file, whole or not at all.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="network">What to write.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="options">Names, description and storage.</param>
    /// <inheritdoc cref="Of" path="/exception"/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void Save(string path, Network network, Weights weights, OnnxOptions options)
    {
        var model = Of(network, weights, options);
        AtomicFile.Write(path, model.WriteTo);
    }

    static void RefuseTooLarge(Network network, WeightType storage)
    {
        long bytes = (storage == WeightType.F32 ? sizeof(float) : sizeof(ushort))
            * network.WeightSpecs().Sum(spec => spec.Shape.Aggregate(1L, (product, n) => checked(product * n)));
        if (bytes > MaximumWeightBytes)
            throw new UsageException($"an ONNX file holds at most {MaximumWeightBytes} bytes of weights; this network has {bytes}");
    }
}
