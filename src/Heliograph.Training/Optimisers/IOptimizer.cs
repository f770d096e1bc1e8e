using Heliograph.Networks;
using Heliograph.Training.Recipes;

namespace Heliograph.Training.Optimisers;

/// <summary>Changes some parameters by their gradients, with a state that a checkpoint carries.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>Takes one step with the gradients gathered since the last, and clears them.</summary>
    /// <param name="rate">
    /// The learning rate of this step, as the experiment's <c>rate</c> and schedule give it; an optimiser whose parameters have their own rates
    /// scales them alike.
    /// </param>
    void Step(double rate);

    /// <summary>The momenta, named as the parameters are, made one by one when they are written.</summary>
    IEnumerable<ArraySource> State();

    /// <summary>Takes back what <see cref="State"/> gave.</summary>
    /// <exception cref="InvalidDataException">A parameter's momentum is missing or of another size.</exception>
    void Restore(Weights momenta);
}
