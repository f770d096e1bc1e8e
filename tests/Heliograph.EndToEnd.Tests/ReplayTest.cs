using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Heliograph.Links;

namespace Heliograph.EndToEnd.Tests;

/// <summary>Recordings that are not quite ours, by the program that sends them again.</summary>
public sealed class ReplayTest : IDisposable
{
    readonly Place place = new();

    public void Dispose() => place.Dispose();

    void Copy(string name, params (string Text, string Other)[] changes)
    {
        string from = Path.Combine(Repository.Root, "tests", "Heliograph.Tests", "Links", "sigmf", name);
        place.Write("a.sigmf-data", File.ReadAllBytes(from + ".sigmf-data"));
        string meta = File.ReadAllText(from + ".sigmf-meta");
        foreach (var (text, other) in changes)
        {
            Assert.Contains(text, meta, StringComparison.Ordinal);
            meta = meta.Replace(text, other, StringComparison.Ordinal);
        }
        place.Write("a.sigmf-meta", meta);
    }

    [Theory]
    [InlineData("whole", "\"core:version\"", "\"core:num_channels\":2,\"core:version\"", "core:num_channels is 2")]
    [InlineData("whole", "\"core:version\"", "\"core:sha512\":\"00\",\"core:version\"", "core:sha512")]
    [InlineData("whole", "\"optional\":true", "\"optional\":false}, {\"name\":\"zip\",\"version\":\"1\",\"optional\":false", "the extension 'zip'")]
    [InlineData("whole", "\"core:version\"", "\"core:offset\":1000000,\"core:version\"", "0 frames to send: the samples of all 6 frames that it names are missing")]
    [InlineData("whole", "heliograph:pair", "other:pair", "0 frames to send: none of its annotations")]
    public void What_cannot_be_sent_right_is_refused_with_exit_code_1(string recording, string text, string other, string said)
    {
        Copy(recording, (text, other));
        var result = place.Run("replay", "a.sigmf-meta", "--to", "udp://127.0.0.1:9");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(said, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("offset", 5)]
    [InlineData("header", 6)]
    public void Frames_keep_their_own_labels_wherever_their_samples_lie(string recording, int count)
    {
        Copy("whole");
        var whole = SigmfReader.Open(place.In("a.sigmf-meta")).Frames().TakeLast(count).Select(Text).ToArray();
        if (recording == "header")
            Copy(recording, ("header.sigmf-data", "a.sigmf-data"));
        else
            Copy(recording);
        Assert.Equal(whole, Replayed(count).Select(Text));

        static string Text(Frame frame) => $"{frame.Label}: {string.Join(' ', frame.Symbols)}";
    }

    [Theory]
    [InlineData(null, "ci16_le has no unit")]
    [InlineData("power", null)]
    [InlineData("5", null)]
    [InlineData("0.5", "the frames' mean power is 0.01,")]
    public void A_radio_s_integers_are_scaled(string? scale, string? said)
    {
        Copy("whole", ("cf32_le", "ci16_le"));
        var whole = SigmfFloats();
        place.Write("a.sigmf-data", [.. whole.SelectMany(value => BitConverter.GetBytes((short)Math.Round(value / 5 * 32768)))]);
        string[] arguments = scale is null ? [] : ["--scale", scale];
        var frames = Replayed(6, said, arguments);
        float expected = scale == "0.5" ? 0.1f : 1;
        Assert.All(frames.SelectMany(frame => frame.Symbols).Zip(whole), pair => Assert.InRange(pair.First, expected * pair.Second - 0.02f, expected * pair.Second + 0.02f));

        float[] SigmfFloats()
        {
            byte[] bytes = File.ReadAllBytes(place.In("a.sigmf-data"));
            return [.. bytes.Chunk(4).Select(four => BitConverter.ToSingle(four))];
        }
    }

    [Fact]
    public void A_port_where_nobody_listens_is_said_and_a_wrong_scale_too()
    {
        Copy("whole");
        int port;
        using (var taken = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
            port = ((IPEndPoint)taken.Client.LocalEndPoint!).Port;
        var result = place.Run("replay", "a.sigmf-meta", "--to", $"udp://127.0.0.1:{port}", "--speed", "0", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(6, result.Json().At("refused").GetInt32());
        Assert.Contains($"nobody is listening at udp://127.0.0.1:{port}", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        foreach (string scale in new[] { "0", "-1", "loud", "NaN" })
        {
            result = place.Run("replay", "a.sigmf-meta", "--to", "udp://127.0.0.1:9", "--scale", scale);
            Assert.Equal(2, result.ExitCode);
            Assert.Contains("--scale must be a number above 0 or 'power'", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void A_network_that_is_down_in_the_end_is_said()
    {
        // Three seconds before the last frame.
        Copy("whole", ("1795641269650486", "1795641272650486"));
        Skip.If(Programs.Find("ip") is null || Programs.Find("unshare") is null || HeliographProgram.RunAny(place.Path, "unshare", "-rn", "ip", "link", "set", "lo", "up").ExitCode != 0,
            "a network of its own needs ip and unshare, and permission for it");
        string program = string.Join(' ', HeliographProgram.Command.Select(part => $"'{part}'"));
        var result = HeliographProgram.RunAny(place.Path, "unshare", "-rn", "bash", "-c", $"""
            ip link set lo up
            {program} replay a.sigmf-meta --to udp://127.0.0.1:7355 --json &
            until [ $(wc -l < /proc/net/udp) -gt 1 ]; do sleep 0.02; done
            ip addr del 127.0.0.1/8 dev lo
            wait $!
            """);
        Assert.Equal(1, result.ExitCode);
        Assert.InRange(result.Json().At("failed").GetInt32(), 1, 6);
        Assert.Contains("cannot send to udp://127.0.0.1:7355: Network is unreachable; ", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void With_the_devices_keys_frames_are_signed()
    {
        Copy("whole");
        ulong device = SigmfReader.Open(place.In("a.sigmf-meta")).Frames().First().Device;
        string secret = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));
        place.Write("keys", $"0x{device:x} {secret}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(place.In("keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var options = new AssemblerOptions { Keys = id => id == device ? DeviceKey.Parse(secret) : null };
        Assert.All(Replayed(options, 6, null, "--device-keys", "keys"), frame => Assert.True(frame.Authenticated));
    }

    Frame[] Replayed(int count, string? said = null, params string[] arguments) => Replayed(new(), count, said, arguments);

    Frame[] Replayed(AssemblerOptions options, int count, string? said, params string[] arguments)
    {
        var frames = new System.Collections.Concurrent.ConcurrentQueue<Frame>();
        using var ending = new CancellationTokenSource();
        using var receiver = new UdpFrameReceiver(new(IPAddress.Loopback, 0), frame => { frames.Enqueue(frame); return true; }, options);
        var running = receiver.RunAsync(ending.Token);
        var result = place.Run(["replay", "a.sigmf-meta", "--to", $"udp://127.0.0.1:{receiver.LocalEndPoint.Port}", "--speed", "0", .. arguments]).Succeeded();
        if (said is null)
            Assert.Empty(result.Error);
        else
            Assert.Contains(said, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.True(SpinWait.SpinUntil(() => frames.Count == count, TimeSpan.FromSeconds(20)), string.Create(CultureInfo.InvariantCulture, $"{frames.Count} frames came"));
        ending.Cancel();
        running.Wait();
        return [.. frames.OrderBy(frame => frame.Sequence)];
    }
}
