using Heliograph.Encoding.Lanes;
using Heliograph.Encoding.Steps;
using Heliograph.Networks;

namespace Heliograph.Encoding;

/// <summary>Turns the layers of a device half into steps: chooses each layer's kernel, lays out its maps and packs its weights.</summary>
sealed class Planner<TLanes, TVector>(Weights weights, Arena weightArena, Arena bufferArena)
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    readonly List<Step> steps = [];

    public EncoderPlan Plan(Network network)
    {
        var chain = Chain.Of(network);
        var input = new FeatureMap(bufferArena, network.Input,
            chain is [Convolution first, ..] && Kernels.For(first, network.Input) == Kernel.Direct ? network.Input.Channels : Padded(network.Input.Channels),
            HaloFor(chain, 0, network.Input));
        var map = input;
        for (int i = 0; i < chain.Count; i++)
        {
            var layer = chain[i];
            bool relu = layer is Convolution or Linear && At(i + 1) is Relu;
            if (relu)
                i++;
            bool pool = layer is Convolution convolution && Kernels.For(convolution, map.Shape) is Kernel.Winograd2 or Kernel.Winograd4 && At(i + 1) is MaxPool { Size: 2 };
            if (pool)
                i++;
            var output = network.ShapeOf(chain[i].Name);
            map = Add(layer, map, relu, pool, () => new FeatureMap(bufferArena, output, Padded(output.Channels), HaloFor(chain, i + 1, output)));
        }
        BindScratch();
        return new([.. steps], input, map);

        Layer? At(int index) => index < chain.Count ? chain[index] : null;
    }

    FeatureMap Add(Layer layer, FeatureMap map, bool relu, bool pool, Func<FeatureMap> makeOutput)
    {
        switch (layer)
        {
            case Convolution convolution:
                return Convolve(convolution, map, makeOutput(), relu, pool);
            case Linear linear:
                return Convolve(new(linear.Name, linear.Inputs, linear.Features, Kernel: 1, Padding: 0), map, makeOutput(), relu, pool);
            case Relu:
                steps.Add(new Activation<TLanes, TVector>(weightArena, map, new float[map.Shape.Channels]));
                return map;
            case PRelu:
                steps.Add(new Activation<TLanes, TVector>(weightArena, map, Values(layer, "weight")));
                return map;
            case Gdn gdn:
                steps.Add(new DivisiveNormalization<TLanes, TVector>(weightArena, bufferArena, map, gdn.Inverse, Values(layer, "beta"), Values(layer, "gamma")));
                return map;
            case MaxPool pooling:
                var pooled = makeOutput();
                steps.Add(new Pooling<TLanes, TVector>(map, pooled, pooling.Size));
                return pooled;
            case Flatten:
                return map.Shape.IsVector ? map : Rearrange(map, makeOutput());
            case Reshape:
                return Rearrange(AsVector(map), makeOutput());
            case PowerNormalization:
                var vector = map.Shape.IsVector ? map : Rearrange(map, makeOutput());
                steps.Add(new PowerScaling(vector));
                return vector;
            default:
                throw new UsageException($"the encoder cannot run layer '{layer.Name}' ({layer.Kind})");
        }
    }

    FeatureMap Convolve(Convolution layer, FeatureMap input, FeatureMap output, bool relu, bool pool)
    {
        float[] kernel = Values(layer, "weight"), bias = Values(layer, "bias");
        steps.Add(Kernels.For(layer, input.Shape) switch
        {
            Kernel.First => new FirstConvolution<TLanes, TVector>(weightArena, input, output, layer, kernel, bias, relu),
            Kernel.Winograd4 => new WinogradConvolution<WinogradTile4<TLanes, TVector>, TLanes, TVector>(weightArena, input, output, layer, kernel, bias, relu, pool),
            Kernel.Winograd2 => new WinogradConvolution<WinogradTile2<TLanes, TVector>, TLanes, TVector>(weightArena, input, output, layer, kernel, bias, relu, pool),
            Kernel.Taps => new TapConvolution<TLanes, TVector>(weightArena, bufferArena, input, output, layer, kernel, bias, relu),
            _ => new DirectConvolution<TLanes, TVector>(weightArena, bufferArena, input, output, layer, kernel, bias, relu),
        });
        return output;
    }

    unsafe void BindScratch()
    {
        float* scratch = bufferArena.Allocate(steps.Max(step => (long?)step.ScratchFloats) ?? 0);
        foreach (var step in steps)
            step.Bind(scratch);
    }

    FeatureMap AsVector(FeatureMap map)
    {
        int elements = map.Shape.Elements;
        return map.Shape.IsVector ? map : Rearrange(map, new(bufferArena, new(elements, 1, 1), Padded(elements), Halo.None));
    }

    FeatureMap Rearrange(FeatureMap from, FeatureMap to)
    {
        steps.Add(new Rearrangement(from, to));
        return to;
    }

    float[] Values(Layer layer, string name) => weights[$"{layer.Name}.{name}"].Values;

    static int Padded(int channels) => checked(channels + TLanes.Count - 1) / TLanes.Count * TLanes.Count;

    /// <summary>What the next layer that does not work in place wants around the map that it reads.</summary>
    static Halo HaloFor(IReadOnlyList<Layer> chain, int next, Shape map)
    {
        while (next < chain.Count && (chain[next] is Relu or PRelu or Gdn || chain[next] is PowerNormalization or Flatten && map.IsVector))
            next++;
        if (next == chain.Count || chain[next] is not Convolution convolution)
            return Halo.None;
        switch (Kernels.For(convolution, map))
        {
            case Kernel.Winograd4 or Kernel.First:
                return WinogradConvolution<WinogradTile4<TLanes, TVector>, TLanes, TVector>.Halo(map);
            case Kernel.Winograd2:
                return WinogradConvolution<WinogradTile2<TLanes, TVector>, TLanes, TVector>.Halo(map);
            case Kernel.Taps:
                return Halo.None;
        }
        var output = convolution.Output([map]);
        int Beyond(int size, int outputs) =>
            checked((int)Math.Max(0, (outputs - 1L) * convolution.Stride + convolution.Kernel - convolution.Padding - size));
        return new(convolution.Padding, convolution.Padding, Beyond(map.Height, output.Height), Beyond(map.Width, output.Width));
    }
}

/// <summary>The steps of an encoder, the map that they read and the one that they leave.</summary>
sealed record EncoderPlan(Step[] Steps, FeatureMap Input, FeatureMap Output);
