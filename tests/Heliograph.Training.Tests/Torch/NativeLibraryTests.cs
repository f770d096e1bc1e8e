using System.Buffers.Binary;
using System.Text;

namespace Heliograph.Training.Tests.Torch;

/// <summary>What build/TorchSharp.targets makes of TorchSharp's native library, so that it loads where libstdc++ is older than GCC 13's.</summary>
public sealed class NativeLibraryTests
{
    const string Version = "GLIBCXX_3.4.32";

    [SkippableFact]
    public void The_programs_copy_differs_from_the_packages_in_one_bit_that_makes_the_version_needed_weakly()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the library is patched for Linux alone");
        string own = ((string)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")!).Split(Path.PathSeparator).Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, "libLibTorchSharp.so")).First(File.Exists);
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string version = typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3);
        string package = Path.Combine(packages, "torchsharp", version, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Skip.IfNot(File.Exists(package), "the package cache is elsewhere");

        byte[] before = File.ReadAllBytes(package), after = File.ReadAllBytes(own);
        Assert.Equal(before.Length, after.Length);
        int changed = Assert.Single(Enumerable.Range(0, before.Length), i => before[i] != after[i]);
        // An entry of .gnu.version_r begins with the hash of the version's name; its flags follow, of which VER_FLG_WEAK is 2.
        Assert.Equal(Hash(Version), BinaryPrimitives.ReadUInt32LittleEndian(after.AsSpan(changed - 4)));
        Assert.Equal((0, 2), (before[changed], after[changed]));
    }

    /// <summary>The hash of names in the System V ABI.</summary>
    static uint Hash(string name)
    {
        uint hash = 0;
        foreach (byte letter in Encoding.ASCII.GetBytes(name))
        {
            hash = (hash << 4) + letter;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }
        return hash;
    }
}
