using System.Diagnostics;
using Heliograph.Networks;
using Heliograph.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Heliograph.Edge.Benchmarks;

/// <summary>The peer: ONNX Runtime with its own defaults and nothing around it, batch after batch from memory.</summary>
static class BareRuntime
{
    public static (double ImagesPerSecond, double ProcessorMilliseconds) Measure(BenchmarkPair pair, int batch, int threads, double seconds)
    {
        var (network, weights) = Folding.Fold(pair.Pair.Edge.Network, pair.Pair.Edge.Weights);
        using var settings = new SessionOptions { IntraOpNumThreads = threads };
        using var session = new InferenceSession(OnnxExport.Bytes(network, weights, OnnxOptions.Edge), settings);
        using var process = Process.GetCurrentProcess();
        using var run = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(pair.Vectors(batch, 1), [batch, pair.Symbols]);
        using var output = OrtValue.CreateTensorValueFromMemory(new float[batch * pair.Classes], [batch, pair.Classes]);
        session.Run(run, ["symbols"], [input], ["logits"], [output]);
        session.Run(run, ["symbols"], [input], ["logits"], [output]);
        var processor = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        int batches = 0;
        for (; watch.Elapsed.TotalSeconds < seconds; batches++)
            session.Run(run, ["symbols"], [input], ["logits"], [output]);
        double elapsed = watch.Elapsed.TotalSeconds;
        process.Refresh();
        return (batches * batch / elapsed, (process.TotalProcessorTime - processor).TotalMilliseconds / (batches * batch));
    }
}
