using Heliograph.Experiments.Data;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Statistics;

namespace Heliograph.Training.Data;

/// <summary>
/// Yields the batches of an epoch, prepared by one background thread ahead of the thread that trains. The order of an epoch is a function of
/// (seed, stream, epoch), what is done to an image a function of (seed, stream, epoch, position), so an epoch can be started again at any
/// batch. One enumeration at a time.
/// </summary>
public sealed class BatchSource : IDisposable
{
    const int BufferCount = 4;

    readonly ImageSet set;
    readonly Augmenter augmenter;
    readonly Mixing? mixing;
    readonly AugmentOptions? augment;
    readonly int batchSize;
    readonly ulong seed;
    readonly string orderStream, augmentStream, flipStream, mixStream;
    readonly CancellationTokenSource disposal = new();
    Batch[]? buffers;
    int active;
    bool disposed;

    /// <summary>Prepares a source of batches; nothing runs before a batch is requested.</summary>
    /// <param name="set">The images.</param>
    /// <param name="normalisation">Mean and standard deviation, one per channel.</param>
    /// <param name="augment">How images are varied in <see cref="Epoch"/>; null for not at all.</param>
    /// <param name="batchSize">Images per batch, at least 1.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">What the batches are for, such as <c>pretrain</c>; another name gives another order.</param>
    /// <exception cref="ArgumentException">The set is empty, or the number of channels differs.</exception>
    /// <exception cref="UsageException">An option is out of range.</exception>
    public BatchSource(ImageSet set, Normalisation normalisation, AugmentOptions? augment, int batchSize, ulong seed, string stream)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(normalisation);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (set.Count == 0)
            throw new ArgumentException("There are no images.", nameof(set));
        if (normalisation.Mean.Count != set.Shape.Channels || normalisation.Std.Count != set.Shape.Channels)
            throw new ArgumentException($"{set.Shape.Channels} channels need as many means and standard deviations.", nameof(normalisation));
        augment?.Validate(new("augment."));
        this.set = set;
        this.augment = augment;
        this.batchSize = batchSize;
        this.seed = seed;
        (orderStream, augmentStream, flipStream, mixStream) = (stream + ".order", stream + ".augment", stream + ".flip", stream + ".mix");
        augmenter = new Augmenter(set.Shape, normalisation, augment?.Border ?? BorderName.Black);
        mixing = augment is { Mixes: true } ? new Mixing(augment, set.Shape) : null;
    }

    /// <summary>Number of batches in an epoch.</summary>
    /// <param name="dropLast">Leaves out the last batch when it is not full.</param>
    public int BatchCount(bool dropLast = false) => (set.Count + (dropLast ? 0 : batchSize - 1)) / batchSize;

    /// <summary>The batches of one epoch in a random order, varied.</summary>
    /// <param name="epoch">Number of the epoch, from 0.</param>
    /// <param name="startBatch">Leaves out the batches before this one; the others are the same as without.</param>
    /// <param name="dropLast">Leaves out the last batch when it is not full.</param>
    /// <param name="mix">Whether images are mixed, if that was asked for.</param>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public IEnumerable<Batch> Epoch(int epoch, int startBatch = 0, bool dropLast = false, bool mix = true, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(startBatch);
        int[] order = [.. Enumerable.Range(0, set.Count)];
        new RandomStream(seed, orderStream, epoch).Shuffle(order);
        return Run(batchSize, startBatch, BatchCount(dropLast), Prepare, cancellation);

        void Prepare(Batch batch, int index)
        {
            Fill(batch, index, order, epoch);
            if (mix)
                mixing?.Apply(batch, pair => new RandomStream(seed, mixStream, epoch, index * batchSize + pair));
        }
    }

    /// <summary>All images once, in their order and unvaried, as for a measurement.</summary>
    /// <param name="size">Images per batch, at least 1; the source's own batch size when null.</param>
    /// <param name="cancellation">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public IEnumerable<Batch> Sequential(int? size = null, CancellationToken cancellation = default)
    {
        int count = size ?? batchSize;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(size));
        return Run(count, 0, (set.Count + count - 1) / count, (batch, index) => Fill(batch, index, order: null, epoch: null), cancellation);
    }

    /// <summary>Stops the background thread, if it runs; an enumeration that is under way ends with an <see cref="OperationCanceledException"/>.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        disposal.Cancel();
        disposal.Dispose();
    }

    IEnumerable<Batch> Run(int size, int start, int end, Action<Batch, int> fill, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, disposal.Token);
        if (Interlocked.Exchange(ref active, 1) == 1)
            throw new InvalidOperationException("The batches of this source are being enumerated already.");
        try
        {
            if (buffers?[0].Labels.Length != size)
                buffers = [.. Enumerable.Range(0, BufferCount).Select(_ => new Batch(size, set.Shape.Elements))];
            foreach (Batch batch in Prefetcher.Run(buffers, Math.Max(0, end - start), (batch, i) => fill(batch, start + i), stop.Token))
                yield return batch;
        }
        finally
        {
            Volatile.Write(ref active, 0);
        }
    }

    /// <summary>Fills a batch of an epoch, varied if that was asked for; no epoch: as the images are.</summary>
    void Fill(Batch batch, int index, int[]? order, int? epoch)
    {
        Shape shape = set.Shape;
        int first = index * batch.Labels.Length;
        batch.Index = index;
        batch.IsMixed = false;
        batch.Count = Math.Min(batch.Labels.Length, set.Count - first);
        for (int i = 0; i < batch.Count; i++)
        {
            int position = first + i, image = order?[position] ?? position;
            Augmenter.Change change = augment == null || epoch == null
                ? default
                : Draw(image, epoch.Value, position);
            augmenter.Apply(set.Image(image), change, batch.Pixels.AsSpan(i * shape.Elements, shape.Elements));
            batch.Labels[i] = set.Labels[image];
        }
    }

    Augmenter.Change Draw(int image, int epoch, int position)
    {
        var change = Augmenter.Draw(augment!, set.Shape, new RandomStream(seed, augmentStream, epoch, position));
        return augment!.AlternateFlip ? change with { Flip = (new RandomStream(seed, flipStream, image).NextInt(2) + epoch) % 2 == 1 } : change;
    }
}
