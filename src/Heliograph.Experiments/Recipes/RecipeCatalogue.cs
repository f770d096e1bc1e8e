namespace Heliograph.Experiments.Recipes;

/// <summary>The recipes that an experiment can name.</summary>
public static class RecipeCatalogue
{
    /// <summary>The paper's (section 2.4).</summary>
    public static Recipe Paper { get; } = new("paper", CommonSteps.Pretrain, CommonSteps.Prune, CommonSteps.Autoencoder, CommonSteps.Joint) { Alias = "proposed" };

    /// <summary>All, the paper's first.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        Paper,
        new("unpruned", CommonSteps.Pretrain, CommonSteps.Autoencoder, CommonSteps.Joint) { Alias = "jscc-unpruned" },
        LatePruning.Recipe,
        GradualPruning.Recipe,
        Elastic.Recipe,
        .. DigitalRecipes.All,
        .. LearnedRecipes.All,
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(recipe => recipe.Name)];

    /// <summary>Names of the steps of all recipes, each once; within a recipe in order.</summary>
    public static IReadOnlyList<string> StepNames { get; } = [.. All.SelectMany(recipe => recipe.StepNames).Distinct()];

    /// <summary>The recipe of that name or alias, or null.</summary>
    public static Recipe? Find(string name) => All.FirstOrDefault(recipe => recipe.Name == name || recipe.Alias == name);
}
