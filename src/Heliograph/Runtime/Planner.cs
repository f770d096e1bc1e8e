using Heliograph.Networks;
using Heliograph.Runtime.Lanes;
using Heliograph.Runtime.Steps;

namespace Heliograph.Runtime;

/// <summary>Turns the layers of a device half into steps: chooses each layer's kernel, lays out its maps and packs its weights.</summary>
sealed class Planner<TLanes, TVector>(Network network, Weights weights, Arena weightArena, Arena bufferArena)
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    readonly List<Step> steps = [];
    readonly List<SnrRows> told = [];
    readonly Dictionary<string, FeatureMap> maps = new(StringComparer.Ordinal);
    readonly ILookup<string, Layer> readers = network.Layers.SelectMany(layer => layer.Inputs.Select(input => (input, layer))).ToLookup(pair => pair.input, pair => pair.layer, StringComparer.Ordinal);

    public EncoderPlan Plan()
    {
        bool packed = OnlyReader(Network.InputName) is Convolution first && KernelOf(first, network.Input) == Kernel.Direct;
        var input = maps[Network.InputName] = new(bufferArena, network.Input, packed ? network.Input.Channels : Padded(network.Input.Channels), HaloOf(Network.InputName));
        foreach (var layer in network.Layers)
        {
            // A ReLU or a pooling that the previous layer has already done.
            if (!maps.ContainsKey(layer.Name))
                Place(layer);
        }
        BindScratch();
        return new([.. steps], [.. told], input, maps[network.OutputName]);
    }

    void Place(Layer layer)
    {
        var map = maps[layer.Inputs[0]];
        maps[layer.Name] = layer switch
        {
            Convolution convolution => Convolve(convolution, map),
            Linear linear => Convolve(new(linear.Name, linear.Inputs, linear.Features, Kernel: 1, Padding: 0), map),
            Add => Sum(layer),
            Relu => InPlace(layer, own => new Activation<TLanes, TVector>(weightArena, own, new float[map.Shape.Channels])),
            Relu6 => InPlace(layer, own => new Activation<TLanes, TVector>(weightArena, own, new float[map.Shape.Channels], highest: 6)),
            PRelu => InPlace(layer, own => new Activation<TLanes, TVector>(weightArena, own, Values(layer, "weight"))),
            Sigmoid => InPlace(layer, own => new SigmoidActivation(own)),
            BatchNorm norm => InPlace(layer, own => new Affine<TLanes, TVector>(own, ChannelFactors.Of(norm, weights, weightArena, own))),
            SnrTable table => InPlace(layer, own => new Affine<TLanes, TVector>(own, Told(table, own))),
            Gdn gdn => InPlace(layer, own => new DivisiveNormalization<TLanes, TVector>(weightArena, bufferArena, own, gdn.Inverse, Values(layer, "beta"), gdn.Gamma(weights[$"{gdn.Name}.gamma"]).Values)),
            MaxPool pooling => To(NewMap(layer.Name), pooled => new MaxPooling<TLanes, TVector>(map, pooled, pooling)),
            AveragePool pooling => To(NewMap(layer.Name), pooled => new AveragePooling<TLanes, TVector>(map, pooled, pooling.Window(map.Shape))),
            Flatten => map.Shape.IsVector && OnlyReader(layer.Inputs[0]) is not null ? map : Rearrange(map, NewMap(layer.Name)),
            Reshape => Rearrange(AsVector(map), NewMap(layer.Name)),
            PowerNormalization power => map.Shape.IsVector ? InPlace(layer, own => new PowerScaling(own, power.Parts))
                : To(Rearrange(map, NewMap(layer.Name)), vector => new PowerScaling(vector, power.Parts)),
            _ => throw new UsageException($"the encoder cannot run layer '{layer.Name}' ({layer.Kind})"),
        };
    }

    /// <summary>A convolution, with the addition, the bounds and the pooling after it if nothing else reads what is between.</summary>
    FeatureMap Convolve(Convolution layer, FeatureMap input)
    {
        if (layer.Groups > 1 && !(layer.IsDepthwise && layer.Groups == input.Shape.Channels))
            throw new UsageException($"the encoder cannot run layer '{layer.Name}': a convolution in {layer.Groups} groups that is not depthwise");
        var kernel = KernelOf(layer, input.Shape);
        var chain = new List<string> { layer.Name };
        var addend = Addend(layer, input);
        if (addend is not null)
            chain.Add(OnlyReader(layer.Name)!.Name);
        var (relu, epilogue) = Bounds(chain[^1]);
        if (relu is not null)
            chain.Add(relu.Name);
        bool pool = addend is null && kernel is Kernel.Winograd2 or Kernel.Winograd4 && OnlyReader(chain[^1]) is MaxPool { Halves: true };
        if (pool)
            chain.Add(OnlyReader(chain[^1])!.Name);
        epilogue = epilogue with { Adds = addend is not null };
        var output = addend ?? NewMap(chain[^1]);
        float[] filters = Values(layer, "weight"), bias = layer.Bias ? Values(layer, "bias") : new float[layer.Filters];
        steps.Add(kernel switch
        {
            Kernel.First => new FirstConvolution<TLanes, TVector>(weightArena, input, output, layer, filters, bias, epilogue),
            Kernel.Winograd4 => new WinogradConvolution<WinogradTile4<TLanes, TVector>, TLanes, TVector>(weightArena, input, output, layer, filters, bias, epilogue, pool),
            Kernel.Winograd2 => new WinogradConvolution<WinogradTile2<TLanes, TVector>, TLanes, TVector>(weightArena, input, output, layer, filters, bias, epilogue, pool),
            Kernel.Taps => new TapConvolution<TLanes, TVector>(weightArena, bufferArena, input, output, layer, filters, bias, epilogue, IsPrefix(layer)),
            Kernel.Depthwise => new DepthwiseConvolution<TLanes, TVector>(weightArena, input, output, layer, filters, bias, epilogue),
            _ => new DirectConvolution<TLanes, TVector>(weightArena, bufferArena, input, output, layer, filters, bias, epilogue, IsPrefix(layer)),
        });
        // The maps between are never stored, and whatever reads one gets the end of the chain.
        foreach (string done in chain)
            maps[done] = output;
        return output;
    }

    Kernel KernelOf(Convolution layer, Shape map) => Kernels.For(layer, map, IsPrefix(layer));

    /// <summary>Whether the first filters must give the same bits however many follow: the convolution of a code whose first symbols are a code of their own.</summary>
    bool IsPrefix(Convolution layer) => OnlyReader(layer.Name) is Gdn { Causal: true };

    /// <summary>
    /// The map of what is added to a convolution by the one that reads it, whose place the sum takes; null if the sum is another's to compute: the other
    /// addend is yet to come, it is read again later, or the convolution itself reads it.
    /// </summary>
    FeatureMap? Addend(Convolution layer, FeatureMap input)
    {
        if (OnlyReader(layer.Name) is not Add { Inputs.Count: 2 } sum)
            return null;
        string other = sum.Inputs[0] == layer.Name ? sum.Inputs[1] : sum.Inputs[0];
        bool last = other != Network.InputName && readers[other].All(reader => reader == sum || maps.ContainsKey(reader.Name));
        return last && maps.TryGetValue(other, out var map) && map != input ? map : null;
    }

    /// <summary>The ReLU or ReLU6 after a layer, if nothing else reads what is between, and what it does.</summary>
    (Layer? Relu, Epilogue Epilogue) Bounds(string name) => OnlyReader(name) switch
    {
        Relu relu => (relu, Epilogue.None with { Lowest = 0 }),
        Relu6 relu => (relu, Epilogue.None with { Lowest = 0, Highest = 6 }),
        _ => (null, Epilogue.None),
    };

    /// <summary>An addition, with the bounds after it if nothing else reads the sum.</summary>
    FeatureMap Sum(Layer layer)
    {
        var (relu, epilogue) = Bounds(layer.Name);
        string? own = layer.Inputs.FirstOrDefault(name => name != Network.InputName && OnlyReader(name) == layer && layer.Inputs.Count(other => other == name) == 1);
        var output = own is null ? NewMap(layer.Name) : maps[own];
        // Beginning with the map that the sum takes the place of, so that nothing is overwritten before it is read.
        string[] order = own is null ? [.. layer.Inputs] : [own, .. layer.Inputs.Where(name => name != own)];
        for (int i = 1; i < order.Length; i++)
            steps.Add(new Addition<TLanes, TVector>(i == 1 ? maps[order[0]] : output, maps[order[i]], output, i < order.Length - 1 ? Epilogue.None : epilogue));
        if (relu is not null)
            maps[relu.Name] = output;
        return output;
    }

    /// <summary>A step that changes a map: what the layer reads, or a copy where others read it too.</summary>
    FeatureMap InPlace(Layer layer, Func<FeatureMap, Step> make)
    {
        var map = maps[layer.Inputs[0]];
        if (OnlyReader(layer.Inputs[0]) is null)
            map = To(NewMap(layer.Name), copy => new Copy(map, copy));
        return To(map, make);
    }

    ChannelFactors Told(SnrTable table, FeatureMap map)
    {
        var factors = new ChannelFactors(weightArena, map);
        told.Add(new(table, factors, Values(table, "scale"), Values(table, "shift")));
        return factors;
    }

    FeatureMap To(FeatureMap map, Func<FeatureMap, Step> make)
    {
        steps.Add(make(map));
        return map;
    }

    FeatureMap NewMap(string name)
    {
        var shape = network.ShapeOf(name);
        return new(bufferArena, shape, Padded(shape.Channels), HaloOf(name));
    }

    /// <summary>The one layer that reads another, or null if there are several or its output is also the network's.</summary>
    Layer? OnlyReader(string name) => name != network.OutputName && readers[name].Distinct().ToArray() is [var only] ? only : null;

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

    /// <summary>The border that a map's readers need. A map may be passed on in place, to the readers of what was made of it.</summary>
    Halo HaloOf(string name)
    {
        var map = network.ShapeOf(name);
        return readers[name].Select(reader => reader switch
        {
            Convolution convolution => HaloFor(convolution, map),
            Relu or Relu6 or PRelu or Sigmoid or BatchNorm or SnrTable or Gdn or Add => HaloOf(reader.Name),
            PowerNormalization or Flatten when map.IsVector => HaloOf(reader.Name),
            _ => Halo.None,
        }).Aggregate(Halo.None, (a, b) => new(Math.Max(a.Top, b.Top), Math.Max(a.Left, b.Left), Math.Max(a.Bottom, b.Bottom), Math.Max(a.Right, b.Right)));
    }

    Halo HaloFor(Convolution convolution, Shape map)
    {
        switch (KernelOf(convolution, map))
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

/// <summary>The steps of an encoder, what a reported SNR changes in them, the map that they read and the one that they write.</summary>
sealed record EncoderPlan(Step[] Steps, SnrRows[] Told, FeatureMap Input, FeatureMap Output);
