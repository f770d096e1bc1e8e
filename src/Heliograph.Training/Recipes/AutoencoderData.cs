using Heliograph.Experiments;
using Heliograph.Experiments.Trainings;
using Heliograph.Files;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>
/// What step 3 learns from, computed once: for each training image, not augmented, the map at the split point, the label and, where wanted, a
/// teacher's logits. With <see cref="AutoencoderOptions.Mirror"/> the same for the mirrored images, as further rows after the others.
/// </summary>
sealed class AutoencoderData : IDisposable
{
    // Images that pass the front at once. It affects the last digits of a map, and so what is learnt from the maps: it is not an option, since options that may change
    // when a run resumes must not change what it learns.
    const int FrontBatch = 250;

    readonly int[] labels;
    readonly FeatureCache maps;
    readonly float[] logits;
    readonly bool mirrored;
    readonly ulong seed;

    /// <summary>Computes it all.</summary>
    /// <param name="session">With the images.</param>
    /// <param name="front">From image to map.</param>
    /// <param name="teacher">From images and their maps to logits [N, classes]; null if none are needed.</param>
    public AutoencoderData(TrainingSession session, Model front, Func<Tensor, Tensor, Tensor>? teacher)
    {
        var set = session.Data.Train;
        var options = session.Experiment.Autoencoder;
        (labels, mirrored, seed) = (set.Labels, options.Mirror, session.Experiment.Seed);
        int rows = set.Count * (mirrored ? 2 : 1);
        logits = new float[teacher is null ? 0 : rows * session.Data.Classes.Count];
        long limit = (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * options.CacheShare);
        var type = session.Precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        maps = new(rows, front.Network.Output, type, limit, AtomicFile.TemporaryPath(session.Run.In("features")));
        try
        {
            if (maps.IsOnDisk)
                session.Reporter.Line($"autoencoder: the feature maps take more than {options.CacheShare:P0} of the memory and go to a file");
            Fill(session, front, teacher);
        }
        catch
        {
            maps.Dispose();
            throw;
        }
    }

    /// <summary>Number of images.</summary>
    public int Count => labels.Length;

    /// <summary>The batches of an epoch, each full: every image once, as it is or mirrored.</summary>
    public IEnumerable<int[]> Batches(int size, int epoch)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        new RandomStream(seed, "autoencoder.order", epoch).Shuffle(order);
        if (mirrored)
            order = Array.ConvertAll(order, image => new RandomStream(seed, "autoencoder.mirror", epoch, image).NextDouble() < 0.5 ? image : image + Count);
        return order.Chunk(size).Where(rows => rows.Length == size);
    }

    /// <summary>The maps of some rows, 32-bit [N, C, H, W].</summary>
    public Tensor Maps(int[] rows, Device device) => maps.Read(rows, device);

    /// <summary>Their labels, [N].</summary>
    public Tensor Labels(int[] rows, Device device)
    {
        using var values = Tensors.FromSpan<long>(Array.ConvertAll(rows, row => (long)labels[row % Count]), [rows.Length], ScalarType.Int64);
        return values.to(device);
    }

    /// <summary>The teacher's logits, [N, classes].</summary>
    public Tensor Logits(int[] rows, Device device)
    {
        int classes = logits.Length / maps.Count;
        float[] chosen = new float[rows.Length * classes];
        for (int i = 0; i < rows.Length; i++)
            logits.AsSpan(rows[i] * classes, classes).CopyTo(chosen.AsSpan(i * classes));
        using var values = Tensors.FromSpan<float>(chosen, [rows.Length, classes], ScalarType.Float32);
        return values.to(device);
    }

    public void Dispose() => maps.Dispose();

    void Fill(TrainingSession session, Model front, Func<Tensor, Tensor, Tensor>? teacher)
    {
        var set = session.Data.Train;
        using var source = new BatchSource(set, session.Data.Normalisation, null, FrontBatch, session.Experiment.Seed, "autoencoder");
        var (network, weights) = Folding.Fold(front.Network, front.Weights);
        using var module = new NetworkModule(network, weights, session.Device, session.Precision, trainable: false);
        using var noGrad = inference_mode();
        int row = 0;
        foreach (var batch in source.Sequential(cancellation: session.Cancellation))
        {
            using var scope = NewDisposeScope();
            var images = Tensors.Images(batch, set.Shape, session.Device);
            Add(row, images);
            if (mirrored)
                Add(row + Count, images.flip(3));
            row += batch.Count;
        }

        void Add(int first, Tensor images)
        {
            var output = module.Forward(images, training: false);
            maps.Write(first, output);
            if (teacher is not null)
                Tensors.ToArray(teacher(images, output)).CopyTo(logits, first * session.Data.Classes.Count);
        }
    }
}
