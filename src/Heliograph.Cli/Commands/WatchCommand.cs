using System.CommandLine;
using System.Globalization;
using Heliograph.Cli.Watching;
using Heliograph.Edge;
using Heliograph.Files;

namespace Heliograph.Cli.Commands;

static class WatchCommand
{
    public static Command Create(CancellationToken interrupt)
    {
        var address = new Argument<string>("ADDRESS") { Description = $"The address of a server's page: http://HOST:PORT, or HOST[:PORT] (default port {EdgeServer.DefaultHttpPort})." };
        var count = new Option<long?>("--count") { Description = "End after N results.", HelpName = "N" };
        var key = new Option<string?>("--key") { Description = "A file with the key for the server.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object for each result, as the server sends it (docs/edge.md)." };
        var command = new ExampleCommand("watch", "Show what a server recognises, in a terminal, one line for each frame.",
            "heliograph watch 127.0.0.1:8080",
            "heliograph watch https://edge:8443 --key key.txt --json --count 100")
        { address, count, key, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(count) is < 1 and var few)
                throw new UsageException($"--count must be at least 1, not {few}");
            Watch(Server(parsed.GetValue(address)!), Key(parsed.GetValue(key)), parsed.GetValue(count) ?? long.MaxValue, parsed.GetValue(json), interrupt).GetAwaiter().GetResult();
            return 0;
        });
        return command;
    }

    static async Task Watch(Uri server, string? key, long count, bool json, CancellationToken interrupt)
    {
        using var reader = new ResultReader(server, key, Output.Note);
        try
        {
            await foreach (string result in reader.Read(interrupt))
            {
                if ((json ? result : ResultLine.Of(result)) is not { } line)
                    continue;
                Console.Out.WriteLine(line);
                if (--count == 0)
                    return;
            }
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            // Enough was seen.
        }
    }

    static Uri Server(string text)
    {
        bool whole = text.Contains("://", StringComparison.Ordinal);
        // An address without a scheme gets the server's own port, not that of the web.
        string url = whole ? text : "http://" + (HasPort(text) ? text : $"{text}:{EdgeServer.DefaultHttpPort}");
        return Uri.TryCreate(url, UriKind.Absolute, out var server) && server.Scheme is "http" or "https" && server.Host.Length > 0
            && server.AbsolutePath == "/" && server.Query.Length == 0 && server.UserInfo.Length == 0 ? server
            : throw new UsageException($"'{text}' is not the address of a server: write http://HOST:PORT, for instance http://127.0.0.1:{EdgeServer.DefaultHttpPort}");
    }

    static bool HasPort(string text) => text.LastIndexOf(':') is var colon && colon > text.LastIndexOf(']')
        && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);

    static string? Key(string? file)
    {
        if (file is null)
            return null;
        if (!File.Exists(file))
            throw new UsageException($"--key: there is no file {file}");
        string key = BoundedFile.ReadAllText(file, 4096).Trim();
        return key.Length is > 0 and <= 1024 && key.All(letter => letter is > ' ' and < '\u007f') ? key
            : throw new InvalidDataException($"{file} does not hold a key: one word, as new-key prints it");
    }
}
