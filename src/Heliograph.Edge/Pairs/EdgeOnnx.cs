using Heliograph.Networks;
using Heliograph.Onnx;

namespace Heliograph.Edge.Pairs;

/// <summary>An edge half for ONNX Runtime, written in memory from the half that was verified: a pair needs no <c>edge.onnx</c> to be served.</summary>
static class EdgeOnnx
{
    public static byte[] Bytes(Model edge, EdgePair pair)
    {
        // A pair's batch norms are already folded if possible; folding again changes nothing.
        var (network, weights) = Folding.Fold(edge.Network, edge.Weights);
        return OnnxExport.Bytes(network, weights, (pair.Gallery is null ? OnnxOptions.Edge : OnnxOptions.Embedding) with { Name = pair.Name });
    }
}
