namespace Heliograph.Networks;

/// <summary>A network in the making: layers in the order of computation.</summary>
sealed class LayerList
{
    readonly List<Layer> layers = [];

    /// <summary>Name of the layer added last.</summary>
    public string Last { get; private set; } = Network.InputName;

    /// <summary>Adds a layer; returns its name.</summary>
    public string Add(Layer layer)
    {
        layers.Add(layer);
        return Last = layer.Name;
    }

    /// <summary>Adds a convolution without a bias and the batch norm behind it, <c>conv</c> and <c>bn</c> before the id; returns the batch norm's name.</summary>
    public string Normalised(string id, string from, int filters, int kernel, int stride = 1, int groups = 1)
    {
        Add(new Convolution($"conv{id}", [from], filters, kernel, stride, kernel / 2, groups, Bias: false));
        return Add(new BatchNorm($"bn{id}", [Last]));
    }

    /// <summary>Adds global average pooling and the linear layer that names the classes.</summary>
    public Network Classify(Shape input, int classes, double dropout)
    {
        Add(new AveragePool("gap", [Last]));
        if (dropout > 0)
            Add(new Dropout("dropout", [Last], (float)dropout));
        Add(new Linear("fc", [Last], classes));
        return new(input, layers);
    }
}
