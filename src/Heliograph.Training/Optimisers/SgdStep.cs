using System.Numerics;
using Heliograph.Training.Torch;
using static TorchSharp.torch;

namespace Heliograph.Training.Optimisers;

/// <summary>One step of <see cref="Sgd"/> on one parameter. Both ways give the same bits: every operation is rounded as libtorch rounds it.</summary>
readonly unsafe struct SgdStep(double rate, double momentum, double decay, bool nesterov)
{
    // Floats of a thread's share of the work.
    const int Share = 1 << 16;

    /// <summary>The step by libtorch's operations; the gradient is used up.</summary>
    public void Take(Tensor value, Tensor gradient, Tensor average)
    {
        if (decay != 0)
            gradient.add_(value, decay);
        average.mul_(momentum).add_(gradient);
        if (nesterov)
            gradient.add_(average, momentum);
        value.add_(nesterov ? gradient : average, -rate);
    }

    /// <summary>The step in one pass over the memory.</summary>
    public void Take(DenseFloats floats)
    {
        var step = this;
        Workers.For((int)((floats.Count + Share - 1) / Share), i => step.Take(floats, (nint)i * Share, Math.Min(floats.Count, ((nint)i + 1) * Share)));
    }

    void Take(DenseFloats floats, nint begin, nint end)
    {
        float descent = (float)-rate, keep = (float)momentum, penalty = (float)decay;
        float* value = floats.Value, gradient = floats.Gradient, average = floats.Momentum;
        nint i = begin;
        if (Vector.IsHardwareAccelerated)
        {
            var (descents, keeps, penalties) = (new Vector<float>(descent), new Vector<float>(keep), new Vector<float>(penalty));
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> w = Vector.Load(value + i), d = Vector.Load(gradient + i);
                if (decay != 0)
                    d = Vector.FusedMultiplyAdd(w, penalties, d);
                var m = Vector.Load(average + i) * keeps + d;
                Vector.Store(m, average + i);
                Vector.Store(Vector.FusedMultiplyAdd(nesterov ? Vector.FusedMultiplyAdd(m, keeps, d) : m, descents, w), value + i);
            }
        }
        for (; i < end; i++)
        {
            float d = decay != 0 ? MathF.FusedMultiplyAdd(value[i], penalty, gradient[i]) : gradient[i];
            float m = average[i] * keep;
            m += d;
            average[i] = m;
            value[i] = MathF.FusedMultiplyAdd(nesterov ? MathF.FusedMultiplyAdd(m, keep, d) : m, descent, value[i]);
        }
    }
}
