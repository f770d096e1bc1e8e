using System.Globalization;
using System.Text.Json.Nodes;

namespace Heliograph.Edge.Tests;

static class Wait
{
    /// <summary>Waits for something that happens soon.</summary>
    public static async Task Until(Func<Task<bool>> holds, string what, double seconds = 20)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!await holds())
        {
            Assert.True(DateTime.UtcNow < end, $"not within {seconds} s: {what}");
            await Task.Delay(20);
        }
    }

    public static async Task<JsonNode> Status(this TestServer server) => JsonNode.Parse(await server.Http.GetStringAsync("/api/status"))!;

    /// <summary>Refusals of a reason so far.</summary>
    public static async Task<long> Refused(this TestServer server, string reason) => (long?)(await server.Status())["refused"]![reason] ?? 0;

    /// <summary>A value of the metrics: the first series of that name with these labels.</summary>
    public static async Task<double?> Metric(this TestServer server, string name, string labels = "")
    {
        // name{label="value",…} number [time]
        var lines = (await server.Http.GetStringAsync("/metrics")).Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal));
        string? found = lines.FirstOrDefault(line => line.Contains(labels, StringComparison.Ordinal));
        return found is null ? null : double.Parse(found[(found.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
