using Heliograph.Edge.Options;
using Heliograph.Pairs;

namespace Heliograph.Edge.Tests.Page;

/// <summary>A server in demo mode and the device whose channel it sets.</summary>
sealed class Demo : IAsyncDisposable
{
    Demo(TestServer server, DemoDevice device) => (Server, Device) = (server, device);

    public TestServer Server { get; }

    public DemoDevice Device { get; }

    public Uri Address => Server.Server.Http!;

    public Pair Pair => Server.Pair;

    public static async Task<Demo> Start(Func<EdgeOptions, string, EdgeOptions>? with = null, int http = 0)
    {
        DemoDevice? device = null;
        var server = await TestServer.Start((options, root) =>
        {
            device = new(Pair.Open(Path.Combine(root, "pairs", "one")));
            options = options with { Demo = device, Http = http };
            return with is null ? options : with(options, root);
        }, PagePairs.Write);
        device!.SendTo(server.Server.Udp!);
        return new(server, device);
    }

    public async ValueTask DisposeAsync()
    {
        await Device.DisposeAsync();
        await Server.DisposeAsync();
    }
}
