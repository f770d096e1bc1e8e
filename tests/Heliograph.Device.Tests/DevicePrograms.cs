namespace Heliograph.Device.Tests;

/// <summary>The device program: as built, and published as native programs, each once for all tests.</summary>
public static class DevicePrograms
{
    static readonly Lazy<string> X64 = new(() => Publish("linux-x64"));
    static readonly Lazy<string> Arm64 = new(() => Publish("linux-arm64", "-p:CppCompilerAndLinker=clang", "-p:LinkerFlavor=lld"));

    /// <summary>The program that the build left, run by the .NET runtime.</summary>
    public static string[] Built { get; } = Programs.Built("Heliograph.Device", "heliograph-device", "heliograph-device");

    /// <summary>The native program for this machine.</summary>
    public static string PublishedX64()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64,
            "the native program is tested on linux-x64");
        Skip.If(Programs.Find("clang") is null && Programs.Find("gcc") is null, "publishing a native program needs clang or gcc (Debian: clang, zlib1g-dev)");
        return X64.Value;
    }

    /// <summary>The native program for ARM, and the command that runs it here.</summary>
    public static string[] PublishedArm64()
    {
        Skip.If(Programs.Find("clang") is null || Programs.Find("ld.lld") is null || Programs.Find("aarch64-linux-gnu-gcc") is null || Programs.Find("qemu-aarch64") is null,
            "cross-compiling and running for ARM needs clang, lld, aarch64-linux-gnu-gcc and qemu-aarch64 (Debian: clang lld gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user)");
        return ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu", Arm64.Value];
    }

    static string Publish(string runtime, params string[] more)
    {
        // Test projects run at the same time and would write the same intermediate files.
        using var turn = Turn(Path.Combine(Repository.Root, "src", "Heliograph.Device", "obj", "publish.lock"));
        string output = Path.Combine(AppContext.BaseDirectory, "published", runtime);
        Programs.Run(Repository.Root,
            ["dotnet", "publish", "src/Heliograph.Device", "-c", "Release", "-r", runtime, "-o", output, .. more], patience: TimeSpan.FromMinutes(8)).Succeeded();
        return Path.Combine(output, "heliograph-device");
    }

    static FileStream Turn(string path)
    {
        var deadline = DateTime.UtcNow.AddMinutes(10);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (DateTime.UtcNow < deadline)
            {
                Thread.Sleep(200);
            }
        }
    }
}
