namespace Heliograph.Runtime;

/// <summary>One step of an encoder; its maps and packed weights are bound when it is created.</summary>
abstract unsafe class Step
{
    /// <summary>The layer that it computes and how, for a profile.</summary>
    public virtual string Description => GetType().Name.Split('`')[0];

    /// <summary>Floats of working memory that it needs.</summary>
    public virtual long ScratchFloats => 0;

    /// <summary>
    /// Gives it its working memory, aligned to cache lines. All steps share it, since one runs after the other: what a step finds there is
    /// what another left.
    /// </summary>
    public virtual void Bind(float* scratch)
    {
    }

    public abstract void Run();
}
