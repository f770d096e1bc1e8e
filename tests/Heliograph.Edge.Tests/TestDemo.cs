using Heliograph.Edge.Options;

namespace Heliograph.Edge.Tests;

/// <summary>A demonstration that keeps what it is told: a picture is anything but the empty file.</summary>
class TestDemo : IDemoController
{
    public double? SnrDb { get; set; } = 10;

    public virtual DemoAbout About { get; } = new(0xd1, 64, 568_768, ["png", "jpeg"], 8, 6);

    public bool ShowsOwn => Picture is not null;

    public byte[]? Picture { get; private set; }

    /// <summary>What was asked for last.</summary>
    public (ulong Sequence, string Format, double? PlannedDb) Asked { get; private set; }

    public void Show(byte[]? file) => Picture = file is not [] ? file : throw new InvalidDataException("the picture: 0 bytes.");

    public DemoStory? Story(ulong sequence, string format, double? plannedDb)
    {
        Asked = (sequence, format, plannedDb);
        return Sent(sequence) is not { } sent ? null : new([.. sent], 3072, 2214,
            new(2214, "16-qam", "2/3", 13_000, "image/png", true, SnrDb >= 5 ? [1, 2, 3] : null, [new(-6, 0), new(4.5, 0), new(5, 1), new(20, 1)]));
    }

    /// <summary>The symbols of a frame; null if it is not known.</summary>
    protected virtual float[]? Sent(ulong sequence) => sequence < 10 ? [1, -0.5f] : null;
}
