using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>Reads networks as <see cref="Network.ToJson"/> writes them.</summary>
static class NetworkReader
{
    /// <exception cref="InvalidDataException">The JSON describes no whole network.</exception>
    public static Network Read(JsonElement json)
    {
        try
        {
            return new(Shape(json.Member("input")), json.List("layers", Layer));
        }
        catch (Exception e) when (e is InvalidDataException or UsageException)
        {
            throw new InvalidDataException($"the network's description does not make sense: {e.Message}", e);
        }
    }

    static Shape Shape(JsonElement json) => new(json.Whole("channels"), json.Whole("height"), json.Whole("width"));

    static Layer Layer(JsonElement json)
    {
        string type = json.Text("type"), name = json.Text("name");
        string[] inputs = json.List("inputs", JsonReading.Text);
        return type switch
        {
            "convolution" => new Convolution(name, inputs, json.Whole("filters"), json.Whole("kernel", 3), json.Whole("stride", 1), json.Whole("padding", 1)),
            "batchNorm" => new BatchNorm(name, inputs, (float)json.Number("epsilon", 1e-5f), (float)json.Number("momentum", 0.1f)),
            "relu" => new Relu(name, inputs),
            "prelu" => new PRelu(name, inputs),
            "maxPool" => new MaxPool(name, inputs, json.Whole("size", 2)),
            "dropout" => new Dropout(name, inputs, (float)json.Number("rate")),
            "flatten" => new Flatten(name, inputs),
            "linear" => new Linear(name, inputs, json.Whole("features")),
            "gdn" => new Gdn(name, inputs, json.Flag("inverse")),
            "upsample" => new Upsample(name, inputs, json.Whole("height"), json.Whole("width")),
            "powerNormalization" => new PowerNormalization(name, inputs),
            "reshape" => new Reshape(name, inputs, json.Whole("channels"), json.Whole("height"), json.Whole("width")),
            _ => throw new InvalidDataException($"there is no layer of type '{type}'"),
        };
    }
}
