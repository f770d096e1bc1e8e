namespace Heliograph.Experiments.Trainings;

/// <summary>The optimisers by name.</summary>
public enum OptimizerName
{
    /// <summary>Stochastic gradient descent with momentum: the paper's.</summary>
    Sgd,

    /// <summary>Muon for filters, stochastic gradient descent with Nesterov's momentum for all else.</summary>
    Muon,

    /// <summary>Adam (Kingma and Ba, 2015), for codes without batch norms.</summary>
    Adam,
}
