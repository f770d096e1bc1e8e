namespace Heliograph.Experiments.Trainings;

/// <summary>The optimisers by name.</summary>
public enum OptimizerName
{
    /// <summary>Stochastic gradient descent with momentum: the paper's.</summary>
    Sgd,

    /// <summary>Muon for filters, stochastic gradient descent with Nesterov's momentum for all else.</summary>
    Muon,
}
