using Heliograph.Training.Torch;
using static TorchSharp.torch;

namespace Heliograph.Training.Optimisers;

/// <summary>
/// Brings a matrix near the closest one with orthonormal rows (or columns): X ← a·X + b·(XXᵀ)X + c·(XXᵀ)²X from X = G/‖G‖, with the coefficients of
/// Muon (Jordan and others, 2024). Every singular value σ becomes a·σ + b·σ³ + c·σ⁵ in each iteration, which soon lies between 0.7 and 1.2.
/// </summary>
static class NewtonSchulz
{
    const double A = 3.4445, B = -4.7750, C = 2.0315;

    /// <summary>Orthogonalises a matrix; bfloat16 is used where the processor multiplies it natively.</summary>
    /// <param name="matrix">[m, n], 32-bit.</param>
    /// <param name="iterations">At least 1.</param>
    public static Tensor Orthogonalise(Tensor matrix, int iterations) =>
        Orthogonalise(matrix, iterations, matrix.device_type == TorchSharp.DeviceType.CPU && !TorchRuntime.HasBf16 ? ScalarType.Float32 : ScalarType.BFloat16);

    /// <summary>
    /// With X = P·G and P a polynomial of the Gram matrix S = GGᵀ, all iterations are done on matrices of the shorter side: S ← QSQ, P ← QP
    /// with Q = a·I + b·S + c·S². That takes two products with the longer side instead of two an iteration.
    /// </summary>
    /// <param name="matrix">[m, n], 32-bit.</param>
    /// <param name="iterations">At least 1.</param>
    /// <param name="type">Number format of the products.</param>
    public static Tensor Orthogonalise(Tensor matrix, int iterations, ScalarType type)
    {
        using var scope = NewDisposeScope();
        bool tall = matrix.shape[0] > matrix.shape[1];
        var start = (matrix / matrix.norm().add_(1e-7)).to(type);
        var x = tall ? start.t() : start;
        var gram = x.matmul(x.t());
        Tensor? product = null;
        for (int i = 0; i < iterations; i++)
        {
            var factor = gram.matmul(gram).mul_(C).add_(gram, B);
            factor.diagonal().add_(A);
            product = product is null ? factor : factor.matmul(product);
            if (i < iterations - 1)
                gram = factor.matmul(gram).matmul(factor);
        }
        var result = product!.matmul(x);
        return (tall ? result.t() : result).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
