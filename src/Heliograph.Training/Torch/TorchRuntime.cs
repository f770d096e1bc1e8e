using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using static TorchSharp.torch;

namespace Heliograph.Training.Torch;

/// <summary>Loads libtorch and reports what it can do here. Call <see cref="Initialize"/> before using anything in TorchSharp.</summary>
public static class TorchRuntime
{
    /// <summary>Environment variable with the folder of a libtorch to use in the place of the one that this program carries, such as <c>torch/lib</c> of an installed PyTorch.</summary>
    public const string LibraryVariable = "HELIOGRAPH_LIBTORCH";

    static readonly Lock Gate = new();
    static bool initialized, keepsFreedMemory;

    /// <summary>Loads the native library, and sets how it uses memory and threads.</summary>
    /// <exception cref="IOException">The native library cannot be loaded; the message says why.</exception>
    public static void Initialize()
    {
        lock (Gate)
        {
            if (initialized)
                return;
            if (!string.IsNullOrEmpty(OtherLibrary) && !OperatingSystem.IsLinux())
                throw new UsageException($"{LibraryVariable} has an effect on Linux only; elsewhere this program uses the libtorch that it carries");
            if (OperatingSystem.IsLinux())
            {
                KeepFreedMemory();
                DoNotSpin();
                LoadNative();
            }
            initialized = true;
        }
    }

    /// <summary>The number of threads that one operation may use; 0 keeps the number of processors.</summary>
    /// <exception cref="UsageException">The number is negative.</exception>
    public static void UseThreads(int threads)
    {
        if (threads < 0)
            throw new UsageException($"threads must be 0 (all processors) or more, not {threads}");
        Initialize();
        set_num_threads(threads == 0 ? Environment.ProcessorCount : threads);
    }

    /// <summary>The device for a choice.</summary>
    /// <exception cref="UsageException">CUDA is requested but not available.</exception>
    public static Device Resolve(DeviceChoice choice)
    {
        Initialize();
        if (choice == DeviceChoice.Cpu)
            return CPU;
        if (cuda.is_available())
        {
            ComputeExactly();
            return CUDA;
        }
        return choice == DeviceChoice.Auto
            ? CPU
            : throw new UsageException($"device: cuda is requested, but libtorch finds no CUDA device here ({HowToCuda})");
    }

    /// <summary>The device to measure a run or a pair on: as for <see cref="Resolve"/>, but what was trained on a GPU can be measured where there is none.</summary>
    public static Device ForMeasuring(DeviceChoice choice) => Resolve(choice == DeviceChoice.Cuda ? DeviceChoice.Auto : choice);

    static string HowToCuda => OperatingSystem.IsLinux()
        ? $"build with -p:TorchBackend=cuda-linux, or name torch/lib of an installed PyTorch with CUDA in {LibraryVariable}"
        : "build with -p:TorchBackend=cuda-windows";

    /// <summary>True when the processor multiplies bfloat16 natively: AVX512-BF16 or AMX-BF16.</summary>
    public static bool HasBf16
    {
        get
        {
            if (!X86Base.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
                return false;
            bool amx = (X86Base.CpuId(7, 0).Edx >> 22 & 1) != 0;
            bool avx512 = (X86Base.CpuId(7, 1).Eax >> 5 & 1) != 0;
            return amx || avx512;
        }
    }

    /// <summary>Of the libtorch that is loaded; TorchSharp itself knows only the one that it was made for.</summary>
    public static string Version => string.IsNullOrEmpty(OtherLibrary) ? __version__ : LibtorchVersion.Of(OtherLibrary) ?? $"unknown, from {LibraryVariable}";

    static string? OtherLibrary => Environment.GetEnvironmentVariable(LibraryVariable);

    // By its path, so that errors are reported: TorchSharp itself says only that a type could not be initialised.
    static void LoadNative()
    {
        LoadOther(OtherLibrary);
        if (FindNative("libLibTorchSharp.so") is { } path)
            Load(path);
    }

    // What needs libtorch later finds the one that is loaded, since both have the same name.
    static void LoadOther(string? folder)
    {
        if (string.IsNullOrEmpty(folder))
            return;
        string path = Path.Combine(folder, "libtorch.so");
        if (!File.Exists(path))
            throw new IOException($"{LibraryVariable}: there is no {OneLine.Of(path)}; give the folder torch/lib of an installed PyTorch");
        Load(path);
    }

    static void Load(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            // A program that was built without one (-p:TorchBackend=none).
            string without = string.IsNullOrEmpty(OtherLibrary) && FindNative("libtorch.so") is null ? $"this program carries no libtorch; name torch/lib of an installed PyTorch in {LibraryVariable}: " : "";
            throw new IOException($"{without}cannot load {path}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    // 32-bit floats mean the same on every device: the GPU would round them to 10 bits before it multiplies.
    static void ComputeExactly()
    {
        backends.cudnn.allow_tf32 = false;
        backends.cuda.matmul.allow_tf32 = false;
    }

    static string? FindNative(string file)
    {
        string folders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// Gives the holes between blocks in use back to the system. Keeping freed blocks makes steps faster, but over hundreds of steps the heap
    /// grows to several times what is in use at once; to be called now and then.
    /// </summary>
    public static void ReturnFreedMemory()
    {
        if (keepsFreedMemory)
            _ = malloc_trim(0);
    }

    // A training step allocates and frees the same maps of 1 to 64 MB over and over. By default glibc returns such blocks to the
    // system at once and faults them in again, page by page, zeroed.
    static void KeepFreedMemory()
    {
        const int TrimThreshold = -1, MmapThreshold = -3;
        try
        {
            _ = mallopt(MmapThreshold, 1 << 30);
            _ = mallopt(TrimThreshold, 512 << 20);
            keepsFreedMemory = true;
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library (musl): its own ways.
        }
    }

    // libtorch's threads would spin after each operation, on the processors on which our own convolutions then wait to run.
    static void DoNotSpin() => _ = setenv("OMP_WAIT_POLICY", "passive", overwrite: 0);

    [DllImport("libc", ExactSpelling = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    static extern int setenv(string name, string value, int overwrite);

    [DllImport("libc", ExactSpelling = true)]
    static extern int mallopt(int parameter, int value);

    [DllImport("libc", ExactSpelling = true)]
    static extern int malloc_trim(nuint pad);
}
