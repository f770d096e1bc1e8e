using Heliograph.Experiments.Trainings;
using Heliograph.Training.Modules;

namespace Heliograph.Training.Optimisers;

/// <summary>Creates the optimiser that a training's options describe.</summary>
public static class OptimizerFactory
{
    /// <summary>The optimisers that share out the parameters of some modules among them.</summary>
    public static IReadOnlyList<IOptimizer> Create(TrainingOptions options, IReadOnlyList<NetworkModule> modules)
    {
        var parameters = Parameter.Of(modules);
        bool muon = options.Optimizer == OptimizerName.Muon;
        var plain = parameters.Where(p => !muon || p.Role != ParameterRole.Filters).Select(p => new SgdParameter(p.Name, p.Value)
        {
            RateFactor = Factor(p.Role),
            // The penalty's pull a step, rate · decay, stays what it is.
            Decay = p.Role == ParameterRole.Root ? 0 : options.Decay / Factor(p.Role),
        });
        if (options.Optimizer == OptimizerName.Adam)
            return [new Adam(plain, options.Momentum)];
        var sgd = new Sgd(plain, options.Momentum, muon || options.Nesterov);
        return muon
            ? [new Muon(parameters.Where(p => p.Role == ParameterRole.Filters), options.Muon, options.Muon.Rate / options.Rate), sgd]
            : [sgd];

        double Factor(ParameterRole role) => role switch
        {
            ParameterRole.Bias when options.BiasRate is { } rate => rate / options.Rate,
            ParameterRole.Head when options.HeadRate is { } rate => rate / options.Rate,
            _ => 1,
        };
    }
}
