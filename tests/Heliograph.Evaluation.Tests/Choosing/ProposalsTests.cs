using Heliograph.Evaluation.Choosing;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Sweeps;
using Heliograph.Networks;
using Heliograph.Training.Pruning;

namespace Heliograph.Evaluation.Tests.Choosing;

public sealed class ProposalsTests
{
    static readonly Network Vgg16 = Backbones.Build("vgg16", 100, new(3, 32, 32), 1);

    static Candidate[] Fitting(Network network, params Budget[] budgets) => [.. Proposals.All(network, budgets, prunes: true, floor: 4).Fitting.Select(one => one.Candidate)];

    [Fact]
    public void Costs_are_those_of_the_device_half_that_pruning_leaves()
    {
        // heliograph costs vgg16 --split pool4 --ratio 0.25 --channels 32, in docs/architecture.md.
        var one = Fitting(Vgg16, Budget.Symbols(32)).Single(one => (one.Split, one.Ratio, one.Cost.Symbols) == ("pool4", 0.25, 32));
        Assert.Equal(160.7, Math.Round(one.Cost.Macs!.Value / 1e6, 1));
        foreach (var candidate in Fitting(Backbones.Build("resnet20", 10, new(3, 32, 32), 0.5), Budget.Symbols(64), Budget.Macs(2e6)).Where((_, i) => i % 50 == 0))
        {
            var network = Backbones.Build("resnet20", 10, new(3, 32, 32), 0.5);
            int each = JointCode.Encoder(network.SplitAt(candidate.Split!).Device.Output, 1).Output.Elements;
            var plan = new PruningPlan(new() { Split = candidate.Split!, Prune = new() { Uniform = true, Ratio = candidate.Ratio!.Value, PerIteration = int.MaxValue }, Code = new() { Channels = (int)candidate.Cost.Symbols!.Value / each } }, network);
            var scores = plan.Groups.ToDictionary(group => group.Name, group => new double[group.Channels]);
            var pruned = new ChannelGroups(network).Narrowed(network, plan.Groups.ToDictionary(group => group.Name, group => candidate.Ratio == 0 ? group.Channels : plan.Select(network, scores)[group.Name].Length));
            Assert.Equal(plan.DeviceMacs(pruned), candidate.Cost.Macs);
        }
    }

    [Fact]
    public void Few_are_proposed_within_the_budgets_from_every_split_point_and_far_apart()
    {
        var all = Fitting(Vgg16, Budget.Macs(40e6), Budget.Symbols(64), Budget.Ram(200_000));
        Assert.All(all, one => Assert.True(one.Cost is { Macs: <= 40_000_000, Symbols: <= 64, RamBytes: <= 200_000 }));
        var few = Proposals.Spread(all, 6);
        Assert.Equal(6, few.Distinct().Count());
        // At pool1 an encoder of one channel gives 64 symbols.
        Assert.Equal(["pool1", "pool2", "pool3", "pool4", "pool5"], few.Select(one => one.Split).Distinct().Order());
        // The largest of each split point: nothing that fits has fewer filters removed and as many symbols.
        Assert.All(few.Take(5), one => Assert.DoesNotContain(all, other => other.Split == one.Split && other.Ratio < one.Ratio && other.Cost.Symbols >= one.Cost.Symbols));
        Assert.Equal(few, Proposals.Spread(all, 6));
        Assert.Equal(few.Take(3), Proposals.Spread(all, 3));
        Assert.Equal(all.Length, Proposals.Spread(all, 1000).Count);
    }

    [Fact]
    public void Where_nothing_fits_the_nearest_is_known()
    {
        var choice = Proposals.All(Vgg16, [Budget.Macs(40e6), Budget.Symbols(0.5)], prunes: true, floor: 4);
        Assert.Empty(choice.Fitting);
        // One symbol is twice the budget, and the least that there is.
        Assert.Equal((1.0, 1.0), (choice.Nearest!.Candidate.Cost.Symbols!.Value, choice.Nearest.Excess!.Value));
        Assert.Empty(Proposals.Spread([], 6));
    }

    [Fact]
    public void A_recipe_that_does_not_prune_gets_no_ratios()
    {
        var choice = Proposals.All(Vgg16, [Budget.Symbols(64)], prunes: false, floor: 4);
        Assert.All(choice.Fitting, one => Assert.Equal(0, one.Candidate.Ratio));
        var experiment = new Experiment { Recipe = "unpruned" };
        var plan = SweepPlan.Of(ShortTraining.Sweep("x", ShortTraining.Of(experiment, "backbone", 10, []), choice.Fitting.Select(one => one.Candidate)));
        Assert.Equal(choice.Fitting.Count, plan.Runs.Count);
        Assert.All(plan.Runs, run => Assert.DoesNotContain("prune", run.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_trials_are_short_and_the_chosen_one_has_the_options_of_its_backbone()
    {
        var experiment = new Experiment { Recipe = "png", Data = new() { Name = "cifar100", Validation = 5000 }, Joint = new() { Epochs = 16, Rate = 0.02 }, Prune = new() { Macs = 1000, Images = 5000 } };
        string[] overrides = ["joint.epochs=5", "channel.name=rayleigh:block=1,csi=receiver"];
        var chosen = Fitting(Vgg16, Budget.Macs(40e6), Budget.Symbols(64))[0];
        var shortened = ShortTraining.Of(experiment, "runs/b", 10, overrides);
        var run = SweepPlan.Of(ShortTraining.Sweep("x", shortened, [chosen])).Runs.Single().Experiment;
        Assert.Equal((5, 4000, EvaluationSet.Validation, "runs/b"), (run.Joint.Epochs, run.Data.Limit, run.Evaluation.Set, run.Pretrain.From));
        Assert.Equal([10.0], run.Evaluation.Snr.Decibels);
        var full = ShortTraining.Full(experiment, "runs/b", 10, overrides, chosen);
        Assert.Equal((16, 0.02, null, 5000, SnrGrid.Default), (full.Joint.Epochs, full.Joint.Rate, full.Data.Limit, full.Prune.Images, full.Evaluation.Snr));
        // What is trained fully is what was tried.
        foreach (var one in (Experiment[])[run, full])
        {
            Assert.Equal((chosen.Split, chosen.Ratio, true, chosen.Cost.Symbols), (one.Split, one.Prune.Ratio, one.Prune.Uniform, (double?)one.Code.Symbols));
            Assert.Equal("paper", one.Recipe);
            Assert.Equal((overrides[1], 10.0, 10.0), ($"channel.name={one.Channel.Name}", one.Channel.Snr.Low, one.Channel.Snr.High));
        }
        Assert.Equal(OptionsBinder.ToYaml(full), OptionsBinder.ToYaml(OptionsBinder.Bind<Experiment>(OptionsBinder.ToYaml(full), "chosen.yaml")));
    }
}
