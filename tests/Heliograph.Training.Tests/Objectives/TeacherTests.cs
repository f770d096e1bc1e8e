using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Objectives;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Objectives;

[Collection(TorchCollection.Name)]
public sealed class TeacherTests : IDisposable
{
    readonly TinyRun tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Answers_as_its_network_does_without_a_graph()
    {
        using var scope = NewDisposeScope();
        using var teacher = Teacher.Of(tiny.Session(), "joint", new JointOptions { Teacher = tiny.TeacherFile })!;
        float[] images = Drawn.Normal(2 * Signs.Shape.Elements, 5);
        var logits = teacher.Logits(Arrays.Images(images, Signs.Shape));
        Assert.False(logits.requires_grad);
        var model = Model.Load(tiny.TeacherFile);
        Drawn.AssertClose(Drawn.Output(model.Network, model.Weights, images), Arrays.ToArray(logits), 1e-4);
    }

    [Fact]
    public void A_step_without_one_has_none() => Assert.Null(Teacher.Of(tiny.Session(), "joint", new JointOptions()));

    [Fact]
    public void The_runs_own_backbone_teaches_under_its_name()
    {
        using var scope = NewDisposeScope();
        var images = Arrays.Images(Drawn.Normal(Signs.Shape.Elements, 5), Signs.Shape);
        using Teacher own = Teacher.Of(tiny.Session(), "prune", new PruneOptions { Teacher = "pretrain" })!, file = Teacher.Of(tiny.Session(), "prune", new PruneOptions { Teacher = tiny.BackboneFile })!;
        Assert.Equal(Arrays.ToArray(file.Logits(images)), Arrays.ToArray(own.Logits(images)));
    }

    [Theory]
    // Hinton's weight is 0.9 at once; with a warm-up half of it in the middle.
    [InlineData(DistillationForm.Hinton, null, 0, 0.1, 0.9)]
    [InlineData(DistillationForm.Hinton, 4.0, 2, 0.55, 0.45)]
    // 24 epochs: the decoupled form's weight is whole after 2, and cross-entropy's always.
    [InlineData(DistillationForm.Decoupled, null, 0, 1, 0)]
    [InlineData(DistillationForm.Decoupled, null, 0.5, 1, 0.25)]
    [InlineData(DistillationForm.Decoupled, null, 9, 1, 1)]
    [InlineData(DistillationForm.Decoupled, 0.0, 0, 1, 1)]
    public void Labels_and_teacher_are_weighted(DistillationForm form, double? warmup, double epoch, double crossEntropy, double distillation)
    {
        using var scope = NewDisposeScope();
        var options = new JointOptions { Epochs = 24, Teacher = tiny.TeacherFile, Distillation = new() { Form = form, Warmup = warmup } };
        using var teacher = Teacher.Of(tiny.Session(), "joint", options)!;
        Tensor s = tensor(Drawn.Normal(6, 1), [2, 3]), t = tensor(Drawn.Normal(6, 2), [2, 3]), labels = tensor(new long[] { 2, 0 });
        double alone = Distillation.Loss(options.Distillation, s, t, labels).item<float>();
        Assert.Equal(crossEntropy * 1.5 + distillation * alone, teacher.Combine(tensor(1.5f), s, t, labels, epoch).item<float>(), 1e-4);
    }
}
