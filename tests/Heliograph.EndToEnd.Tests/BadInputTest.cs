using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.Versioning;
using System.Text;
using Heliograph.Networks;

namespace Heliograph.EndToEnd.Tests;

/// <summary>
/// Bad input gets one clear line (what is wrong, where, what would be right) and the right exit code, 2 for what the user typed and 1 for
/// failure; nothing is lost and nothing half-written.
/// </summary>
public sealed class BadInputTest
{
    const int Usage = 2, Failure = 1;

    static readonly string[] Train = ["train", "tiny.yaml", "--run", "new/run"];

    /// <summary>One bad input.</summary>
    /// <param name="Code">Exit code.</param>
    /// <param name="Says">Must be in the error line.</param>
    /// <param name="Arguments">Of the program.</param>
    /// <param name="Prepare">Puts files into the working folder.</param>
    sealed record Case(int Code, string Says, string[] Arguments, Action<Place>? Prepare = null);

    static readonly Dictionary<string, Case> Cases = new()
    {
        // Sweeps.
        ["sweep of no file"] = new(Usage, "there is no sweep file nowhere.yaml", ["sweep", "nowhere.yaml"]),
        ["sweep of a folder that is none"] = new(Usage, "photos holds no sweep (no sweep.yaml)", ["sweep", "photos"], place => place.Write("photos/1.jpg", "x")),
        ["sweep with an unknown word"] = new(Usage, "s.yaml:2: gird: no such key; known are experiment, base, set, grid, seeds, runs, slurm, kubernetes", ["sweep", "s.yaml"], place => place.Write("s.yaml", "experiment: tiny.yaml\ngird:\n  split: [pool1]\n")),
        ["sweep over an unknown key"] = new(Usage, "prune.ration: no such key; did you mean prune.ratio?", ["sweep", "s.yaml"], place => place.Write("s.yaml", "experiment: tiny.yaml\ngrid:\n  prune.ration: [0.25]\n")),
        ["sweep over a value out of range"] = new(Usage, "prune.ratio must be at least 0 and below 1, not 1.5", ["sweep", "s.yaml"], place => place.Write("s.yaml", "experiment: tiny.yaml\ngrid:\n  prune.ratio: [0.25, 1.5]\n")),
        ["sweep with a value twice"] = new(Usage, "two combinations have one folder, prune.ratio=0.5", ["sweep", "s.yaml"], place => place.Write("s.yaml", "experiment: tiny.yaml\ngrid:\n  prune.ratio: [0.5, 0.5]\n")),
        ["sweep with two names for one experiment"] = new(Usage, "prune.ratio=0.5 and prune.ratio=0.50 are the same experiment", ["sweep", "s.yaml"], place => place.Write("s.yaml", "experiment: tiny.yaml\ngrid:\n  prune.ratio: [0.5, '0.50']\n")),
        ["sweep without end"] = new(Usage, "the grid has 100,000,000 combinations; at most 10,000", ["train", "tiny.yaml", "--sweep", "joint.rate=0.0001:1:0.0001", "--sweep", "prune.rate=0.0001:1:0.0001"]),
        ["sweep of no values"] = new(Usage, "--sweep: 'joint.rate' is not KEY=VALUE,VALUE", ["train", "tiny.yaml", "--sweep", "joint.rate"]),
        ["seeds that are none"] = new(Usage, "--seeds: '3..1' is neither a range such as 1..3 nor a list", ["train", "tiny.yaml", "--seeds", "3..1"]),
        ["sweep into a folder of something else"] = new(Usage, "photos is a folder with other things in it and no sweep", ["train", "tiny.yaml", "--seeds", "1..2", "--run", "photos"], place => place.Write("photos/1.jpg", "x")),
        ["sweep on an unknown place"] = new(Usage, "--on: there is no 'slrum'; it is local, slurm or kubernetes", ["sweep", "s.yaml", "--on", "slrum"], place => place.Write("s.yaml", "experiment: tiny.yaml\n")),
        ["sweep that asks a cluster for an unknown thing"] = new(Usage, "s.yaml:3: slurm.partion: no such key; did you mean slurm.partition?", ["sweep", "s.yaml", "--on", "slurm"], place => place.Write("s.yaml", "experiment: tiny.yaml\nslurm:\n  partion: short\n")),
        ["sweep on Kubernetes"] = new(Usage, "--on kubernetes writes a manifest and runs nothing: add --dry-run", ["sweep", "s.yaml", "--on", "kubernetes"], place => place.Write("s.yaml", "experiment: tiny.yaml\n")),
        ["sweep on Kubernetes without an image"] = new(Usage, "kubernetes.image is missing", ["sweep", "s.yaml", "--on", "kubernetes", "--dry-run"], place => place.Write("s.yaml", "experiment: tiny.yaml\n")),
        ["cancelling what was never submitted"] = new(Usage, "nothing of runs/s was submitted to Slurm (no slurm.jsonl)", ["sweep", "s.yaml", "--cancel"], place => place.Write("s.yaml", "experiment: tiny.yaml\n")),
        ["sweep with no jobs"] = new(Usage, "--jobs must be from 1 to 1024, not 0", ["train", "tiny.yaml", "--seeds", "1..2", "--jobs", "0"]),

        // Choosing.
        ["choose in a folder of neither runs nor pairs"] = new(Usage, "there is no run and no pair in photos (no experiment.yaml and no pair.json in it or below)", ["choose", "photos"], place => place.Write("photos/1.jpg", "x")),
        ["choose in no folder"] = new(Usage, "there is no folder runs", ["choose"]),
        ["choose with an unknown unit"] = new(Usage, "--max-ram: '64q' is not a number, such as 500, 64k or 4M; known units are B, k, kB,", ["choose", "run", "--max-ram", "64q"]),
        ["choose with a negative budget"] = new(Usage, "--max-macs must be above 0, not -4M", ["choose", "run", "--max-macs", "-4M"]),
        ["choose with a negative drop"] = new(Usage, "--max-drop must be 0 or more, not -1", ["choose", "run", "--max-drop", "-1"]),
        ["choose in two formats"] = new(Usage, "--json and --csv exclude each other", ["choose", "run", "--json", "--csv"]),
        ["try without a backbone"] = new(Usage, "--try needs a backbone: --from RUN", ["choose", "run", "--try"]),
        ["try into a folder without trying"] = new(Usage, "--to is the folder of --try", ["choose", "--from", "run", "--max-macs", "1M", "--to", "new"]),
        ["choose from no backbone"] = new(Usage, "nowhere is not a run, a safetensors file or a backbone that ships", ["choose", "--from", "nowhere", "--max-macs", "1M"]),
        ["choose from a run without a backbone"] = new(Usage, "--from: the run run has no pretrained backbone yet", ["choose", "--from", "run", "--max-macs", "1M"], place => place.CopyRun(TrainedRun.Interrupted)),
        ["choose from a backbone without a budget"] = new(Usage, "--from needs a budget of costs, such as --max-macs 4M --max-symbols 64", ["choose", "--from", "run", "--max-drop", "2"]),
        ["choose from a backbone and runs"] = new(Usage, "'pair': with --from, values such as joint.epochs=5 are expected", ["choose", "pair", "--from", "run", "--max-macs", "1M"]),
        ["choose from a backbone of nothing"] = new(Usage, "--candidates must be from 1 to 1000, not 0", ["choose", "--from", "run", "--max-macs", "1M", "--candidates", "0"]),
        ["try with an unknown key"] = new(Usage, "joint.epoch: no such key; did you mean joint.epochs?", ["choose", "--from", "run", "--try", "--max-macs", "1M", "joint.epoch=5"], place => place.CopyRun(TrainedRun.Finished)),
        ["try what cannot be"] = new(Failure, "nothing that could be trained from run meets the budgets; the nearest is split pool1, ", ["choose", "--from", "run", "--try", "--max-macs", "1k", "--max-symbols", "64"], place => place.CopyRun(TrainedRun.Finished)),

        // The command line.
        ["no command"] = new(Usage, "heliograph needs a command: train, sweep, evaluate, export, pair, costs, data, compare, runs", []),
        ["unknown command"] = new(Usage, "there is no command 'trian'; did you mean train?", ["trian", "quickstart"]),
        ["unknown subcommand"] = new(Usage, "heliograph data: there is no command 'gett'; did you mean get?", ["data", "gett", "cifar10"]),
        ["unknown option"] = new(Usage, "'--classis'", ["costs", "vgg16", "--classis", "10"]),
        ["unknown option of train"] = new(Usage, "there is no option '--untill'", [.. Train, "--untill", "prune"]),
        ["option without a value"] = new(Usage, "--split", ["costs", "vgg16", "--split"]),
        ["option of a wrong type"] = new(Usage, "--classes must be a whole number, not 'many' (see heliograph costs --help)", ["costs", "vgg16", "--classes", "many"]),
        ["version of a command"] = new(Usage, "there is no option '--version'", ["costs", "vgg16", "--version"]),
        ["unknown network"] = new(Usage, "there is no network 'vgg17'; known are vgg11, vgg13, vgg16, vgg19", ["costs", "vgg17"]),
        ["costs at no split point"] = new(Usage, "there is no split point 'pool6'; this network has pool1, ", ["costs", "vgg16", "--split", "pool6"]),
        ["costs with ratio 1"] = new(Usage, "ratio must be at least 0 and below 1, not 1", ["costs", "vgg16", "--split", "pool2", "--ratio", "1"]),
        ["costs with a negative ratio"] = new(Usage, "ratio must be at least 0 and below 1, not -0.1", ["costs", "vgg16", "--split", "pool2", "--ratio", "-0.1"]),
        ["costs with no number as ratio"] = new(Usage, "ratio must be at least 0 and below 1, not NaN", ["costs", "vgg16", "--split", "pool2", "--ratio", "NaN"]),
        ["costs of a tiny image"] = new(Usage, "at least 32×32 pixels, not 16×16", ["costs", "vgg16", "--size", "16"]),
        ["unknown data set"] = new(Usage, "there is no data set 'sings'; did you mean signs?", ["data", "info", "sings"]),
        ["unknown download"] = new(Usage, "signs needs no download", ["data", "get", "signs"]),
        ["download from no address"] = new(Usage, "--from must be an address such as https://", ["data", "get", "cifar10", "--from", "mirror"]),
        ["size of images that have one"] = new(Usage, "--size is for the data set folder; the images of signs have a fixed size", ["data", "images", "signs", "--size", "64", "--to", "photos"]),
        ["size that is none"] = new(Usage, "--size: a number of pixels such as 32, or HEIGHTxWIDTH such as 48x64, from 8 to 1024; not '64x64x3'", ["data", "info", "folder", "--path", "images", "--size", "64x64x3"]),
        ["size of an experiment that is none"] = new(Usage, "data.size: a number of pixels such as 32, or HEIGHTxWIDTH such as 48x64; not '64x'", [.. Train, "data.size=64x"]),
        ["size of an experiment that is too small"] = new(Usage, "data.size must be from 8 to 1024 pixels a side, not [4, 4]", [.. Train, "data.size=4"]),
        ["path of images that are drawn"] = new(Usage, "--path: signs are drawn", ["data", "png", "signs", "--path", "images"]),
        ["data that are not there"] = new(Failure, "run 'heliograph data get cifar100', or give its folder with --data", [.. Train, "data.name=cifar100"]),
        ["folder in place of a data set's name"] = new(Usage, "for the images in photos: folder --path photos", ["data", "info", "photos"], place => place.Write("photos/1.jpg", "x")),
        ["archive that is not there"] = new(Failure, "data.path: there is no nowhere; give cifar-100-binary.tar.gz", ["data", "info", "cifar100", "--path", "nowhere"]),
        ["file in place of a run"] = new(Usage, "tiny.yaml is a file; a folder is expected", ["report", "tiny.yaml"]),
        ["SNRs that are none"] = new(Usage, "--snr: SNRs in dB as low:high:step, such as -6:20:2", ["data", "png", "signs", "--snr", "0:20"]),
        ["range of SNRs that falls"] = new(Usage, "channel.snr", [.. Train, "channel.snr=20:0"]),
        ["unknown key of runs"] = new(Usage, "--where: there is no key 'mcas'; did you mean macs?", ["runs", ".", "--where", "mcas<4M"]),
        ["unknown key to sort by"] = new(Usage, "--sort: there is no key 'speed'; did you mean seed? known are run, step, split", ["runs", ".", "--sort", "speed"]),
        ["condition on runs that is none"] = new(Usage, "--where: KEY=VALUE, KEY!=VALUE", ["runs", ".", "--where", "macs"]),
        ["runs in two formats"] = new(Usage, "--json and --csv exclude each other", ["runs", ".", "--json", "--csv"]),
        ["plot of a folder without runs"] = new(Usage, "there is no run in photos (no experiment.yaml in it or below)", ["plot", "photos", "--to", "a.svg"], place => place.Write("photos/1.jpg", "x")),
        ["plot of a run without an evaluation"] = new(Usage, "no run in run has an evaluation; 'heliograph evaluate RUN' makes one", ["plot", "run", "--to", "a.svg"], Unmeasured),
        ["plot as no picture"] = new(Usage, "a.gif: pictures are written as .svg, .png, .pdf, .csv", ["plot", "run", "--to", "a.gif"]),
        ["plot over nothing"] = new(Usage, "--x: snr, symbols or macs; not 'loss'", ["plot", "run", "--x", "loss", "--to", "a.svg"]),
        ["plot by an unknown key"] = new(Usage, "--by: there is no key 'splitt'; did you mean split?", ["plot", "run", "--by", "splitt", "--to", "a.svg"]),
        ["plot at an SNR that was not measured"] = new(Usage, "--snr: none of these runs was measured at 3 dB; they were at 0, 10 dB", ["plot", "run", "--x", "symbols", "--snr", "3", "--to", "a.svg"], place => place.CopyRun(TrainedRun.Finished)),
        ["table in no format"] = new(Usage, "--format: text, markdown, latex or csv; not 'html'", ["compare", "a", "b", "--format", "html"]),
        ["report of several runs to nowhere"] = new(Usage, "the report of several runs is a page; give its folder with --to DIR", ["report", "run", "run"], place => place.CopyRun(TrainedRun.Finished)),
        ["report of several runs among other things"] = new(Usage, "photos is a folder with other things in it and no index.html", ["report", "run", "run", "--to", "photos"], place =>
        {
            place.CopyRun(TrainedRun.Finished);
            place.Write("photos/1.jpg", "x");
        }),
        ["runs of no folder"] = new(Usage, "there is no folder nowhere", ["runs", "nowhere"]),
        ["an SNR without a capacity"] = new(Usage, "--snr must be between -100 and 100 dB, not -4000", ["data", "png", "signs", "--snr", "-4000", "--json"]),

        // Experiments.
        ["no experiment"] = new(Usage, "give an experiment: a YAML file or one of cifar100/backbone, cifar100/half, ", ["train"]),
        ["unknown experiment"] = new(Usage, "no experiment 'quikstart': neither a file nor built in; did you mean quickstart?", ["train", "quikstart", "--run", "new/run"]),
        ["unknown step"] = new(Usage, "there is no step 'trim'; they are pretrain, prune, autoencoder, joint", [.. Train, "--until", "trim"]),
        ["wrong type"] = Yaml("bad.yaml:3: pretrain.epochs must be a whole number, not 'many'", "seed: 1\npretrain:\n  epochs: many\n"),
        ["unknown key"] = Yaml("bad.yaml:2: data.nmae: no such key; did you mean data.name?", "data:\n  nmae: signs\n"),
        ["duplicate key"] = Yaml("bad.yaml:3: seed is given twice, first on line 1; remove one", "seed: 1\nsplit: pool3\nseed: 2\n"),
        ["broken YAML"] = Yaml("bad.yaml:2: not valid YAML", "seed: 1\nsplit: \"pool3\n"),
        ["a text that is no experiment"] = Yaml("bad.yaml:1: an experiment must be a list of keys and values", "hello\n"),
        ["ratio 1"] = Yaml("bad.yaml:2: prune.ratio must be at least 0 and below 1, not 1", "prune:\n  ratio: 1\n"),
        ["negative ratio"] = Yaml("bad.yaml:2: prune.ratio must be at least 0 and below 1, not -0.1", "prune:\n  ratio: -0.1\n"),
        ["no number as ratio"] = Yaml("bad.yaml:2: prune.ratio must be a number, not '.nan'", "prune:\n  ratio: .nan\n"),
        ["hold of a schedule that has none"] = Yaml("bad.yaml:2: joint.hold needs joint.schedule=cosine, linear or oneCycle", "joint:\n  hold: 2\n"),
        ["Muon without a rate"] = Yaml("bad.yaml:3: joint.muon.rate must be above 0, not 0", "joint:\n  muon:\n    rate: 0\n"),
        ["no such optimiser"] = new(Usage, "pretrain.optimizer must be one of sgd, muon, adam, not 'lion'", [.. Train, "pretrain.optimizer=lion"]),
        ["a decay of no average"] = new(Usage, "pretrain.averageDecay needs pretrain.average=ema or lookahead", [.. Train, "pretrain.averageDecay=0.99"]),
        ["more mixed than all"] = new(Usage, "augment.cutMix and augment.mixup must be 0 or more, and at most 1 together, not 0.8 and 0.3", [.. Train, "augment.cutMix=0.8", "augment.mixup=0.3"]),
        ["scores per MAC of a uniform ratio"] = Yaml("bad.yaml:2: prune.by: scorePerMac ranks the filters of all layers together, but prune.uniform does not", "prune:\n  by: scorePerMac\n  uniform: true\n"),
        ["normalised scores per MAC"] = Yaml("bad.yaml:2: prune.by: scorePerMac compares scores without normalising them; leave out prune.normalize=true", "prune:\n  by: scorePerMac\n  normalize: true\n"),
        ["scores per MAC with a penalty"] = Yaml("bad.yaml:2: prune.by: scorePerMac and prune.penalty both weigh the cost; give one of them", "prune:\n  by: scorePerMac\n  penalty: 0.001\n"),
        ["unknown way to rank"] = Yaml("bad.yaml:2: prune.by must be one of score, scorePerMac, not 'latency'", "prune:\n  by: latency\n"),
        ["no such split point"] = Yaml("bad.yaml:1: split: there is no split point 'pool6'; this network has pool1, ", "split: pool6\n"),
        ["no such network"] = Yaml("bad.yaml:2: network.name: there is no network 'resnet'; known are vgg11, ", "network:\n  name: resnet\n"),
        ["no such data set"] = Yaml("bad.yaml:2: data.name: there is no data set 'cifar'; did you mean cifar10?", "data:\n  name: cifar\n"),
        ["override of an unknown key"] = new(Usage, "prune.rtio: no such key; did you mean prune.ratio?", [.. Train, "prune.rtio=0.5"]),
        ["override of a wrong type"] = new(Usage, "joint.epochs must be a whole number, not 'few'", [.. Train, "joint.epochs=few"]),
        ["override without a value"] = new(Usage, "'joint.epochs' is not key=value", [.. Train, "joint.epochs"]),
        ["override with ratio 1"] = new(Usage, "prune.ratio must be at least 0 and below 1, not 1", [.. Train, "prune.ratio=1"]),
        ["override with a negative ratio"] = new(Usage, "prune.ratio must be at least 0 and below 1, not -0.1", [.. Train, "prune.ratio=-0.1"]),
        ["override with no number as ratio"] = new(Usage, "prune.ratio must be a number, not 'NaN'", [.. Train, "prune.ratio=NaN"]),
        ["override with no such split point"] = new(Usage, "split: there is no split point 'pool0'", [.. Train, "split=pool0"]),

        ["budget that cannot be reached"] = new(Usage, "prune.macs: 1,000 cannot be reached; with prune.floor=4 filters in every layer the device half still costs 166,528", [.. Train, "prune.macs=1000"]),
        ["uniform budget that cannot be reached"] = new(Usage, "prune.macs: 1,000 cannot be reached; with prune.floor=4 filters in every layer the device half still costs 166,528", [.. Train, "prune.macs=1000", "prune.uniform=true"]),
        ["two budgets"] = new(Usage, "prune.ratio and prune.macs cannot both be given: one replaces the other", [.. Train, "prune.macs=900000", "prune.ratio=0.3"]),
        ["two budgets in an experiment"] = new(Usage, "prune.ratio: 0.3 has no effect together with prune.macs: 900000; give one of them", [.. Train], place => place.Replace("tiny.yaml", "ratio: 0.3", "ratio: 0.3\n  macs: 900000")),
        ["symbols and channels"] = new(Usage, "code.channels and code.symbols cannot both be given", [.. Train, "code.channels=2", "code.symbols=16"]),
        ["symbols and channels in an experiment"] = Yaml("bad.yaml:2: code.channels: 2 has no effect together with code.symbols: 16; give one of them", "code:\n  channels: 2\n  symbols: 16\n"),
        ["symbols that cannot be"] = new(Usage, "code.symbols: 50 is not possible at pool3, where each channel gives 4 symbols of a 32×32 image: a multiple of 4 is needed; 48 and 52 are the nearest", [.. Train, "code.symbols=50"]),
        ["symbols below the least"] = new(Usage, "code.symbols: 3 is not possible at pool3, where each channel gives 4 symbols of a 32×32 image: a multiple of 4 is needed; 4 is the least", [.. Train, "code.symbols=3"]),
        ["no symbols"] = Yaml("bad.yaml:2: code.symbols must be at least 1, or left out, not 0", "code:\n  symbols: 0\n"),
        ["ratio that the floor forbids"] = new(Usage, "prune.ratio: 0.9 cannot be reached; with prune.floor=4 filters in every layer at most 0.818 can be removed", [.. Train, "prune.ratio=0.9"]),

        // Data.
        ["truncated archive"] = Cifar("cifar-100-binary.tar.gz: truncated or damaged", archive => archive[..(archive.Length / 2)]),
        ["corrupt gzip"] = Cifar("cifar-100-binary.tar.gz: truncated or damaged", archive =>
        {
            // The type of the first block becomes 3, which there is not. A flip in the middle might be found only as a wrong label.
            archive[10] |= 0b110;
            return archive;
        }),
        ["no gzip at all"] = Cifar("cifar-100-binary.tar.gz: truncated or damaged", _ => "<html>not found</html>"u8.ToArray()),
        ["archive with a wrong number of records"] = Cifar("3 images in train.bin; cifar100 has 50000", archive => archive),
        ["archive with half a record"] = Cifar("train.bin has 9300 bytes, which is not a whole number of cifar100 records", archive => archive, 9300 - 3 * 3074),
        ["folder with one class"] = Images("images/train: 1 class; at least 2 folders of images are needed", place => Directory.Delete(place.In("images", "train", "cat"), true)),
        ["folder without train"] = Images("images: no folder 'train'", place => Directory.Delete(place.In("images", "train"), true)),
        ["class without images"] = Images("train/cat: no images", place => File.Delete(place.In("images", "train", "cat", "1.bmp"))),
        ["class only in test"] = Images("class 'cow' is not in images/train", place => place.Write("images/test/cow/1.bmp", Bitmap(16, 16))),
        ["unreadable image"] = Images("images/train/dog/2.png: ", place => place.Write("images/train/dog/2.png", "no picture")),
        ["truncated image"] = Images("images/train/dog/2.bmp: damaged image (the file ends too early)", place => place.Write("images/train/dog/2.bmp", Bitmap(16, 16)[..100])),
        ["image of one pixel"] = Images("images/train/dog/2.bmp: the image is too small (1×1); at least 8 pixels a side are needed", place => place.Write("images/train/dog/2.bmp", Bitmap(1, 1))),

        // Runs.
        ["resume where there is no run"] = new(Usage, "there is no folder new/run", [.. Train, "--resume"]),
        ["resume of no run"] = new(Usage, "--resume: there is no run runs", ["train", "quickstart", "--resume"]),
        ["run folder that is a file"] = new(Usage, "tiny.yaml is a file; a run needs a folder", ["train", "tiny.yaml", "--run", "tiny.yaml"]),
        ["run folder below a file"] = new(Failure, "tiny.yaml", ["train", "tiny.yaml", "--run", "tiny.yaml/run"]),
        ["run folder with other things in it"] = new(Usage, "photos is a folder that holds other things and not a run", ["train", "tiny.yaml", "--run", "photos"], place => place.Write("photos/1.jpg", "x")),
        ["another experiment"] = Run(Usage, "the run run has network.width: 0.125, not 0.25", TrainTiny("network.width=0.25")),
        ["another optimiser"] = Run(Usage, "the run run has pretrain.optimizer: sgd, not muon; use another folder", TrainTiny("pretrain.optimizer=muon")),
        ["another seed"] = Run(Usage, "the run run has seed: 1, not 2", TrainTiny("seed=2")),
        ["evaluate no run"] = new(Usage, "photos holds no run", ["evaluate", "photos"], place => place.Write("photos/1.jpg", "x")),
        ["evaluate nothing"] = new(Usage, "there is no folder nowhere", ["evaluate", "nowhere"]),
        ["evaluate at no SNR"] = Run(Usage, "evaluation.snr: SNRs in dB as low:high:step", ["evaluate", "run", "--snr", "high"]),
        ["evaluate without a draw"] = Run(Usage, "evaluation.draws must be at least 1, not 0", ["evaluate", "run", "--draws", "0"]),
        ["evaluate to a file"] = Run(Usage, "--to: tiny.yaml is a file, not a folder", ["evaluate", "run", "--to", "tiny.yaml"]),
        ["evaluate without a pair"] = new(Usage, "the run run has no pair yet: its step autoencoder is not finished", ["evaluate", "run"], place => place.CopyRun(TrainedRun.Interrupted)),
        ["damaged weights"] = Run(Failure, "run/steps/joint/device.safetensors: not a safetensors file, or a truncated one", ["evaluate", "run"], place => place.Cut("run/steps/joint/device.safetensors", 500)),
        ["a flipped bit of a backbone"] = new(Failure, "run/steps/pretrain/backbone.safetensors: damaged: it has changed since it was written", ["train", "--resume", "--run", "run"], place =>
        {
            place.CopyRun(TrainedRun.Finished);
            foreach (string step in (string[])["prune", "autoencoder", "joint"])
                Directory.Delete(place.In("run", "steps", step), recursive: true);
            File.Delete(place.In("run", "evaluation.json"));
            // As after a kill when the next step had begun.
            Directory.CreateDirectory(place.In("run", "steps", "prune"));
            File.WriteAllLines(place.In("run", "metrics.jsonl"), File.ReadAllLines(place.In("run", "metrics.jsonl"))[..2]);
            place.Flip("run/steps/pretrain/backbone.safetensors");
        }),
        ["a flipped bit of a half"] = Run(Failure, "run/steps/joint/edge.safetensors: damaged: it has changed since it was written", ["evaluate", "run"], place => place.Flip("run/steps/joint/edge.safetensors")),
        ["export of a flipped bit"] = Run(Failure, "run/steps/joint/edge.safetensors: damaged: it has changed since it was written", ["export", "run", "--to", "pair"], place => place.Flip("run/steps/joint/edge.safetensors")),
        ["a teacher with a flipped bit"] = Run(Failure, "joint.teacher: run/steps/pretrain/backbone.safetensors: damaged: it has changed since it was written", [.. Train, "joint.teacher=run"], place => place.Flip("run/steps/pretrain/backbone.safetensors")),
        ["a digit of a result"] = Run(Failure, "run/steps/joint/result.json: damaged: it has changed since it was written", TrainTiny(), place => place.Replace("run/steps/joint/result.json", "\"seconds\": ", "\"seconds\": 1")),
        ["damaged result"] = Run(Failure, "run/steps/joint/result.json: damaged", TrainTiny(), place => place.Cut("run/steps/joint/result.json", 20)),
        ["checkpoint of another network"] = new(Failure, "the checkpoint of step pretrain does not match the network in the experiment", ["train", "--resume", "--run", "run"], place =>
        {
            place.CopyRun(TrainedRun.Interrupted);
            place.Write("run/experiment.yaml", File.ReadAllText(place.In("run", "experiment.yaml")).Replace("width: 0.125", "width: 0.25", StringComparison.Ordinal));
        }),
        ["backbone of another network"] = Run(Failure, "pretrain.from: run/steps/pretrain/backbone.safetensors has a network other than the one in the experiment: ", [.. Train, "pretrain.from=run", "network.width=0.25"]),
        ["backbone from nowhere"] = new(Usage, "pretrain.from: nowhere is not a run, a safetensors file", [.. Train, "pretrain.from=nowhere"]),
        ["a start that is taken over too"] = Run(Usage, "pretrain.start has no effect together with pretrain.from, which takes a trained backbone", [.. Train, "pretrain.from=run", "pretrain.start=run"]),
        ["a start from nowhere"] = new(Usage, "pretrain.start: nowhere is not a run, a safetensors file", [.. Train, "pretrain.start=nowhere"]),
        ["backbone from another kind of file"] = new(Failure, "pretrain.from: tiny.yaml: not a safetensors file", [.. Train, "pretrain.from=tiny.yaml"]),
        ["backbone that would be trained under a teacher"] = Run(Usage, "pretrain.teacher has no effect together with pretrain.from, which takes a trained backbone", [.. Train, "pretrain.from=run", "pretrain.teacher=run"]),
        ["a VGG of PyTorch with a layer missing"] = Torch("pretrain.from: vgg.safetensors: 'features.1.weight' is missing", ["pretrain.from=vgg.safetensors"], ("features.0.weight", [8, 3, 3, 3]), ("features.0.bias", [8]), ("classifier.0.weight", [28, 8]), ("classifier.0.bias", [28])),
        ["a network of PyTorch that is no VGG"] = Torch("pretrain.from: vgg.safetensors: 'layer1.0.conv1.weight' is not an array of torchvision's VGG", ["pretrain.from=vgg.safetensors"], ("features.0.weight", [8, 3, 3, 3]), ("layer1.0.conv1.weight", [8])),

        // Teachers.
        ["teacher of other classes"] = Run(Usage, "joint.teacher: run/steps/pretrain/backbone.safetensors knows 28 classes, but folder has 2", [.. Train, "joint.teacher=run", "data.name=folder", "data.path=images"], place => Animals(place, 32)),
        ["teacher of another input size"] = Run(Usage, "prune.teacher: run/steps/pretrain/backbone.safetensors reads images of 3×32×32, but those of folder are 3×48×48", [.. Train, "prune.teacher=run", "data.name=folder", "data.path=images", "data.size=48,48"], place => Animals(place, 48)),
        ["teacher from nowhere"] = new(Usage, "joint.teacher: nowhere is not a run, a safetensors file or a backbone that ships", [.. Train, "joint.teacher=nowhere"]),
        ["teacher that is no network"] = new(Failure, "joint.teacher: tiny.yaml: not a safetensors file", [.. Train, "joint.teacher=tiny.yaml"]),
        ["teacher that is half a file"] = Run(Failure, "autoencoder.teacher: run/steps/pretrain/backbone.safetensors: the header describes", [.. Train, "autoencoder.loss=distillation", "autoencoder.teacher=run"], place => place.Cut("run/steps/pretrain/backbone.safetensors", 20_000)),
        ["teacher that has no backbone yet"] = new(Usage, "joint.teacher: the run run has no pretrained backbone yet", [.. Train, "joint.teacher=run"], place => place.CopyRun(TrainedRun.Interrupted)),
        ["teacher of itself"] = new(Usage, "pretrain.teacher cannot be the backbone that this step trains", [.. Train, "pretrain.teacher=pretrain"]),
        ["teacher that nobody asks"] = new(Usage, "autoencoder.teacher needs distillation in autoencoder.loss, which is l1", [.. Train, "autoencoder.teacher=pretrain"]),
        ["unknown loss"] = new(Usage, "autoencoder.loss: one of l1, crossEntropy, distillation, l2, or a sum with weights above 0 such as l1 + 0.5*distillation", [.. Train, "autoencoder.loss=l3"]),
        ["smoothing of no cross-entropy"] = new(Usage, "autoencoder.smoothing is of cross-entropy, which autoencoder.loss=l1 does not contain", [.. Train, "autoencoder.smoothing=0.1"]),
        ["temperature 0"] = new(Usage, "joint.distillation.temperature must be above 0, not 0", [.. Train, "joint.distillation.temperature=0"]),
        ["weight without effect"] = new(Usage, "autoencoder.distillation.weight and autoencoder.distillation.warmup have no effect in this step", [.. Train, "autoencoder.distillation.weight=0.5"]),
        ["export of a backbone that is not there yet"] = new(Usage, "the run run has no pretrained backbone yet", ["export", "run", "--backbone", "--to", "b.safetensors"], place => place.CopyRun(TrainedRun.Interrupted)),
        ["export of a backbone over a file"] = Run(Usage, "tiny.yaml already exists; give a new file, or --force", ["export", "run", "--backbone", "--to", "tiny.yaml"]),
        ["export of a backbone with a pair's name"] = Run(Usage, "--name, --no-onnx, --gallery and --neighbours are for pairs", ["export", "run", "--backbone", "--name", "small", "--to", "b.safetensors"]),
        ["evaluate a backbone over a channel"] = Run(Usage, "--snr, --channel, --constellation, --draws, --width and --symbols are for pairs", ["evaluate", "run", "--backbone", "--snr", "5"]),
        ["evaluate a pair as another experiment's"] = Run(Usage, "'data.name=cifar10': a pair is measured with its own experiment", ["evaluate", "run", "data.name=cifar10"]),
        ["evaluate what is no network"] = new(Failure, "tiny.yaml: not a safetensors file", ["evaluate", "tiny.yaml"]),
        // Pairs.
        ["pair without a command"] = new(Usage, "heliograph pair needs a command: info", ["pair"]),
        ["report of nothing"] = new(Usage, "there is no folder nowhere", ["report", "nowhere", "--to", "records"]),
        ["export of nothing"] = new(Usage, "there is no folder nowhere", ["export", "nowhere", "--to", "pair"]),
        ["export without a pair"] = new(Usage, "the run run has no pair yet: its step autoencoder is not finished", ["export", "run", "--to", "pair"], place => place.CopyRun(TrainedRun.Interrupted)),
        ["export to nowhere"] = Run(Usage, "--to", ["export", "run"]),
        ["export to a file"] = Run(Usage, "tiny.yaml is a file; a pair needs a folder", ["export", "run", "--to", "tiny.yaml"]),
        ["export below a file"] = Run(Failure, "tiny.yaml", ["export", "run", "--to", "tiny.yaml/pair"]),
        ["export into the run"] = Run(Usage, "run is a folder that holds other things and not a pair; give a new one", ["export", "run", "--to", "run", "--force"]),
        ["export over photos"] = Run(Usage, "photos is a folder that holds other things and not a pair", ["export", "run", "--to", "photos", "--force"], place => place.Write("photos/1.jpg", "x")),
        ["export over a pair"] = Run(Usage, "pair already holds a pair; give a new folder, or --force", ["export", "run", "--to", "pair"], place => place.CopyPair()),
        ["export in an unknown format"] = Run(Usage, "--weights must be fp16 or fp32, not 'int8'", ["export", "run", "--to", "pair", "--weights", "int8"]),
        ["export in an unknown format by the old name"] = Run(Usage, "--half must be fp16 or fp32, not 'int8'", ["export", "run", "--to", "pair", "--half", "int8"]),
        ["export in two formats"] = new(Usage, "--half is the old name of --weights: give one of them", ["export", "run", "--to", "pair", "--half", "fp16", "--weights", "fp16"]),
        ["export of a gallery that a pair does not have"] = Run(Usage, "run has no gallery: its recipe paper classifies; a gallery and its neighbours are for retrieval", ["export", "run", "--to", "pair", "--neighbours", "3"]),
        ["export of a backbone's gallery"] = Run(Usage, "--gallery and --neighbours are for pairs", ["export", "run", "--backbone", "--to", "b.safetensors", "--gallery", "3"]),
        ["export under no name"] = Run(Usage, "--name: 'my pair' cannot be the name of a pair", ["export", "run", "--to", "pairs/my pair"]),
        ["export without the data"] = Run(Failure, "cifar10 is not in ", ["export", "run", "--to", "pair"], place => place.Replace("run/experiment.yaml", "name: signs", "name: cifar10")),
        ["export of damaged weights"] = Run(Failure, "run/steps/joint/edge.safetensors: not a safetensors file, or a truncated one", ["export", "run", "--to", "pair"], place => place.Cut("run/steps/joint/edge.safetensors", 500)),
        ["info of no pair"] = new(Usage, "photos holds no pair (no pair.json)", ["pair", "info", "photos"], place => place.Write("photos/1.jpg", "x")),
        ["a changed bit"] = Pair("pair/device.safetensors: its SHA-256 is", place => place.Flip("pair/device.safetensors")),
        ["a changed bit of a graph"] = Pair("pair/edge.onnx: its SHA-256 is", place => place.Flip("pair/edge.onnx")),
        ["a file of another length"] = Pair("pair/edge.safetensors: 500 bytes, but pair.json says", place => place.Cut("pair/edge.safetensors", 500)),
        ["a missing file"] = Pair("pair/device.onnx", place => File.Delete(place.In("pair", "device.onnx"))),
        ["a pair of another version"] = Pair("pair/pair.json: the pair has version 5; this program reads versions 1 to 4", place => place.Replace("pair/pair.json", "\"version\": 2", "\"version\": 5")),
        ["a path that leaves the folder"] = Pair("pair/pair.json: a pair has no file '../edge.onnx'; known are device.safetensors, ", place => place.Replace("pair/pair.json", "\"edge.onnx\"", "\"../edge.onnx\"")),
        ["a truncated description"] = Pair("pair/pair.json: ", place => place.Cut("pair/pair.json", 1000)),
        ["evaluate a damaged pair"] = new(Failure, "pair/edge.safetensors: its SHA-256 is", ["evaluate", "pair"], place =>
        {
            place.CopyPair();
            place.Flip("pair/edge.safetensors");
        }),
        ["evaluate on other classes"] = new(Usage, "pair reads images of 3×32×32, but those of folder are 3×24×24", ["evaluate", "pair", "--data", "images"], place =>
        {
            place.CopyPair();
            place.Replace("pair/pair.json", "name: signs", "name: folder");
            place.Replace("pair/pair.json", "size: null", "size: [24, 24]");
            foreach (string image in (string[])["train/cat", "train/dog", "test/cat"])
                place.Write($"images/{image}/1.bmp", Bitmap(24, 24));
        }),
        ["backbone of a run that has none"] = new(Usage, "pretrain.from: the run run has no pretrained backbone yet", [.. Train, "pretrain.from=run"], place => place.CopyRun(TrainedRun.Interrupted)),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gets_one_clear_line(string name)
    {
        var (code, says, arguments, prepare) = Cases[name];
        using var place = new Place();
        prepare?.Invoke(place);
        string[] before = place.Snapshot();
        AssertOneLine(place.Run(arguments), code, says);
        Assert.Equal(before, place.Snapshot());
    }

    [SkippableFact]
    public void A_home_that_does_not_exist_is_named()
    {
        Skip.If(OperatingSystem.IsWindows(), "HOME is of Unix");
        using var place = new Place();
        string[] before = place.Snapshot();
        AssertOneLine(HeliographProgram.RunAny(place.Path, ["env", "-u", "XDG_CACHE_HOME", "HOME=/no/home", .. HeliographProgram.Command, .. Train, "data.name=cifar10"]),
            Failure, "cifar10 is not in /no/home/.cache/heliograph; ");
        Assert.Equal(before, place.Snapshot());
    }

    [SkippableFact]
    public void Another_libtorch_that_is_none_is_named()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "another libtorch is used on Linux alone");
        using var place = new Place();
        AssertOneLine(HeliographProgram.RunAny(place.Path, ["env", "HELIOGRAPH_LIBTORCH=nowhere", .. HeliographProgram.Command, "evaluate", "vgg16-cifar100"]),
            Failure, "HELIOGRAPH_LIBTORCH: there is no nowhere/libtorch.so; give the folder torch/lib of an installed PyTorch");
    }

    [Fact]
    public void A_run_at_work_is_left_alone()
    {
        using var place = new Place();
        place.CopyRun(TrainedRun.Finished);
        string[] before = place.Snapshot();
        using (new FileStream(place.In("run", "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            AssertOneLine(place.Run(TrainTiny()), Failure, "another program is working in run");
            AssertOneLine(place.Run("evaluate", "run", "--snr", "5"), Failure, "another program is working in run; --to DIR writes elsewhere");
            place.Run("evaluate", "run", "--snr", "5", "--to", "elsewhere").Succeeded();
        }
        Assert.Equal(before, place.Snapshot().Where(line => !line.StartsWith("elsewhere", StringComparison.Ordinal)));
    }

    [SkippableTheory]
    [InlineData("train", "tiny.yaml", "--run", "folder/new")]
    [InlineData("train", "tiny.yaml", "--run", "run")]
    [InlineData("evaluate", "run")]
    [InlineData("evaluate", "run", "--to", "folder/evaluation")]
    [InlineData("export", "run", "--to", "folder/pair")]
    [InlineData("export", "run", "--to", "pair", "--force")]
    public void No_permission_to_write(params string[] arguments)
    {
        Skip.If(OperatingSystem.IsWindows(), "permission bits are of Unix");
        if (!OperatingSystem.IsWindows())
            NoPermission(arguments);
    }

    [UnsupportedOSPlatform("windows")]
    static void NoPermission(string[] arguments)
    {
        using var place = new Place();
        place.CopyRun(TrainedRun.Finished);
        place.CopyPair();
        Directory.CreateDirectory(place.In("folder"));
        const UnixFileMode readable = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherExecute, writable = readable | UnixFileMode.UserWrite;
        string[] folders = [place.Path, .. Directory.GetDirectories(place.Path, "*", SearchOption.AllDirectories)];
        string[] before = place.Snapshot();
        foreach (string folder in folders)
            File.SetUnixFileMode(folder, readable);
        foreach (string file in Directory.GetFiles(place.Path, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        try
        {
            // Permission bits do not bind the administrator: the program runs as nobody then.
            string[] other = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
            if (other.Length > 0)
            {
                var probe = HeliographProgram.RunAny(place.Path, ["sh", "-c", "\"$@\"", "sh", .. other, .. HeliographProgram.Command, "--version"]);
                Skip.If(probe.ExitCode != 0, $"the program cannot be started as another user: {probe.Error.Trim()}");
            }
            AssertOneLine(HeliographProgram.RunAny(place.Path, [.. other, .. HeliographProgram.Command, .. arguments]), Failure, "denied");
            Assert.Equal(before, place.Snapshot());
        }
        finally
        {
            foreach (string folder in folders)
                File.SetUnixFileMode(folder, writable);
        }
    }

    static void AssertOneLine(ProgramResult result, int code, string says)
    {
        Assert.True(result.ErrorLines.Length == 1, result.ToString());
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(says, result.Error.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Equal(code, result.ExitCode);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("error: unexpected", result.Error, StringComparison.Ordinal);
    }

    static string[] TrainTiny(params string[] overrides) => ["train", "tiny.yaml", "--run", "run", .. overrides];

    static void Unmeasured(Place place)
    {
        place.CopyRun(TrainedRun.Finished);
        File.Delete(place.In("run", "evaluation.json"));
    }

    static Case Yaml(string says, string yaml) => new(Usage, says, ["train", "bad.yaml", "--run", "new/run"], place => place.Write("bad.yaml", yaml));

    static Case Run(int code, string says, string[] arguments, Action<Place>? damage = null) => new(code, says, arguments, place =>
    {
        place.CopyRun(TrainedRun.Finished);
        damage?.Invoke(place);
    });

    static Case Pair(string says, Action<Place> damage) => new(Failure, says, ["pair", "info", "pair"], place =>
    {
        place.CopyPair();
        damage(place);
    });

    static Case Torch(string says, string[] arguments, params (string Name, int[] Shape)[] arrays) => new(Failure, says, [.. Train, .. arguments], place =>
        Safetensors.Write(place.In("vgg.safetensors"), new Weights(arrays.Select(array =>
            KeyValuePair.Create(array.Name, new WeightArray([.. array.Shape], new float[array.Shape.Aggregate(1, (a, b) => a * b)]))))));

    static void Animals(Place place, int side)
    {
        foreach (string image in (string[])["train/cat", "train/dog", "test/cat", "test/dog"])
            place.Write($"images/{image}/1.bmp", Bitmap(side, side));
    }

    static Case Images(string says, Action<Place> damage) => new(Failure, says, [.. Train, "data.name=folder", "data.path=images"], place =>
    {
        foreach (string split in (string[])["train", "test"])
        {
            foreach (string name in (string[])["cat", "dog"])
                place.Write($"images/{split}/{name}/1.bmp", Bitmap(16, 16));
        }
        damage(place);
    });

    /// <summary>An archive of CIFAR-100's shape with three training records and some bytes more, two test records, and then some damage.</summary>
    static Case Cifar(string says, Func<byte[], byte[]> damage, int more = 0) => new(Failure, says, [.. Train, "data.name=cifar100", "--data", "data"], place =>
    {
        var random = new Random(1);
        byte[] train = new byte[3 * 3074 + more], test = new byte[2 * 3074];
        random.NextBytes(train);
        random.NextBytes(test);
        for (int at = 1; at < train.Length; at += 3074)
            train[at] %= 100;
        for (int at = 1; at < test.Length; at += 3074)
            test[at] %= 100;
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip))
        {
            Add(tar, "fine_label_names.txt", Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 100))));
            Add(tar, "test.bin", test);
            Add(tar, "train.bin", train);
        }
        place.Write("data/cifar-100-binary.tar.gz", damage(packed.ToArray()));
    });

    static void Add(TarWriter tar, string name, byte[] bytes) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "cifar-100-binary/" + name) { DataStream = new MemoryStream(bytes) });

    /// <summary>A grey picture as a 24-bit BMP file.</summary>
    static byte[] Bitmap(int width, int height)
    {
        const int head = 54;
        byte[] file = new byte[head + (3 * width + 3) / 4 * 4 * height];
        file.AsSpan(head).Fill(128);
        "BM"u8.CopyTo(file);
        foreach (var (at, value) in ((int, int)[])[(2, file.Length), (10, head), (14, 40), (18, width), (22, height), (26, 1 | 24 << 16), (34, file.Length - head)])
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        return file;
    }
}
