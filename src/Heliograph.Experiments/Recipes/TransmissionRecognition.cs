namespace Heliograph.Experiments.Recipes;

/// <summary>Joint transmission and recognition (Lee and others, 2019, the paper's reference [10]): the features of the last layers through a code of fully connected layers.</summary>
public static class TransmissionRecognition
{
    /// <summary>The recipe: the steps of <c>unpruned</c>, with another code.</summary>
    public static Recipe Recipe { get; } = new("transmission-recognition", CommonSteps.Pretrain, CommonSteps.Autoencoder, CommonSteps.Joint) { Code = CodeKind.Dense };
}
