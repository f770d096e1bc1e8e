using System.Buffers;
using Heliograph.Edge.Intake;
using Heliograph.Pairs;

namespace Heliograph.Edge.Protocol;

/// <summary>The values of the outputs of one computed request, each made when it is asked for.</summary>
sealed class OutputValues(RequestWork work) : IDisposable
{
    // The last output that is not the work's own; the neighbours of all rows.
    float[] floats = [];
    int[] integers = [];
    Neighbour[] nearest = [];

    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(floats);
        ArrayPool<int>.Shared.Return(integers);
        ArrayPool<Neighbour>.Shared.Return(nearest);
    }

    /// <summary>The values of an output of 32-bit floats, row by row; until the next is asked for.</summary>
    public ReadOnlySpan<float> Floats(OutputTensor output)
    {
        if (output.Name is OutputTensor.Logits or OutputTensor.Embedding)
            return work.Answer;
        var values = Room(ref floats, output);
        if (output.Name == OutputTensor.Probabilities)
        {
            for (int row = 0; row < work.Rows; row++)
                Values.Softmax(work.Answer.Slice(row * output.Columns, output.Columns), work.Temperature, values[(row * output.Columns)..]);
            return values;
        }
        var neighbours = Nearest();
        for (int i = 0; i < values.Length; i++)
            values[i] = neighbours[i].Similarity;
        return values;
    }

    /// <summary>The values of an output of whole numbers, row by row; until the next is asked for.</summary>
    public ReadOnlySpan<int> Integers(OutputTensor output)
    {
        var values = Room(ref integers, output);
        var neighbours = Nearest();
        for (int i = 0; i < values.Length; i++)
            values[i] = output.Name == OutputTensor.Labels ? neighbours[i].Class : neighbours[i].Index;
        return values;
    }

    /// <summary>The values of an output as bytes.</summary>
    /// <param name="output">The output.</param>
    /// <param name="bytes">As many as its values have.</param>
    public void Write(OutputTensor output, Span<byte> bytes)
    {
        if (output.IsInteger)
            LittleEndian.Write(Integers(output), bytes);
        else
            LittleEndian.Write(Floats(output), bytes);
    }

    ReadOnlySpan<Neighbour> Nearest()
    {
        var (pair, count) = (work.Pair, work.Pair.Neighbours);
        if (nearest.Length == 0)
        {
            nearest = ArrayPool<Neighbour>.Shared.Rent(work.Rows * count);
            for (int row = 0; row < work.Rows; row++)
                pair.Gallery!.Nearest(work.Answer.Slice(row * pair.OutputLength, pair.OutputLength), nearest.AsSpan(row * count, count));
        }
        return nearest;
    }

    Span<T> Room<T>(ref T[] values, OutputTensor output)
    {
        int count = work.Rows * output.Columns;
        if (values.Length < count)
        {
            ArrayPool<T>.Shared.Return(values);
            values = ArrayPool<T>.Shared.Rent(count);
        }
        return values.AsSpan(0, count);
    }
}
