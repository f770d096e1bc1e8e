using System.Text.Json;

namespace Heliograph.EndToEnd.Tests;

/// <summary>What .ci/package makes, unpacked and run where there is no .NET.</summary>
public sealed class PackageTest : IDisposable
{
    readonly Place place = new();

    public void Dispose() => place.Dispose();

    [SkippableFact]
    public async Task The_archives_train_serve_and_send_without_an_installation()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64,
            "the archives are tested on linux-x64");
        Skip.If(Programs.Find("clang") is null && Programs.Find("gcc") is null, "the device program needs clang or gcc (Debian: clang, zlib1g-dev)");
        string script = Path.Combine(Repository.Root, ".ci", "package");
        Assert.Equal(2, HeliographProgram.RunAny(place.Path, script, "linux-x86").ExitCode);
        string[] archives = Programs.Run(place.Path, [script, "--to", "dist"], patience: TimeSpan.FromMinutes(9)).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["heliograph", "heliograph-edge", "heliograph-device"], archives.Select(archive => Path.GetFileName(archive).Split("-0")[0]));
        HeliographProgram.RunAny(place.In("dist"), "sha256sum", "--check", "SHA256SUMS").Succeeded();
        foreach (string archive in archives)
            HeliographProgram.RunAny(place.Path, "tar", "-xzf", archive).Succeeded();
        string Program(string name) => Path.Combine(Assert.Single(Directory.GetDirectories(place.Path, $"{name}-0*")), name);
        // Only what a bare system has: no dotnet on the path, nor where it is named.
        string[] bare = ["env", "-u", "DOTNET_ROOT", "PATH=/usr/bin:/bin"];
        ProgramResult Run(string name, params string[] arguments) => HeliographProgram.RunAny(place.Path, [.. bare, Program(name), .. arguments]);

        Run("heliograph", "train", "tiny.yaml", "--run", "run").Succeeded();
        Run("heliograph", "export", "run", "--to", "pairs/tiny").Succeeded();
        Run("heliograph", "data", "images", "signs", "--to", "photos", "--count", "20").Succeeded();
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(Program("heliograph"))!, "models", "vgg16-cifar100.safetensors")));

        using var server = Programs.Start(place.Path, [.. bare, Program("heliograph-edge"), "--pairs", "pairs", "--http", "0", "--udp", "0", "--json"]);
        var started = JsonDocument.Parse(await server.FirstLine()).RootElement;
        Run("heliograph-device", "send", "--pair", "pairs/tiny", "--to", $"udp://{started.At("udp").GetString()}", "photos").Succeeded();
        using var http = new HttpClient { BaseAddress = new(started.At("http").GetString()!) };
        var until = DateTime.UtcNow + Programs.Patience;
        int frames;
        do
        {
            await Task.Delay(50);
            var devices = JsonDocument.Parse(await http.GetStringAsync(new Uri("/api/status", UriKind.Relative))).RootElement.At("devices");
            frames = devices.EnumerateArray().Sum(device => device.At("frames").GetInt32());
        }
        while (frames < 20 && DateTime.UtcNow < until);
        Assert.Equal(20, frames);
        server.SendTerminate();
        Assert.Equal(0, server.Wait().ExitCode);
    }
}
