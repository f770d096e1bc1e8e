using Heliograph.Experiments.Data;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Data;

namespace Heliograph.Training.Tests.Data;

public class BatchSourceTests
{
    const int Count = 103;

    static readonly ImageSet Set = MakeSet();

    static readonly Normalisation Normalisation = Normalisations.Measure(Set);

    /// <summary>Random images; each one's label is its index, so that batches tell which images they hold.</summary>
    static ImageSet MakeSet()
    {
        var shape = new Shape(3, 8, 8);
        var random = new RandomStream(5, "pixels");
        return new ImageSet(shape, [.. Enumerable.Range(0, Count * shape.Elements).Select(_ => (byte)random.NextInt(256))], [.. Enumerable.Range(0, Count)]);
    }

    static BatchSource Source(ulong seed = 1, AugmentOptions? augment = null) =>
        new(Set, Normalisation, augment ?? new AugmentOptions { Pad = 2, Cutout = 3 }, 10, seed, "test");

    static List<(int Index, long[] Labels, float[] Pixels)> Copy(IEnumerable<Batch> batches) =>
        [.. batches.Select(batch => (batch.Index, batch.Labels[..batch.Count], batch.Pixels[..(batch.Count * Set.Shape.Elements)]))];

    [Fact]
    public void An_epoch_holds_every_image_once_and_is_a_function_of_its_key()
    {
        using BatchSource source = Source();
        var first = Copy(source.Epoch(0));
        Assert.Equal(11, first.Count);
        Assert.Equal(3, first[^1].Labels.Length);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), first.SelectMany(batch => batch.Labels).Order());
        using BatchSource same = Source(), other = Source(seed: 2);
        Assert.Equivalent(first, Copy(same.Epoch(0)), strict: true);
        Assert.NotEqual(first[0].Labels, Copy(source.Epoch(1))[0].Labels);
        Assert.NotEqual(first[0].Labels, Copy(other.Epoch(0))[0].Labels);
    }

    [Fact]
    public void A_later_start_gives_the_tail_of_the_epoch()
    {
        using BatchSource source = Source();
        var whole = Copy(source.Epoch(4, dropLast: true));
        Assert.Equal(10, whole.Count);
        var tail = Copy(source.Epoch(4, startBatch: 6, dropLast: true));
        Assert.Equal([6, 7, 8, 9], tail.Select(batch => batch.Index));
        for (int i = 0; i < tail.Count; i++)
        {
            Assert.Equal(whole[6 + i].Labels, tail[i].Labels);
            Assert.Equal(whole[6 + i].Pixels, tail[i].Pixels);
        }
        Assert.Empty(source.Epoch(4, startBatch: 10, dropLast: true));
    }

    [Fact]
    public void Sequential_is_in_order_and_unvaried()
    {
        using BatchSource source = Source();
        var batches = Copy(source.Sequential(50));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), batches.SelectMany(batch => batch.Labels));
        float[] pixels = batches[1].Pixels;
        for (int channel = 0; channel < 3; channel++)
        {
            // Image 50, row 2, column 5: channels last against planes.
            float expected = (Set.Image(50)[channel * 64 + 2 * 8 + 5] / 255f - Normalisation.Mean[channel]) / Normalisation.Std[channel];
            Assert.Equal(expected, pixels[(2 * 8 + 5) * 3 + channel], 1e-5);
        }
        Assert.Equal(10, source.Sequential().First().Labels.Length);
    }

    [Fact]
    public void Stopping_half_way_frees_the_source_for_the_next_epoch()
    {
        using BatchSource source = Source();
        using (IEnumerator<Batch> first = source.Epoch(0).GetEnumerator())
        {
            Assert.True(first.MoveNext());
            Assert.Throws<InvalidOperationException>(() => source.Epoch(1).First());
        }
        Assert.Equal(11, source.Epoch(1).Count());
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (Batch _ in source.Epoch(2, cancellation: cancellation.Token))
                cancellation.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (Batch _ in source.Epoch(3))
                source.Dispose();
        });
        Assert.Throws<ObjectDisposedException>(() => source.Sequential().First());
    }

    [Fact]
    public void Failures_reach_the_user_in_order()
    {
        List<int> seen = [];
        Exception e = Assert.Throws<InvalidDataException>(() =>
        {
            foreach (int[] buffer in Prefetcher.Run([new int[1], new int[1], new int[1]], 5, Fill, CancellationToken.None))
                seen.Add(buffer[0]);
        });
        Assert.Equal("third", e.Message);
        Assert.Equal([0, 1], seen);

        static void Fill(int[] buffer, int i) => buffer[0] = i < 2 ? i : throw new InvalidDataException("third");
    }

    [Fact]
    public void A_buffer_is_not_filled_while_it_is_in_use()
    {
        foreach (int[] buffer in Prefetcher.Run([new int[1], new int[1]], 200, (buffer, i) => buffer[0] = i, CancellationToken.None))
        {
            int before = buffer[0];
            Thread.Yield();
            Assert.Equal(before, buffer[0]);
        }
    }

    static readonly AugmentOptions Still = new() { Crop = false, Flip = false };

    [Fact]
    public void An_alternating_flip_shows_each_side_of_every_image_in_two_epochs()
    {
        using BatchSource source = Source(augment: Still with { Flip = true, AlternateFlip = true });
        bool[][] flipped = [.. Enumerable.Range(0, 4).Select(epoch => Flipped(source, epoch))];
        Assert.Equal(flipped[0], flipped[2]);
        Assert.Equal(flipped[1], flipped[3]);
        Assert.Equal(flipped[0], flipped[1].Select(flip => !flip));
        Assert.InRange(flipped[0].Count(flip => flip), 35, 68);

        static bool[] Flipped(BatchSource source, int epoch)
        {
            var result = new bool[Count];
            foreach (var (_, labels, pixels) in Copy(source.Epoch(epoch)))
            {
                for (int i = 0; i < labels.Length; i++)
                {
                    int image = (int)labels[i];
                    bool Shows(Func<int, int> column) => Enumerable.Range(0, 8).All(x =>
                        Math.Abs(pixels[i * Set.Shape.Elements + 3 * x] - Normal(image, 0, column(x))) < 1e-5);
                    result[image] = Shows(x => 7 - x);
                    Assert.NotEqual(result[image], Shows(x => x));
                }
            }
            return result;
        }
    }

    static float Normal(long image, int channel, int pixel) => (Set.Image((int)image)[channel * 64 + pixel] / 255f - Normalisation.Mean[channel]) / Normalisation.Std[channel];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mixed_images_hold_of_both_what_their_shares_say(bool cutMix)
    {
        using BatchSource source = Source(augment: Still with { CutMix = cutMix ? 1 : 0, Mixup = cutMix ? 0 : 1 });
        int mixed = 0;
        foreach (Batch batch in source.Epoch(2))
        {
            Assert.True(batch.IsMixed);
            for (int i = 0; i < batch.Count; i++)
            {
                long label = batch.Labels[i], other = batch.OtherLabels[i];
                double share = batch.Shares[i], own = 0;
                Assert.InRange(share, 0.5, 1);
                // The image counts as the one with the larger share; its partner holds the rest.
                Assert.Equal(Math.Abs(share - 1) < 1e-6 && label == other ? label : batch.OtherLabels[batch.Count - 1 - i], label);
                for (int pixel = 0; pixel < 64; pixel++)
                {
                    float value = batch.Pixels[(i * 64 + pixel) * 3 + 1], mine = Normal(label, 1, pixel), theirs = Normal(other, 1, pixel);
                    if (cutMix)
                        own += Math.Abs(value - mine) < 1e-5 ? 1 / 64.0 : 0;
                    else
                        Assert.Equal(share * mine + (1 - share) * theirs, value, 1e-4);
                }
                if (cutMix)
                    Assert.InRange(own, share - 1e-5, share + 0.08); // a pixel may have the same value in both
                mixed += share < 1 ? 1 : 0;
            }
        }
        Assert.InRange(mixed, Count / 2, Count - 1);
        Assert.All(source.Epoch(2, mix: false).Select(batch => batch.IsMixed), Assert.False);
        Assert.Equivalent(Copy(source.Epoch(2))[^1], Copy(source.Epoch(2, startBatch: 10)).Single(), strict: true);
    }

    [Fact]
    public void The_probability_of_mixing_is_that_of_a_pair()
    {
        using BatchSource source = Source(augment: Still with { CutMix = 0.2, Mixup = 0.3 });
        var changed = Enumerable.Range(0, 20).SelectMany(epoch => source.Epoch(epoch).SelectMany(batch => batch.Labels.Take(batch.Count).Zip(batch.OtherLabels).ToArray()));
        // Of the pairs; rectangles of no area aside.
        Assert.InRange(changed.Count(pair => pair.First != pair.Second) / (20.0 * Count), 0.42, 0.54);
    }

    [Fact]
    public void Wrong_options_are_refused()
    {
        Assert.ThrowsAny<UsageException>(() => Source(augment: Still with { CutMix = 0.6, Mixup = 0.5 }));
        Assert.ThrowsAny<UsageException>(() => Source(augment: Still with { AlternateFlip = true }));
        Assert.ThrowsAny<UsageException>(() => Source(augment: Still with { CleanEnd = 1.5 }));
        Assert.ThrowsAny<UsageException>(() => Source(augment: new AugmentOptions { Pad = -1 }));
        Assert.Throws<ArgumentException>(() => new BatchSource(Set, new Normalisation([0], [1]), null, 10, 1, "test"));
    }
}
