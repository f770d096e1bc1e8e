using Microsoft.ML.OnnxRuntime;

namespace Heliograph.Tests.Shared;

/// <summary>ONNX Runtime on one graph of one input and one output, one thread.</summary>
sealed class OrtGraph : IDisposable
{
    public OrtGraph(byte[] model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        Session = new InferenceSession(model, options);
    }

    public InferenceSession Session { get; }

    /// <summary>The output for a batch; the batch size follows from the number of values.</summary>
    public float[] Run(float[] values)
    {
        var (name, metadata) = Session.InputMetadata.Single();
        long[] shape = [.. metadata.Dimensions.Select(n => (long)n)];
        shape[0] = values.Length / shape[1..].Aggregate(1L, (product, n) => product * n);
        using var input = OrtValue.CreateTensorValueFromMemory(values, shape);
        using var run = new RunOptions();
        using var outputs = Session.Run(run, [name], [input], Session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose() => Session.Dispose();
}
