using Heliograph.Networks;

namespace Heliograph.Tests.Encoding;

/// <summary>Executes a network straight from the formulas, in 64-bit floats, values channel by channel, row by row.</summary>
static class Reference
{
    public static double[] Run(Network network, Weights weights, double[] input)
    {
        var values = new Dictionary<string, double[]> { [Network.InputName] = input };
        foreach (var layer in network.Layers)
        {
            var shape = network.InputsOf(layer)[0];
            double[] Array(string name) => [.. weights[$"{layer.Name}.{name}"].Values.Select(v => (double)v)];
            var x = values[layer.Inputs[0]];
            values[layer.Name] = layer switch
            {
                Convolution conv => Convolve(conv, shape, network.ShapeOf(layer.Name), x, Array("weight"), Array("bias")),
                Linear linear => Convolve(new("", [], linear.Features, 1, 1, 0), shape, network.ShapeOf(layer.Name), x, Array("weight"), Array("bias")),
                Relu => [.. x.Select(v => Math.Max(v, 0))],
                PRelu => Slope(shape, x, Array("weight")),
                Gdn gdn => Normalise(gdn, shape, x, Array("beta"), Array("gamma")),
                MaxPool pool => Pool(pool.Size, shape, network.ShapeOf(layer.Name), x),
                PowerNormalization => Power(x),
                Flatten or Reshape or Dropout => x,
                _ => throw new NotSupportedException(layer.Kind),
            };
        }
        return values[network.OutputName];
    }

    static double[] Convolve(Convolution conv, Shape from, Shape to, double[] x, double[] weight, double[] bias)
    {
        var y = new double[to.Elements];
        int k = conv.Kernel;
        for (int o = 0; o < to.Elements; o++)
        {
            int filter = o / (to.Height * to.Width), row = o / to.Width % to.Height, column = o % to.Width;
            double sum = bias[filter];
            for (int c = 0; c < from.Channels; c++)
            {
                for (int tap = 0; tap < k * k; tap++)
                {
                    int v = row * conv.Stride - conv.Padding + tap / k, u = column * conv.Stride - conv.Padding + tap % k;
                    if (v >= 0 && v < from.Height && u >= 0 && u < from.Width)
                        sum += x[(c * from.Height + v) * from.Width + u] * weight[(filter * from.Channels + c) * k * k + tap];
                }
            }
            y[o] = sum;
        }
        return y;
    }

    static double[] Slope(Shape shape, double[] x, double[] slope) =>
        [.. x.Select((v, i) => v >= 0 ? v : v * slope[i / (shape.Height * shape.Width)])];

    static double[] Normalise(Gdn gdn, Shape shape, double[] x, double[] beta, double[] gamma)
    {
        int area = shape.Height * shape.Width, channels = shape.Channels;
        return [.. x.Select((v, at) =>
        {
            int i = at / area;
            double sum = beta[i];
            for (int j = 0; j < channels; j++)
                sum += gamma[i * channels + j] * x[j * area + at % area] * x[j * area + at % area];
            return gdn.Inverse ? v * Math.Sqrt(sum) : v / Math.Sqrt(sum);
        })];
    }

    static double[] Pool(int size, Shape from, Shape to, double[] x)
    {
        var y = new double[to.Elements];
        for (int o = 0; o < to.Elements; o++)
        {
            int c = o / (to.Height * to.Width), row = o / to.Width % to.Height, column = o % to.Width;
            y[o] = double.NegativeInfinity;
            for (int i = 0; i < size * size; i++)
                y[o] = Math.Max(y[o], x[(c * from.Height + row * size + i / size) * from.Width + column * size + i % size]);
        }
        return y;
    }

    static double[] Power(double[] x)
    {
        double scale = Math.Sqrt(x.Length / (x.Sum(v => v * v) + PowerNormalization.Epsilon));
        return [.. x.Select(v => v * scale)];
    }
}
