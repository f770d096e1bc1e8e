using Heliograph.Experiments.Trainings;
using Heliograph.Training.Objectives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Tests.Objectives;

[Collection(TorchCollection.Name)]
public sealed class DistillationTests : IDisposable
{
    const int Images = 3, Classes = 5;

    readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    static readonly float[] Student = Drawn.Normal(Images * Classes, 1, 2), Teacher = Drawn.Normal(Images * Classes, 2, 2);
    static readonly long[] Labels = [4, 0, 2];

    public void Dispose() => scope.Dispose();

    static Tensor Logits(params double[] values) => tensor(Array.ConvertAll(values, value => (float)value)).reshape(1, -1);

    [Fact]
    public void Hinton_of_two_classes_by_hand()
    {
        // Softened by T = 2 the teacher says 3/4 and 1/4, the student 1/2 and 1/2.
        var loss = Distillation.Hinton(Logits(0, 0), Logits(2 * Math.Log(3), 0), 2);
        Assert.Equal(4 * (0.75 * Math.Log(1.5) + 0.25 * Math.Log(0.5)), loss.item<float>(), 1e-6);
    }

    [Fact]
    public void Decoupled_of_three_classes_by_hand()
    {
        // The teacher says 0.5, 0.3, 0.2, the student 0.2, 0.6, 0.2; the target is the first.
        Tensor teacher = Logits(Math.Log(0.5), Math.Log(0.3), Math.Log(0.2)), student = Logits(Math.Log(0.2), Math.Log(0.6), Math.Log(0.2));
        double target = 0.5 * Math.Log(0.5 / 0.2) + 0.5 * Math.Log(0.5 / 0.8), others = 0.6 * Math.Log(0.6 / 0.75) + 0.4 * Math.Log(0.4 / 0.25);
        Assert.Equal(3 * target + 7 * others, Distillation.Decoupled(student, teacher, tensor(new long[] { 0 }), 1, 3, 7).item<float>(), 1e-5);
    }

    [Fact]
    public void Decoupled_with_the_weights_of_the_undecoupled_one_is_Hintons()
    {
        // Zhao and others, equation 5: KD = TCKD + (1 − p of the target)·NCKD, an image at a time.
        for (int i = 0; i < Images; i++)
        {
            Tensor s = tensor(Student[(i * Classes)..((i + 1) * Classes)]).reshape(1, -1), t = tensor(Teacher[(i * Classes)..((i + 1) * Classes)]).reshape(1, -1);
            double beta = 1 - Softmax(Teacher, i, 3)[Labels[i]];
            Assert.Equal(Distillation.Hinton(s, t, 3).item<float>(), Distillation.Decoupled(s, t, tensor(new[] { Labels[i] }), 3, 1, beta).item<float>(), 1e-4);
        }
    }

    [Theory]
    [InlineData(DistillationForm.Hinton)]
    [InlineData(DistillationForm.Decoupled)]
    public void Value_and_gradient_are_those_of_the_formula(DistillationForm form)
    {
        var options = new DistillationOptions { Form = form, Temperature = 3, Alpha = 0.7, Beta = 2.5 };
        var student = tensor(Student, [Images, Classes]);
        student.requires_grad = true;
        var loss = Distillation.Loss(options, student, tensor(Teacher, [Images, Classes]), tensor(Labels));
        loss.backward();

        double[] values = Drawn.Doubles(Student);
        Assert.Equal(Formula(options, values), loss.item<float>(), 1e-5);
        double[] differences = [.. Enumerable.Range(0, values.Length).Select(i =>
        {
            double[] above = [.. values], below = [.. values];
            (above[i], below[i]) = (above[i] + 1e-5, below[i] - 1e-5);
            return (Formula(options, above) - Formula(options, below)) / 2e-5;
        })];
        Drawn.AssertClose(differences, Arrays.ToArray(student.grad!), 1e-4);
    }

    [Fact]
    public void A_teacher_that_is_sure_gives_no_NaN()
    {
        var student = Logits(0, 0, 0);
        student.requires_grad = true;
        foreach (var form in Enum.GetValues<DistillationForm>())
        {
            var loss = Distillation.Loss(new() { Form = form, Temperature = 1 }, student, Logits(0, 300, 0), tensor(new long[] { 1 }));
            loss.backward();
            Assert.True(float.IsFinite(loss.item<float>()));
            Assert.All(Arrays.ToArray(student.grad!), g => Assert.True(float.IsFinite(g)));
        }
    }

    [Fact]
    public void Shares_of_mixed_images_are_targets_as_well()
    {
        var shares = tensor(new float[] { 0, 0.7f, 0.3f, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0.4f, 0.6f }, [Images, Classes]);
        long[] leading = [1, 0, 4];
        Assert.Equal(leading, Targets.Leading(shares).data<long>());
        Assert.Equal(Labels, Targets.Leading(tensor(Labels)).data<long>());

        const double smoothing = 0.1;
        double expected = Enumerable.Range(0, Images).Average(i => -Softmax(Student, i, 1)
            .Select((p, c) => (shares[i, c].item<float>() * (1 - smoothing) + smoothing / Classes) * Math.Log(p)).Sum());
        Tensor student = tensor(Student, [Images, Classes]), teacher = tensor(Teacher, [Images, Classes]);
        Assert.Equal(expected, F.cross_entropy(student, shares, label_smoothing: smoothing).item<float>(), 1e-5);
        var options = new DistillationOptions { Form = DistillationForm.Decoupled };
        Assert.Equal(Distillation.Loss(options, student, teacher, tensor(leading)).item<float>(), Distillation.Loss(options, student, teacher, shares).item<float>());
    }

    static double[] Softmax(IReadOnlyList<float> logits, int image, double temperature) => Softmax([.. logits.Select(v => (double)v)], image, temperature);

    static double[] Softmax(double[] logits, int image, double temperature)
    {
        double[] powers = [.. Enumerable.Range(0, Classes).Select(c => Math.Exp(logits[image * Classes + c] / temperature))];
        return [.. powers.Select(power => power / powers.Sum())];
    }

    // From probabilities, in 64 bits.
    static double Formula(DistillationOptions options, double[] student) => options.Temperature * options.Temperature * Enumerable.Range(0, Images).Average(i =>
    {
        double[] p = Softmax(Teacher, i, options.Temperature), q = Softmax(student, i, options.Temperature);
        if (options.Form == DistillationForm.Hinton)
            return p.Zip(q).Sum(pair => pair.First * Math.Log(pair.First / pair.Second));
        long t = Labels[i];
        double target = p[t] * Math.Log(p[t] / q[t]) + (1 - p[t]) * Math.Log((1 - p[t]) / (1 - q[t]));
        double others = Enumerable.Range(0, Classes).Where(c => c != t)
            .Sum(c => p[c] / (1 - p[t]) * Math.Log(p[c] / (1 - p[t]) / (q[c] / (1 - q[t]))));
        return options.Alpha * target + options.Beta * others;
    });
}
