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

    [Theory]
    [InlineData("proposed", "paper")]
    [InlineData("jscc-unpruned", "unpruned")]
    [InlineData("bottlenet++", "bottlenet++")]
    public void The_names_that_comparisons_use_are_known_in_files_and_as_overrides(string name, string recipe)
    {
        Assert.Equal(recipe, OptionsBinder.Bind<Experiment>($"recipe: {name}", "e.yaml").Recipe);
        Assert.Equal(recipe, OptionsBinder.Bind<Experiment>("", "e.yaml", [$"recipe={name}"]).Recipe);
    }

    [Theory]
    [InlineData("code.stride has no effect: recipe paper does not use it; bottlenet, bottlenet++ would", "code.stride=2")]
    [InlineData("code.stride must be 1, 2, or left out, not 3", "recipe=bottlenet", "code.stride=3")]
    [InlineData("code.power has no effect: recipe bottlenet does not use it; bottlenet++ would", "recipe=bottlenet", "code.power=peak")]
    [InlineData("prune.splitRatio has no effect: recipe paper does not use it; two-step would", "prune.splitRatio=0.5")]
    [InlineData("prune.splitRatio must be at least 0 and below 1, not 1", "recipe=two-step", "prune.splitRatio=1")]
    [InlineData("digital.quality has no effect: recipe bottlenet++ does not use it; jpeg, webp, bottlenet would", "recipe=bottlenet++", "digital.quality=50")]
    [InlineData("autoencoder.smoothing is of cross-entropy, which autoencoder.loss=l1 does not contain", "autoencoder.smoothing=0.1")]
    [InlineData("recipe bottlenet sends bits at the capacity of an AWGN channel", "recipe=bottlenet", "channel.name=rayleigh:block=1,csi=receiver")]
    public void An_option_of_another_scheme_is_refused(string message, params string[] overrides) =>
        Assert.Contains(message, Assert.Throws<UsageException>(() => OptionsBinder.Bind<Experiment>("", "e.yaml", overrides)).Message, StringComparison.Ordinal);

    [Fact]
    public void Smoothing_suits_a_code_that_learns_from_labels() =>
        Assert.Equal(0.1, OptionsBinder.Bind<Experiment>("", "e.yaml", ["recipe=bottlenet++", "autoencoder.smoothing=0.1"]).Autoencoder.Smoothing);

    [Fact]
    public void A_map_that_cannot_be_halved_is_refused_with_those_that_can() =>
        Assert.Equal("code.stride: pool5 has a map of 512, whose height and width cannot be halved; those of pool1, pool2, pool3, pool4 can; code.stride=1 keeps them",
            Assert.Throws<OptionException>(() => new Experiment { Recipe = "bottlenet++", Split = "pool5", Code = new() { Stride = 2 } }
                .Resolved(Heliograph.Networks.Backbones.Build("vgg16", 10, (3, 32, 32)))).Message);

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
