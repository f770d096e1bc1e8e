using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Heliograph.Training.Torch;

namespace Heliograph.Training.Tests;

/// <summary>Tests that compute with libtorch: one after the other, since its random generator and its threads are shared.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchCollection
{
    public const string Name = "torch";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The native library must be loaded before any test touches TorchSharp.")]
    internal static void Load()
    {
        TorchRuntime.Initialize();
        // Small tensors: a second thread only waits for the first, and badly so beside other work.
        TorchRuntime.UseThreads(1);
    }
}
