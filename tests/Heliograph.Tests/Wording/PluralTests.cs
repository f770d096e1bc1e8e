using Heliograph.Wording;

namespace Heliograph.Tests.Wording;

public sealed class PluralTests
{
    [Theory]
    [InlineData(0, "frame", null, "0 frames")]
    [InlineData(1, "frame", null, "1 frame")]
    [InlineData(2, "frame", null, "2 frames")]
    [InlineData(1, "class", "classes", "1 class")]
    [InlineData(1000, "class", "classes", "1000 classes")]
    public void One_is_told_from_many(long count, string one, string? many, string said) => Assert.Equal(said, Plural.Of(count, one, many));
}
