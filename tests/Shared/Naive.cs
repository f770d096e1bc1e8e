using Heliograph.Networks;

namespace Heliograph.Tests.Shared;

/// <summary>
/// An independent truth: computes a network for one image in 64-bit loops that follow the definitions word for word. Batch norms use their
/// running statistics. Weights may be changed between calls, for finite differences.
/// </summary>
sealed class Naive
{
    readonly Network network;

    public Naive(Network network, Weights weights)
    {
        this.network = network;
        Weights = weights.ToDictionary(pair => pair.Key, pair => Array.ConvertAll(pair.Value.Values, v => (double)v));
    }

    /// <summary>The SNR that the receiver last reported, in dB; null for none.</summary>
    public double? ReportedDb { get; init; }

    /// <summary>The arrays, row-major.</summary>
    public Dictionary<string, double[]> Weights { get; }

    /// <summary>The output for one image [C, H, W]; the tap may change a layer's output in place.</summary>
    public double[] Forward(double[] image, Action<string, double[]>? tap = null)
    {
        var values = new Dictionary<string, double[]> { [Network.InputName] = image };
        foreach (var layer in network.Layers)
        {
            var output = Compute(layer, network.InputsOf(layer)[0], network.ShapeOf(layer.Name), [.. layer.Inputs.Select(name => values[name])]);
            tap?.Invoke(layer.Name, output);
            values[layer.Name] = output;
        }
        return values[network.OutputName];
    }

    /// <summary>−log softmax at the label.</summary>
    public static double CrossEntropy(double[] logits, long label)
    {
        double max = logits.Max();
        return max + Math.Log(logits.Sum(v => Math.Exp(v - max))) - logits[label];
    }

