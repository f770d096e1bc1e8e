using Heliograph.Edge.Options;
using Microsoft.ML.OnnxRuntime;

namespace Heliograph.Edge.Pairs;

/// <summary>
/// An ONNX Runtime session of one edge half with its own input and output, allocated once for the largest batch. For one thread at a time.
/// </summary>
sealed class EdgeSession : IDisposable
{
    readonly InferenceSession session;
    readonly RunOptions run = new();
    readonly string[] inputNames, outputNames;
    readonly float[] values, results;
    readonly int inputLength, outputLength;
    // One view of the same memory for each number of rows, created when first needed.
    readonly OrtValue[]?[] inputs, outputs;

    /// <exception cref="InvalidDataException">ONNX Runtime does not accept the model.</exception>
    /// <exception cref="UsageException">A batch is larger than an array can be.</exception>
    /// <exception cref="NotSupportedException">CUDA is requested but not available.</exception>
    public EdgeSession(byte[] onnx, int inputLength, int outputLength, EdgeOptions options)
    {
        (this.inputLength, this.outputLength) = (inputLength, outputLength);
        int most = Array.MaxLength / Math.Max(inputLength, outputLength);
        if (options.Batch > most)
            throw new UsageException($"--batch {options.Batch} is too large for a pair whose edge half reads {inputLength} and gives {outputLength} values an image: at most {most}");
        using var settings = new SessionOptions { IntraOpNumThreads = options.Threads, InterOpNumThreads = 1 };
        // Threads that spin between batches would take cores from those that receive and answer.
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (options.Cuda)
            UseCuda(settings);
        try
        {
            session = new(onnx, settings);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"ONNX Runtime does not accept the edge half: {e.Message}", e);
        }
        inputNames = [session.InputNames.Single()];
        outputNames = [session.OutputNames.Single()];
        values = GC.AllocateArray<float>(options.Batch * inputLength, pinned: true);
        results = GC.AllocateArray<float>(options.Batch * outputLength, pinned: true);
        inputs = new OrtValue[options.Batch + 1][];
        outputs = new OrtValue[options.Batch + 1][];
    }

    /// <summary>What the edge half reads of one row of the next batch.</summary>
    public Span<float> Input(int row) => values.AsSpan(row * inputLength, inputLength);

    /// <summary>What the edge half gives for one row of the last batch.</summary>
    public ReadOnlySpan<float> Output(int row) => results.AsSpan(row * outputLength, outputLength);

    /// <summary>Computes the output of the first rows.</summary>
    /// <exception cref="OnnxRuntimeException">The computation failed.</exception>
    public void Run(int rows)
    {
        var input = inputs[rows] ??= [View(values, rows, inputLength)];
        var output = outputs[rows] ??= [View(results, rows, outputLength)];
        session.Run(run, inputNames, input, outputNames, output);
    }

    public void Dispose()
    {
        foreach (var value in inputs.Concat(outputs).OfType<OrtValue[]>())
            value[0].Dispose();
        run.Dispose();
        session.Dispose();
    }

    static OrtValue View(float[] memory, int rows, int columns) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory.AsMemory(0, rows * columns), [rows, columns]);

    static void UseCuda(SessionOptions settings)
    {
        try
        {
            settings.AppendExecutionProvider_CUDA();
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            throw new NotSupportedException(
                $"--cuda: this program's ONNX Runtime cannot find CUDA ({e.Message}); leave out --cuda, or build with -p:OnnxBackend=cuda on a machine with a GPU and CUDA", e);
        }
    }
}
