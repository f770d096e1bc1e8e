using Heliograph.Networks;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Recipes;

[Collection(TorchCollection.Name)]
public sealed class FeatureCacheTests : IDisposable
{
    static readonly Shape Map = new(5, 3, 2);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    FeatureCache Make(int count, long limit, ScalarType type = ScalarType.Float32) => new(count, Map, type, limit, Path.Combine(folder.Path, "maps.bin"));

    [Theory]
    [InlineData(long.MaxValue, false)]
    [InlineData(10 * 30 * 4, false)]
    [InlineData(10 * 30 * 4 - 1, true)]
    [InlineData(0, true)]
    public void What_was_written_is_read_from_memory_and_from_disk(long limit, bool onDisk)
    {
        using var scope = NewDisposeScope();
        float[] values = Drawn.Normal(10 * Map.Elements, 1);
        using (var cache = Make(10, limit))
        {
            Assert.Equal(onDisk, cache.IsOnDisk);
            var maps = Arrays.Images(values, Map);
            cache.Write(0, maps[..4]);
            cache.Write(4, maps[4..]);
            int[] rows = [7, 0, 9, 3, 3];
            var read = cache.Read(rows, CPU);
            Assert.Equal([5, 5, 3, 2], read.shape);
            Assert.Equal(rows.SelectMany(row => values[(row * 30)..((row + 1) * 30)]), Arrays.ToArray(read));
        }
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Bf16_maps_come_back_exactly_as_bf16_in_half_the_room()
    {
        using var scope = NewDisposeScope();
        var maps = Arrays.Images(Drawn.Normal(4 * Map.Elements, 1), Map);
        foreach (long limit in (long[])[4 * 30 * 2, 0])
        {
            using var cache = Make(4, limit, ScalarType.BFloat16);
            Assert.Equal(limit == 0, cache.IsOnDisk);
            cache.Write(0, maps);
            var read = cache.Read([0, 1, 2, 3], CPU);
            Assert.Equal(ScalarType.Float32, read.dtype);
            Assert.Equal(Arrays.ToArray(maps.to(ScalarType.BFloat16)), Arrays.ToArray(read));
        }
    }

    [Fact]
    public void Disposing_twice_is_harmless()
    {
        foreach (long limit in (long[])[long.MaxValue, 0])
        {
            var cache = Make(2, limit);
            cache.Dispose();
            cache.Dispose();
        }
    }
}
