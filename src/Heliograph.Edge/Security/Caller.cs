using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Security;

/// <summary>Who sends requests: a key's owner, or an address if there are no keys. Limits and shares apply to a caller.</summary>
static class Caller
{
    const string Item = "heliograph.caller";

    // The smallest network of one subscriber; IPv6 gives everyone 2⁶⁴ addresses.
    const int NetworkBytes = 8;

    /// <summary>The caller of a request that the guard has let in.</summary>
    public static string Of(HttpContext context) => (string?)context.Items[Item] ?? Network(context.Connection.RemoteIpAddress);

    /// <summary>Remembers whose key a request carries.</summary>
    public static void Is(HttpContext context, string name) => context.Items[Item] = name;

    static string Network(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes).ToString();
    }
}
