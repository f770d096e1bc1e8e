namespace Heliograph.Training.Convolutions;

/// <summary>
/// A fast algorithm for a one-dimensional convolution with three taps of some outputs at once: y = Aᵀ[(G g) ⊙ (Bᵀ d)], one multiplication a point.
/// In two dimensions the transforms pass down and across, y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, and gradients pass through the transposed transforms.
/// All on strided vectors of channels.
/// </summary>
unsafe interface IBilinear
{
    /// <summary>Outputs of a tile along a side.</summary>
    static abstract int Outputs { get; }

    /// <summary>Inputs of a tile along a side.</summary>
    static abstract int Inputs { get; }

    /// <summary>Inputs by which a tile begins before its outputs.</summary>
    static abstract int Before { get; }

    /// <summary>Points along a side.</summary>
    static abstract int Side { get; }

    /// <summary>The point whose value adds to every output.</summary>
    static abstract int One { get; }

    /// <summary>Bᵀ: inputs to points.</summary>
    static abstract void Input(float* from, nint step, float* to, nint toStep);

    /// <summary>Aᵀ: points to outputs.</summary>
    static abstract void Output(float* from, nint step, float* to, nint toStep);

    /// <summary>A: gradients of the outputs to those of the points.</summary>
    static abstract void OutputGradient(float* from, nint step, float* to, nint toStep);

    /// <summary>G: three weights to points.</summary>
    static abstract void Kernel(float* from, nint step, float* to, nint toStep);

    /// <summary>Gᵀ: gradients of the points to those of three weights.</summary>
    static abstract void KernelGradient(float* from, nint step, float* to, nint toStep);
}
