using System.Net;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Security;

/// <summary>
/// The names by which the server may be called. A page of elsewhere can let its own name lead to this machine (DNS rebinding), and its browser
/// then sends requests here, but with that name as Host. An address cannot be led elsewhere.
/// </summary>
sealed class KnownHosts(IPAddress bind, IReadOnlyList<string> allowed)
{
    readonly string machine = Dns.GetHostName();

    /// <summary>True when the request was meant for this server.</summary>
    public bool Contains(HttpContext context) => Contains(context.Request.Host.Host, context.Connection.LocalIpAddress);

    /// <summary>True for a name by which the server may be called.</summary>
    /// <param name="host">What the request says, without the port; empty when it says nothing, as no browser does.</param>
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
