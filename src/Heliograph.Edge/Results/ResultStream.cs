using System.Net;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Options;
using Heliograph.Edge.Protocol;
using Heliograph.Edge.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Results;

/// <summary>
/// Results as server-sent events, for a bounded number of clients, in total and for each address. On a quiet stream nothing shows who reads and
/// who does not, so a place belongs to a client only for a limited time: when all are taken, the client that has been there longest gives way
/// to a new one, first at the address that has the most. A client that reads comes back by itself. Publishing never waits.
/// </summary>
sealed class ResultStream(EdgeOptions options, EdgeMetrics metrics)
{
    readonly Lock changing = new();
    volatile ResultClient[] clients = [];
    bool ended;

    /// <summary>Number of connected clients.</summary>
    public int Count => clients.Length;

    /// <summary>Sends an event to every client.</summary>
    /// <param name="data">The event: <c>data: …</c> and an empty line.</param>
    public void Publish(byte[] data)
    {
        foreach (var client in clients)
            client.Add(data);
    }

    /// <summary>Ends every client's stream after the events that it still has.</summary>
    public void End()
    {
        lock (changing)
        {
            ended = true;
            foreach (var client in clients)
                client.End();
        }
    }

    /// <summary>Serves one client until it leaves, reads nothing for too long, gives way, or the server stops.</summary>
    public async Task Answer(HttpContext context)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            ResultClient.WriteHead(context.Response);
            return;
        }
        var client = new ResultClient(context, options, metrics);
        if (!Join(client))
        {
            await JsonAnswer.WriteError(context, StatusCodes.Status503ServiceUnavailable,
                $"there are too many clients of the event stream ({options.ResultClients}, {options.ResultClientsPerAddress} an address), or the server is stopping", 5);
            return;
        }
        try
        {
            await client.Serve();
        }
        finally
        {
            lock (changing)
                clients = [.. clients.Where(other => other != client)];
        }
    }

    bool Join(ResultClient client)
    {
        lock (changing)
        {
            if (ended)
                return false;
            bool crowded = Neighbours(client.Address) >= options.ResultClientsPerAddress;
            if (crowded || clients.Length >= options.ResultClients)
            {
                var leaving = clients.Where(other => other.Age >= options.ResultTimeout && (!crowded || other.Address.Equals(client.Address)))
                    .OrderByDescending(other => Neighbours(other.Address)).ThenByDescending(other => other.Age).FirstOrDefault();
                if (leaving is null)
                    return false;
                leaving.End();
                clients = [.. clients.Where(other => other != leaving)];
            }
            clients = [.. clients, client];
            return true;
        }
    }

    int Neighbours(IPAddress address) => clients.Count(client => client.Address.Equals(address));
}
