using Heliograph.Onnx;
using Heliograph.Pairs;
using Microsoft.ML.OnnxRuntime;

namespace Heliograph.Runtime.Benchmarks;

/// <summary>The same half in ONNX Runtime: one thread, every graph optimisation, its buffers bound beforehand.</summary>
sealed class OnnxPeer : IDisposable
{
    readonly InferenceSession session;
    readonly RunOptions run = new();
    readonly OrtValue[] inputs;
    readonly OrtValue[] outputs;

    public OnnxPeer(DeviceHalf half, float[] planes, float[] symbols)
    {
        var (network, weights) = half.Model;
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        session = new(OnnxExport.Bytes(network, weights, OnnxOptions.Device), options);
        inputs = [OrtValue.CreateTensorValueFromMemory(planes, [1, network.Input.Channels, network.Input.Height, network.Input.Width])];
        outputs = [OrtValue.CreateTensorValueFromMemory(symbols, [1, symbols.Length])];
    }

    public void Run() => session.Run(run, [OnnxOptions.Device.Input], inputs, [OnnxOptions.Device.Output], outputs);

    public void Dispose()
    {
        foreach (var value in inputs.Concat(outputs))
            value.Dispose();
        run.Dispose();
        session.Dispose();
    }
}
