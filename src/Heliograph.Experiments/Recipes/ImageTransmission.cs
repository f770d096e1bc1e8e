namespace Heliograph.Experiments.Recipes;

/// <summary>Deep joint source-channel coding of the image itself: it is restored at the edge, and the backbone reads what arrives (the paper's references [7] to [9]).</summary>
public static class ImageTransmission
{
    /// <summary>Encoder and decoder learn to carry the image through the channel with the least mean squared error.</summary>
    public static StepPlan Image { get; } = new("image", Artifact.Backbone, Artifact.Halves);

    /// <summary>The backbone learns from images as they arrive; encoder and decoder stay. Options as those of <c>joint</c>.</summary>
    public static StepPlan Finetune { get; } = new("finetune", Artifact.Halves, Artifact.Halves, CommonSteps.Joint.Options);

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new("deepjscc-image", CommonSteps.Pretrain, Image, Finetune) { Code = CodeKind.Image };
}
