using Heliograph.Experiments.Records;

namespace Heliograph.Tests.Shared;

/// <summary>Hits as tests write them: <c>1</c> for an image that was named rightly, a text for each draw.</summary>
static class SomeHits
{
    public static HitsAt At(double? snrDb, params string[] draws) => new(snrDb, [.. draws.Select(draw => draw.Select(c => c == '1').ToArray())]);
}
