using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;

namespace Heliograph.Experiments.Tests.Recipes;

public sealed class RecipeTests
{
    static readonly StepPlan Backbone = new("a", null, Artifact.Backbone), Halves = new("b", Artifact.Backbone, Artifact.Halves), Joint = new("c", Artifact.Halves, Artifact.Halves);

    [Fact]
    public void The_papers_recipe_is_its_four_steps()
    {
        Assert.Equal(["pretrain", "prune", "autoencoder", "joint"], new Experiment().Steps().StepNames);
        Assert.Equal(["pretrain", "prune", "autoencoder"], new Experiment().Steps().StepNames.Skip(1).Select(step => new Experiment().Steps().Before(step).Name));
    }

    [Fact]
    public void Without_pruning_the_code_begins_from_the_backbone() =>
        Assert.Equal("pretrain", new Experiment { Recipe = "unpruned" }.Steps().Before("autoencoder").Name);

    [Fact]
    public void Steps_that_do_not_follow_from_each_other_are_no_recipe()
    {
        Assert.Equal(["a", "b", "c"], new Recipe("x", Backbone, Halves, Joint).StepNames);
        Assert.Throws<ArgumentException>(() => new Recipe("x", Backbone, Joint));
        Assert.Throws<ArgumentException>(() => new Recipe("x", Halves));
        Assert.Throws<ArgumentException>(() => new Recipe("x", Backbone));
        Assert.Throws<ArgumentException>(() => new Recipe("x", Backbone, Halves, Halves));
        Assert.Throws<ArgumentException>(() => new Recipe("x"));
    }

    [Theory]
    [InlineData("e.yaml:1: recipe: there is no recipe 'papr'; did you mean paper? known are paper, unpruned, latePruning", "recipe: papr")]
    [InlineData("prune.ratio has no effect: recipe unpruned does not have this step; its steps are pretrain, autoencoder, joint", "prune:\n  ratio: 0.5", "recipe=unpruned", "prune.ratio=0.25")]
    public void What_a_recipe_cannot_use_is_refused(string message, string yaml, params string[] overrides) =>
        Assert.StartsWith(message, Assert.Throws<UsageException>(() => OptionsBinder.Bind<Experiment>(yaml, "e.yaml", overrides)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_may_be_used_with_a_recipe_that_has_no_use_for_some_of_it() =>
        Assert.Equal("unpruned", OptionsBinder.Bind<Experiment>("prune:\n  ratio: 0.5", "e.yaml", ["recipe=unpruned"]).Recipe);

    [Fact]
    public void Every_step_of_every_recipe_has_options_in_the_experiment()
    {
        foreach (var recipe in RecipeCatalogue.All)
            Assert.All(recipe.Steps, step => Assert.Equal(77, OptionsBinder.Bind<Experiment>($"recipe: {recipe.Name}\n{step.Options}:\n  epochs: 77\n", "e.yaml", []).OptionsOf(step).Epochs));
    }
}
