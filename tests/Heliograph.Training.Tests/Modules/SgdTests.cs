using Heliograph.Training.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Modules;

[Collection(TorchCollection.Name)]
public sealed class SgdTests
{
    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0.9, 0, false)]
    [InlineData(0.9, 5e-4, false)]
    [InlineData(0.9, 0.1, true)]
    [InlineData(0.5, 0.01, true)]
    public void Steps_as_PyTorch_does(double momentum, double decay, bool nesterov)
    {
        using var scope = NewDisposeScope();
        float[] start = Drawn.Normal(12, 1);
        using var theirs = new Parameter(tensor(start, [3, 4]));
        var ours = tensor(start, [3, 4], requires_grad: true);
        using var reference = optim.SGD([theirs], 0.05, momentum, dampening: 0, weight_decay: decay, nesterov: nesterov);
        using var optimizer = new Sgd([("w", ours)], momentum, decay, nesterov);
        for (int step = 0; step < 20; step++)
        {
            double rate = step < 10 ? 0.05 : 0.01;
            reference.ParamGroups.First().LearningRate = rate;
            reference.zero_grad();
            Loss(theirs, step).backward();
            reference.step();
            Loss(ours, step).backward();
            optimizer.Step(rate);
            Assert.Null(ours.grad);
            Drawn.AssertClose(Arrays.ToArray(theirs), Arrays.ToArray(ours), 1e-6);
        }
        Assert.NotEqual(start, Arrays.ToArray(ours));
    }

    static Tensor Loss(Tensor w, int step) => (w.square() * (1 + step % 3) + w.sin()).sum();

    [Fact]
    public void Follows_the_formula_by_hand()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new float[] { 2 }, requires_grad: true);
        using var optimizer = new Sgd([("w", w)], momentum: 0.5, decay: 0.1, nesterov: false);
        // Gradient 3. d = 3 + 0.1·2 = 3.2, m = 3.2, w = 2 − 0.1·3.2 = 1.68; then d = 3.168, m = 1.6 + 3.168 = 4.768, w = 1.68 − 0.4768.
        (w * 3).sum().backward();
        optimizer.Step(0.1);
        Assert.Equal(1.68f, w.item<float>(), 6);
        (w * 3).sum().backward();
        optimizer.Step(0.1);
        Assert.Equal(1.2032f, w.item<float>(), 6);
        Assert.Equal(4.768f, optimizer.State().Single().Read()[0], 5);
    }

    [Theory]
    [InlineData("encoder.gdn.beta")]
    [InlineData("decoder.igdn.gamma")]
    public void Roots_of_GDN_have_no_penalty(string name)
    {
        using var scope = NewDisposeScope();
        var root = tensor(new float[] { 2 }, requires_grad: true);
        using var optimizer = new Sgd([(name, root)], momentum: 0.5, decay: 0.1, nesterov: false);
        (root * 3).sum().backward();
        optimizer.Step(0.1);
        Assert.Equal(1.7f, root.item<float>(), 6);
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new float[] { 2 }, requires_grad: true);
        using var optimizer = new Sgd([("w", w)], 0.9, 0.1, false);
        optimizer.Step(0.1);
        Assert.Equal(2, w.item<float>());
    }
}
