using Heliograph.Experiments.Trainings;
using static TorchSharp.torch;

namespace Heliograph.Training.Objectives;

/// <summary>Losses from a student's logits s to a teacher's t, both [N, classes], as means over the batch. Gradients go to the student alone.</summary>
public static class Distillation
{
    // Takes a class out of a softmax: e to this is 0, and unlike infinity it gives no 0·∞.
    const double LeftOut = -1e4;

    /// <summary>The term that the options describe, without its weight against cross-entropy.</summary>
    /// <param name="options">Form, temperature, α and β.</param>
    /// <param name="student">s.</param>
    /// <param name="teacher">t, without a graph.</param>
    /// <param name="targets">[N] classes, or [N, classes] shares (<see cref="Targets"/>).</param>
    public static Tensor Loss(DistillationOptions options, Tensor student, Tensor teacher, Tensor targets) => options.Form switch
    {
        DistillationForm.Hinton => Hinton(student, teacher, options.Temperature),
        DistillationForm.Decoupled => Decoupled(student, teacher, Targets.Leading(targets), options.Temperature, options.Alpha, options.Beta),
        _ => throw new NotSupportedException($"distillation {options.Form}"),
    };

    /// <summary>T²·KL(softmax(t/T) ‖ softmax(s/T)) (Hinton, Vinyals and Dean, 2015).</summary>
    public static Tensor Hinton(Tensor student, Tensor teacher, double temperature)
    {
        using var scope = NewDisposeScope();
        return (Divergence(teacher / temperature, student / temperature) * (temperature * temperature)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// T²·(α·TCKD + β·NCKD) (Zhao and others, 2022): TCKD is the divergence of the target class's probability against that of all others together,
    /// NCKD that of the others' probabilities among themselves.
    /// </summary>
    /// <param name="student">s.</param>
    /// <param name="teacher">t.</param>
    /// <param name="labels">[N] target classes.</param>
    /// <param name="temperature">T.</param>
    /// <param name="alpha">α.</param>
    /// <param name="beta">β.</param>
    public static Tensor Decoupled(Tensor student, Tensor teacher, Tensor labels, double temperature, double alpha, double beta)
    {
        using var scope = NewDisposeScope();
        var isTarget = arange(student.shape[1], device: student.device).unsqueeze(0).eq(labels.unsqueeze(1));
        Tensor s = student / temperature, t = teacher / temperature;
        Tensor otherS = s.masked_fill(isTarget, LeftOut), otherT = t.masked_fill(isTarget, LeftOut);
        var target = Divergence(TargetAndRest(t, otherT), TargetAndRest(s, otherS));
        var others = Divergence(otherT, otherS);
        return ((target * alpha + others * beta) * (temperature * temperature)).MoveToOuterDisposeScope();

        // [N, 2] logits of the same two probabilities.
        Tensor TargetAndRest(Tensor all, Tensor rest) => stack([all.gather(1, labels.unsqueeze(1)).squeeze(1), rest.logsumexp(1)], 1);
    }

    // KL(softmax(p) ‖ softmax(q)), mean over the rows.
    static Tensor Divergence(Tensor p, Tensor q)
    {
        var logP = p.log_softmax(1);
        return (logP.exp() * (logP - q.log_softmax(1))).sum(1).mean();
    }
}
