namespace Heliograph.Runtime;

/// <summary>A step that can compute its output some rows at a time, from top to bottom.</summary>
abstract class RowStep(FeatureMap input, FeatureMap output) : Step
{
    public FeatureMap Input => input;

    public FeatureMap Output => output;

    /// <summary>Whether any rows can be computed alone; else only all of them.</summary>
    public virtual bool Divides => true;

    /// <summary>Rows of the input, counted from the top, that the first <paramref name="rows"/> rows of the output are computed from.</summary>
    public abstract int Needs(int rows);

    /// <summary>Computes the rows from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public abstract void Run(int first, int end);

    public sealed override void Run() => Run(0, output.Shape.Height);
}
