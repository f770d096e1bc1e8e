using Heliograph.Networks;

namespace Heliograph.Experiments.Recipes;

/// <summary>A kind of joint code that a recipe's symbols are made with.</summary>
/// <param name="Name">For records; unique.</param>
public sealed record CodeFamily(string Name)
{
    /// <summary>The paper's code of the map at the split point (<see cref="JointCode"/>).</summary>
    public static CodeFamily Convolutional { get; } = new("convolutional");

    /// <summary>Fully connected layers, for the features of the last layers.</summary>
    public static CodeFamily Dense { get; } = new("dense");

    /// <summary>Convolutions that carry the image itself; the whole backbone is at the edge.</summary>
    public static CodeFamily Image { get; } = new("image");

    /// <summary>Where the image is what is sent, as records name the split point.</summary>
    public const string Input = "input";

    /// <summary>From what the code carries to symbols.</summary>
    /// <param name="carried">The map at the split point, or the image.</param>
    /// <param name="channels">C of the convolutional codes, B of the dense one.</param>
    /// <exception cref="UsageException"><paramref name="channels"/> is below 1.</exception>
    public Network Encoder(Shape carried, int channels) => this == Dense ? DenseCode.Encoder(carried, channels) : this == Image ? ImageCode.Encoder(carried, channels) : JointCode.Encoder(carried, channels);

    /// <summary>From received symbols to what the code carries.</summary>
    /// <inheritdoc cref="Encoder"/>
    public Network Decoder(Shape carried, int channels) => this == Dense ? DenseCode.Decoder(carried, channels) : this == Image ? ImageCode.Decoder(carried, channels) : JointCode.Decoder(carried, channels);
}
