using System.Diagnostics.Metrics;
using System.Reflection;
using Heliograph.Channels;
using Heliograph.Edge.Intake;
using Heliograph.Edge.Options;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Telemetry;
using Microsoft.ML.OnnxRuntime;

namespace Heliograph.Edge.Tests.Intake;

public sealed class FailedBatchTests
{
    [Fact]
    public async Task Images_of_a_batch_that_could_not_be_computed_are_not_counted_as_recognised()
    {
        using var folder = new TemporaryFolder();
        var made = EdgePairs.Write(folder.Path, "failing");
        var options = new EdgeOptions { Pairs = folder.Path, Threads = 1 };
        var pair = new EdgePair(made, 1, DateTimeOffset.UnixEpoch);
        pair.Open(options);
        long images = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, to) => { if (instrument.Name == "heliograph.images") to.EnableMeasurementEvents(instrument); } };
        // Other tests have servers too.
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => Interlocked.Add(ref images, tags[0].Value is "failing" ? count : 0));
        listener.Start();
        using var metrics = new EdgeMetrics();
        using var batcher = new Batcher(options, metrics);
        batcher.Start();
        // The only way to make ONNX Runtime fail that no pair offers.
        var run = (RunOptions)typeof(EdgeSession).GetField("run", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(pair.Session)!;
        foreach (bool fails in (bool[])[true, false])
        {
            run.Terminate = fails;
            Assert.True(pair.TryUse());
            var work = RequestWork.Rent(pair, 3, new(0, pair.Symbols), Snr.Infinite);
            work.Flow = new("http", "caller");
            EdgePairs.Symbols(made, 3, 1).CopyTo(work.Symbols, 0);
            Assert.Equal(Admission.Accepted, batcher.Add(work));
            if (fails)
                await Assert.ThrowsAsync<OnnxRuntimeException>(async () => await work.Completion);
            else
                await work.Completion;
            batcher.Answered(work);
            work.Return();
            Assert.Equal(fails ? 0 : 3, images);
        }
        pair.Release();
    }
}