    double[] Compute(Layer layer, Shape from, Shape to, double[][] inputs)
    {
        double[] x = inputs[0];
        double[] W(string array) => Weights[$"{layer.Name}.{array}"];
        double In(int c, int h, int w) => h < 0 || w < 0 || h >= from.Height || w >= from.Width ? 0 : x[(c * from.Height + h) * from.Width + w];
        double[] Map(Func<int, int, int, double> value)
        {
            var y = new double[to.Elements];
            for (int c = 0; c < to.Channels; c++)
            {
                for (int h = 0; h < to.Height; h++)
                {
                    for (int w = 0; w < to.Width; w++)
                        y[(c * to.Height + h) * to.Width + w] = value(c, h, w);
                }
            }
            return y;
        }

        switch (layer)
        {
            case Convolution conv:
                double[] kernel = W("weight");
                int channels = from.Channels / conv.Groups, filters = conv.Filters / conv.Groups;
                return Map((filter, h, w) =>
                {
                    double sum = conv.Bias ? W("bias")[filter] : 0;
                    for (int c = 0; c < channels; c++)
                    {
                        for (int i = 0; i < conv.Kernel; i++)
                        {
                            for (int j = 0; j < conv.Kernel; j++)
                            {
                                sum += kernel[((filter * channels + c) * conv.Kernel + i) * conv.Kernel + j]
                                    * In(filter / filters * channels + c, h * conv.Stride - conv.Padding + i, w * conv.Stride - conv.Padding + j);
                            }
                        }
                    }
                    return sum;
                });
            case BatchNorm norm:
                return Map((c, h, w) => (In(c, h, w) - W("running_mean")[c]) / Math.Sqrt(W("running_var")[c] + norm.Epsilon) * W("weight")[c] + W("bias")[c]);
            case Relu:
                return [.. x.Select(v => Math.Max(v, 0))];
            case Relu6:
                return [.. x.Select(v => Math.Clamp(v, 0, 6))];
            case Sigmoid:
                return [.. x.Select(v => 1 / (1 + Math.Exp(-v)))];
            case TransposedConvolution wider:
                double[] square = W("weight");
                return Map((filter, h, w) => W("bias")[filter] + Enumerable.Range(0, from.Channels)
                    .Sum(c => In(c, h / wider.Size, w / wider.Size) * square[((c * wider.Filters + filter) * wider.Size + h % wider.Size) * wider.Size + w % wider.Size]));
            case Add:
                return [.. x.Select((_, i) => inputs.Sum(input => input[i]))];
            case PRelu:
                return Map((c, h, w) => In(c, h, w) >= 0 ? In(c, h, w) : W("weight")[c] * In(c, h, w));
            case MaxPool pool:
                return Map((c, h, w) => Enumerable.Range(0, pool.Size * pool.Size)
                    .Select(k => (Row: h * pool.Step - pool.Padding + k / pool.Size, Column: w * pool.Step - pool.Padding + k % pool.Size))
                    .Where(at => at.Row >= 0 && at.Row < from.Height && at.Column >= 0 && at.Column < from.Width).Max(at => In(c, at.Row, at.Column)));
            case AveragePool mean:
                int high = mean.Size == 0 ? from.Height : mean.Size, wide = mean.Size == 0 ? from.Width : mean.Size;
                return Map((c, h, w) => Enumerable.Range(0, high * wide).Average(k => In(c, h * high + k / wide, w * wide + k % wide)));
            case Flatten or Dropout or Reshape:
                return [.. x];
            case Linear linear:
                double[] matrix = W("weight"), shift = W("bias");
                return [.. Enumerable.Range(0, linear.Features).Select(f => shift[f] + x.Select((v, i) => v * matrix[f * x.Length + i]).Sum())];
            case Gdn gdn:
                double[] beta = W("beta"), gamma = W("gamma");
                return Map((c, h, w) =>
                {
                    double power = beta[c];
                    for (int j = 0; j < (gdn.Causal ? c + 1 : from.Channels); j++)
                        power += gamma[c * from.Channels + j] * In(j, h, w) * In(j, h, w);
                    return gdn.Inverse ? In(c, h, w) * Math.Sqrt(power) : In(c, h, w) / Math.Sqrt(power);
                });
            case Upsample:
                return Map((c, h, w) => In(c, h * from.Height / to.Height, w * from.Width / to.Width));
            case PowerNormalization power:
                var parts = power.Parts ?? [x.Length];
                return [.. parts.SelectMany((length, i) =>
                {
                    double[] part = x[parts.Take(i).Sum()..][..length];
                    double energy = part.Sum(v => v * v);
                    return part.Select(v => energy == 0 ? 0 : v * Math.Sqrt(length / energy));
                })];
            case Slice slice:
                return x[slice.Start..(slice.Start + slice.Count)];
            case Film:
                return Map((c, h, w) => In(c, h, w) * (1 + inputs[1][c]) + inputs[1][from.Channels + c]);
            case SnrFilm film:
                double half = (film.HighDb - film.LowDb) / 2;
                double[] told = ReportedDb is not { } db ? [0, 0] : half == 0 ? [0, 1] : [(Math.Clamp(db, film.LowDb, film.HighDb) - film.LowDb - half) / half, 1];
                double[] units = [.. Enumerable.Range(0, film.Features).Select(u => Math.Max(0, W("hidden_bias")[u] + told[0] * W("hidden_weight")[2 * u] + told[1] * W("hidden_weight")[2 * u + 1]))];
                double[] Of(string kind) => [.. W($"{kind}_bias").Select((start, c) => start + units.Select((unit, u) => unit * W($"{kind}_weight")[c * film.Features + u]).Sum())];
                double[] scales = Of("scale"), shifts = Of("shift");
                return Map((c, h, w) => In(c, h, w) * (1 + scales[c]) + shifts[c]);
            case SnrTable table:
                int row = ReportedDb is not { } at ? 0 : Enumerable.Range(1, table.Rows - 1).MinBy(i => Math.Abs(table.LowDb + (i - 1) * table.StepDb - at));
                return Map((c, h, w) => In(c, h, w) * (1 + W("scale")[c * table.Rows + row]) + W("shift")[c * table.Rows + row]);
            default:
                throw new NotSupportedException(layer.Kind);
        }
    }
}
