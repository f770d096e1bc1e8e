namespace Heliograph.Experiments.Recipes;

/// <summary>The steps of a training in order, from images to a pair.</summary>
public sealed record Recipe
{
    /// <summary>Makes a recipe for a pair.</summary>
    /// <param name="name">By which experiments name it.</param>
    /// <param name="steps">In order; each needs what one before it leaves, and the last leaves a pair.</param>
    /// <exception cref="ArgumentException">The steps do not follow from each other.</exception>
    public Recipe(string name, params StepPlan[] steps) : this(name, Sent.Symbols, steps)
    {
    }

    /// <summary>Makes a recipe.</summary>
    /// <param name="name">By which experiments name it.</param>
    /// <param name="sends">What the device sends when the training is over.</param>
    /// <param name="steps">In order; each needs what one before it leaves, and the last leaves two halves, or where there is no code a backbone.</param>
    /// <exception cref="ArgumentException">The steps do not follow from each other.</exception>
    public Recipe(string name, Sent sends, params StepPlan[] steps)
    {
        (Name, Sends, Steps) = (name, sends, steps);
        var left = new HashSet<Artifact>();
        foreach (var step in steps)
        {
            if (step.Needs is { } needed && !left.Contains(needed))
                throw new ArgumentException($"Recipe {name}: no step before {step.Name} leaves what it needs ({needed}).", nameof(steps));
            left.Add(step.Leaves);
        }
        var end = sends is Sent.Symbols or Sent.Tiles ? Artifact.Halves : Artifact.Backbone;
        Code = end == Artifact.Halves ? CodeKind.Joint : null;
        if (steps is not [.., var last] || last.Leaves != end)
            throw new ArgumentException($"Recipe {name} does not end with what it sends from ({end}).", nameof(steps));
        if (steps.DistinctBy(step => step.Name).Count() < steps.Length)
            throw new ArgumentException($"Recipe {name} has two steps of one name.", nameof(steps));
    }

    /// <summary>By which experiments name it.</summary>
    public string Name { get; }

    /// <summary>Another name by which experiments may name it; null for none.</summary>
    public string? Alias { get; init; }

    /// <summary>What the device sends of an image.</summary>
    public Sent Sends { get; }

    /// <summary>The networks between the halves; null where there are none.</summary>
    public CodeKind? Code { get; init; }

    /// <summary>In order.</summary>
    public ValueList<StepPlan> Steps { get; }

    /// <summary>Their names, in order.</summary>
    public IReadOnlyList<string> StepNames => [.. Steps.Select(step => step.Name)];

    /// <summary>The step of that name.</summary>
    /// <exception cref="UsageException">The recipe has none.</exception>
    public StepPlan Step(string name) => Steps.FirstOrDefault(step => step.Name == name)
        ?? throw new UsageException($"there is no step '{name}' in recipe {Name}; its steps are {string.Join(", ", StepNames)}");

    /// <summary>The step whose work another one begins from: the last before it that leaves what it needs.</summary>
    public StepPlan Before(string name)
    {
        var step = Step(name);
        return Steps.TakeWhile(other => other != step).Last(other => other.Leaves == step.Needs);
    }
}
