using System.Net;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Security;

/// <summary>
/// The names by which clients may address the server. A foreign page can point its own name to this machine (DNS rebinding), and its browser
/// then sends requests here, but with that name as Host. An address cannot be redirected.
/// </summary>
sealed class KnownHosts(IPAddress bind, IReadOnlyList<string> allowed)
{
    readonly string machine = Dns.GetHostName();

    /// <summary>True when the request was meant for this server.</summary>
    public bool Contains(HttpContext context) => Contains(context.Request.Host.Host, context.Connection.LocalIpAddress);

    /// <summary>True for a name by which clients may address the server.</summary>
    /// <param name="host">The host in the request, without the port; empty if it has none, which no browser does.</param>
    /// <param name="reached">The address of this machine at which it arrived.</param>
    public bool Contains(string host, IPAddress? reached)
    {
        if (host.Length == 0 || Same(host, "localhost") || allowed.Any(name => Same(host, name)))
            return true;
        bool local = reached is null || IPAddress.IsLoopback(reached.IsIPv4MappedToIPv6 ? reached.MapToIPv4() : reached);
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return IPAddress.IsLoopback(address) || address.Equals(bind) || !local;
        return !local && Same(host, machine);
    }

    // A name may end with the dot of the root.
    static bool Same(string host, string name) => host.TrimEnd('.').Equals(name, StringComparison.OrdinalIgnoreCase);
}
