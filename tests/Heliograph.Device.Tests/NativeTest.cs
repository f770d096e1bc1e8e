using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Tests.Pairs;

namespace Heliograph.Device.Tests;

/// <summary>The published native programs, measured from outside.</summary>
public sealed class NativeTest : IDisposable
{
    readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [SkippableFact]
    public void Is_one_small_file_that_needs_libc_alone()
    {
        string program = DevicePrograms.PublishedX64();
        Assert.InRange(new FileInfo(program).Length, 1, 4_000_000);
        Assert.Equal([program], Directory.GetFileSystemEntries(Path.GetDirectoryName(program)!));
        string[] libraries = [.. Programs.Run(place.Path, ["ldd", program]).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Path.GetFileName(line.Split("=>")[0].Trim().Split(' ')[0]))];
        Assert.Empty(libraries.Except(["linux-vdso.so.1", "libm.so.6", "libc.so.6", "ld-linux-x86-64.so.2"]));
    }

    [SkippableFact]
    public void Starts_sends_and_fits_into_a_small_device()
    {
        string program = DevicePrograms.PublishedX64();
        string folder = place.In("pool2");
        var (description, device, edge) = TinyPair.Make(VggPool2(), "pool2", channels: 4);
        PairFolder.Write(folder, description, device, edge);
        place.Picture("a.ppm", 32, 32, 1);

        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)) { Client = { ReceiveTimeout = 20_000 } };
        string to = $"udp://127.0.0.1:{((IPEndPoint)socket.Client.LocalEndPoint!).Port}";
        // Other tests keep the machine busy: what counts is the processor's time, from the start to the end, of the quickest of several starts.
        double quickest = Enumerable.Range(0, 20).Min(_ =>
        {
            var result = Programs.Run(place.Path, ["bash", "-c", $"TIMEFORMAT='%3U %3S'; time {program} send --pair pool2 --to {to} a.ppm > sent.txt 2> said.txt"]).Succeeded();
            IPEndPoint? from = null;
            socket.Receive(ref from);
            return 1000 * result.Error.Split(' ').Sum(seconds => double.Parse(seconds, CultureInfo.InvariantCulture));
        });
        Assert.InRange(quickest, 0, 15);

        var bench = JsonNode.Parse(Programs.Run(place.Path, [program, "bench", "--pair", "pool2", "--rounds", "200", "--json"]).Succeeded().Output)!;
        Assert.Equal(["pair", "path", "medianMicroseconds", "p99Microseconds", "residentBytes", "gflops"], bench.AsObject().Select(member => member.Key));
        Assert.InRange((long)bench["residentBytes"]!, 1, 24 << 20);
        // As wide as this machine's vectors, up to those of x86-64-v3, for which it is built: a native program must not fall back to the smallest
        // common instruction set. Here the JIT compiles for AVX-512 where there is one.
        var widest = new Runtime.Encoder(Pair.Open(folder).Device).Path;
        var expected = widest == Runtime.EncoderPath.Vector512 ? Runtime.EncoderPath.Vector256 : widest;
        Assert.Equal(expected.ToString().ToLowerInvariant(), (string)bench["path"]!);
    }

    [SkippableFact]
    public void Sends_what_the_library_encodes()
    {
        string program = DevicePrograms.PublishedX64();
        using var listener = new Listener();
        var picture = place.Picture("a.ppm", 32, 32, 1);
        Programs.Run(place.Path, [program, "send", "--pair", "pair", "--to", listener.Address, "a.ppm"]).Succeeded();
        SendTest.Close(place.Symbols(picture), listener.Take(1)[0].Symbols, 1e-5f);
    }

    [SkippableFact]
    public void On_ARM_it_sends_the_same()
    {
        string[] program = DevicePrograms.PublishedArm64();
        using var listener = new Listener();
        var picture = place.Picture("a.ppm", 40, 30, 1);
        Programs.Run(place.Path, [.. program, "send", "--pair", "pair", "--to", listener.Address, "--record", "sky.sigmf-meta", "a.ppm"]).Succeeded();
        SendTest.Close(place.Symbols(picture), listener.Take(1)[0].Symbols, 1e-4f);
        var bench = JsonNode.Parse(Programs.Run(place.Path, [.. program, "bench", "--pair", "pair", "--rounds", "3", "--json"]).Succeeded().Output)!;
        Assert.Equal("vector128", (string)bench["path"]!);
    }

    static Network VggPool2() => UniformPruning.Prune(Vgg.Build(16, 100, (3, 32, 32)), "pool2", 0.5);
}
