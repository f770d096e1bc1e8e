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
    [InlineData("e.yaml:1: recipe: there is no recipe 'papr'; did you mean paper? known are paper, unpruned, latePruning, gradualPruning", "recipe: papr")]
    [InlineData("prune.ratio has no effect: recipe unpruned does not have this step; its steps are pretrain, autoencoder, joint", "prune:\n  ratio: 0.5", "recipe=unpruned", "prune.ratio=0.25")]
    [InlineData("e.yaml:1: split: recipe transmission-recognition sends the features of the last layers, at pool5, not at pool3; the map there needs a recipe with a convolutional code (paper, unpruned, latePruning", "split: pool3", "recipe=transmission-recognition")]
    [InlineData("image.epochs has no effect: recipe paper does not have this step", "", "image.epochs=3")]
    [InlineData("image.feedback needs at least 2 layers", "", "recipe=deepjscc-image", "image.feedback=true")]
    [InlineData("image.layers: 8 channels of the code cannot be divided into 3 layers", "", "recipe=deepjscc-image", "image.layers=3")]
    [InlineData("prune.draws has no effect: recipe paper scores filters before there is a channel; latePruning and gradualPruning score them through it", "", "prune.draws=4")]
    [InlineData("prune.snr has no effect: recipe paper scores filters before there is a channel", "", "prune.snr=0:10")]
    [InlineData("prune.gradual.removals has no effect: in recipe latePruning no filters leave in the middle of a training; they do in gradualPruning", "", "recipe=latePruning", "prune.gradual.removals=3")]
    [InlineData("prune.epochs has no effect: in recipe gradualPruning filters leave in the middle of the joint training; give joint.epochs", "", "recipe=gradualPruning", "prune.epochs=3")]
    [InlineData("prune.distillation.weight has no effect: in recipe gradualPruning filters leave in the middle of the joint training; give joint.distillation.weight", "", "recipe=gradualPruning", "prune.distillation.weight=0.5")]
    [InlineData("prune.perIteration has no effect: in recipe gradualPruning filters leave in the middle of the joint training; give prune.gradual.removals", "", "recipe=gradualPruning", "prune.perIteration=100")]
    [InlineData("e.yaml:2: prune.draws must be at least 1, not 0", "prune:\n  draws: 0")]
    [InlineData("e.yaml:2: prune.draws needs prune.criterion=taylor or taylorGate; the other criteria do not look at images", "prune:\n  draws: 2\n  criterion: magnitude")]
    [InlineData("e.yaml:2: prune.snr needs prune.criterion=taylor or taylorGate; the other criteria do not look at images", "prune:\n  snr: 3\n  criterion: random")]
    [InlineData("e.yaml:2: prune.snr: an SNR in dB such as 14.5, or a range such as 0:20", "prune:\n  snr: 20:0")]
    [InlineData("e.yaml:3: prune.gradual.removals must be between 1 and 999, not 0", "prune:\n  gradual:\n    removals: 0")]
    [InlineData("e.yaml:3: prune.gradual.until must be above 0 and at most 1, not 1.5", "prune:\n  gradual:\n    until: 1.5")]
    [InlineData("e.yaml:3: prune.gradual.schedule must be one of cubic, linear, not 'square'", "prune:\n  gradual:\n    schedule: square")]
    public void What_a_recipe_cannot_use_is_refused(string message, string yaml, params string[] overrides) =>
        Assert.StartsWith(message, Assert.Throws<UsageException>(() => OptionsBinder.Bind<Experiment>(yaml, "e.yaml", overrides)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("ratio", "0.5")]
    [InlineData("macs", "1000000")]
    [InlineData("uniform", "true")]
    [InlineData("criterion", "magnitude")]
    [InlineData("by", "scorePerMac")]
    [InlineData("normalize", "true")]
    [InlineData("penalty", "0.1")]
    [InlineData("floor", "2")]
    [InlineData("images", "100")]
    [InlineData("batch", "64")]
    [InlineData("draws", "4")]
    [InlineData("snr", "0:10")]
    [InlineData("gradual.until", "0.75")]
    public void What_filters_leave_by_holds_in_the_middle_of_a_training_too(string key, string value) =>
        Assert.Equal(value, OptionsBinder.Flatten(OptionsBinder.Bind<Experiment>("", "e.yaml", ["recipe=gradualPruning", $"prune.{key}={value}"]))[$"prune.{key}"].Trim('"'));

    [Fact]
    public void Joint_training_in_which_filters_leave_reads_two_groups_of_options()
    {
        Assert.Equal(["joint", "prune"], GradualPruning.Joint.Groups);
        Assert.Equal((true, true, "joint"), (GradualPruning.Joint.Prunes, GradualPruning.Joint.PrunesGradually, GradualPruning.Joint.Options));
        Assert.NotEqual(CommonSteps.Joint, GradualPruning.Joint);
        Assert.Equal([(true, false), (true, true)], new[] { CommonSteps.Prune, LatePruning.PruneHalves }.Select(step => (step.Prunes, step.ScoresThroughChannel)));
    }

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
            Assert.All(recipe.Steps, step => Assert.Equal(77, OptionsBinder.Bind<Experiment>($"recipe: {recipe.Name}\nsplit: pool5\n{step.Options}:\n  epochs: 77\n", "e.yaml", []).OptionsOf(step).Epochs));
    }
}
