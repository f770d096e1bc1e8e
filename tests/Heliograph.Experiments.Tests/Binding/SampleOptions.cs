using System.Globalization;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Trainings;

namespace Heliograph.Experiments.Tests.Binding;

enum Criterion
{
    Taylor,
    TaylorGate,
    Random,
}

/// <summary>A type that reads itself: one number, or two in brackets.</summary>
readonly record struct Level(double From, double To) : IParsable<Level>
{
    public static Level Parse(string s, IFormatProvider? provider)
    {
        double[] ends = [.. s.Trim('[', ']').Split(',').Select(part => double.Parse(part, NumberStyles.Float, provider))];
        return ends.Length <= 2 ? new Level(ends[0], ends[^1]) : throw new FormatException($"'{s}' is no level; write 3 or [0, 20]");
    }

    public static bool TryParse(string? s, IFormatProvider? provider, out Level result) => throw new NotSupportedException();

    public override string ToString() => From.Equals(To)
        ? From.ToString("R", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"[{From:R}, {To:R}]");
}

sealed record SampleOptions
{
    public long Seed { get; init; } = 1;
    public string Name { get; init; } = "signs";
    public string? Note { get; init; }
    public Level Snr { get; init; } = new(14.5, 14.5);
    public Level? Range { get; init; }
    public JointOptions Joint { get; init; } = new() { Epochs = 60 };
    public PruneOptions Prune { get; init; } = PruneOptions.Default;
    public CacheOptions? Cache { get; init; }
    public string Summary => $"{Name} {Seed}";
}

sealed record JointOptions
{
    public int Epochs { get; init; } = 1;
    public double LearningRate { get; init; } = 1e-4;
    public bool Nesterov { get; init; }
    public int? Limit { get; init; } = 5;
}

sealed record PruneOptions : IValidated
{
    public static readonly PruneOptions Default = new();

    public double Ratio { get; init; } = 0.5;
    public Criterion Criterion { get; init; }
    public Criterion? Check { get; init; }

    public void Validate(OptionCheck check) => check.That(Ratio is >= 0 and < 1, nameof(Ratio), $"must be at least 0 and below 1, not {Ratio}");
}

sealed record CacheOptions
{
    public double Share { get; init; } = 0.25;
    public CacheOptionsOfDisk Disk { get; init; } = new();
}

sealed record CacheOptionsOfDisk
{
    public string Folder { get; init; } = "";
}

/// <summary>Lists, which records compare by reference.</summary>
sealed record ListOptions
{
    public ValueList<int> Sizes { get; init; } = [1, 2];
    public ValueList<double> Mean { get; init; } = [];
    public ValueList<string>? Names { get; init; }
    public ValueList<Level> Levels { get; init; } = [];
}
