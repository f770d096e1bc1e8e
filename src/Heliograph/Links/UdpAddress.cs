using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Heliograph.Links;

/// <summary>Reads addresses such as <c>udp://edge:7355</c>.</summary>
public static class UdpAddress
{
    /// <summary>The default port.</summary>
    public const int DefaultPort = 7355;

    const string Scheme = "udp://";

    /// <summary>Reads an address and looks up its host.</summary>
    /// <param name="address"><c>udp://HOST[:PORT]</c>; an IPv6 address in brackets.</param>
    /// <exception cref="UsageException">It is not such an address, or the host is unknown.</exception>
    public static IPEndPoint Resolve(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        string rest = address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? address[Scheme.Length..].TrimEnd('/') : "";
        int colon = rest.LastIndexOf(':');
        bool hasPort = colon > rest.LastIndexOf(']');
        string host = hasPort ? rest[..colon] : rest;
        int port = DefaultPort;
        if (host.Length == 0 || host.AsSpan().ContainsAny("/?#@ ") || (host.Contains(':') && host[0] != '[')
            || (hasPort && !int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port)) || port is < 1 or > 65535)
            throw new UsageException($"'{address}' is not an address to send to: write udp://HOST:PORT, for instance udp://127.0.0.1:{DefaultPort}.");
        if (IPAddress.TryParse(host, out IPAddress? known))
            return new(known, port);
        try
        {
            // IPv4 first: a server bound to 0.0.0.0 or 127.0.0.1 receives nothing else.
            IPAddress[] found = Dns.GetHostAddresses(host);
            return new(Array.Find(found, a => a.AddressFamily == AddressFamily.InterNetwork) ?? found[0], port);
        }
        catch (SocketException e)
        {
            throw new UsageException($"The host of '{address}' cannot be found: {e.Message}.", e);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"The host of '{address}' cannot be found: it is not a host name.", e);
        }
    }

    /// <summary>Reads an address to listen on: <c>[HOST:]PORT</c>, an IPv6 address in brackets, port 0 for a free one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="otherwise">The address if none is given; null for the loopback, this machine only.</param>
    /// <exception cref="UsageException">It is not such a text.</exception>
    public static IPEndPoint Local(string text, IPAddress? otherwise = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        var address = otherwise ?? IPAddress.Loopback;
        bool known = colon < 0 || text[..colon] switch
        {
            "localhost" => (address = IPAddress.Loopback) is not null,
            "*" => (address = IPAddress.Any) is not null,
            var host => IPAddress.TryParse(host, out address),
        };
        return known
            && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= 65535
            ? new(address!, port)
            : throw new UsageException($"'{text}' is not an address to listen on: write [HOST:]PORT, for instance {DefaultPort} or 0.0.0.0:{DefaultPort}.");
    }
}
