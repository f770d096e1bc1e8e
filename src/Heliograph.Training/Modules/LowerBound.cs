using static TorchSharp.torch;

namespace Heliograph.Training.Modules;

/// <summary>
/// max(x, bound), whose gradient also passes below the bound where a descent step would raise x
/// (the rule of CompressAI's LowerBound: pass if x ≥ bound or the gradient is negative).
/// </summary>
sealed class LowerBound : autograd.SingleTensorFunction<LowerBound>
{
    public override string Name => nameof(LowerBound);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        ctx.save_for_backward([x]);
        ctx.save_data("bound", vars[1]);
        return x.clamp_min((double)vars[1]);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var x = ctx.get_saved_variables()[0];
        var pass = x.ge((double)ctx.get_data("bound")).logical_or_(grad_output.lt(0));
        return [grad_output * pass, null!];
    }
}
