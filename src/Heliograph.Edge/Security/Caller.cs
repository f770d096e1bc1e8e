using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Edge.Security;

/// <summary>Who sends requests: a key's owner, or where there are no keys an address. Limits and shares are a caller's.</summary>
static class Caller
{
    const string Item = "heliograph.caller";

    // What one subscriber has at least; IPv6 gives everybody 2⁶⁴ addresses.
    const int NetworkBytes = 8;

    /// <summary>The caller of a request that the guard has let in.</summary>
    public static string Of(HttpContext context) => (string?)context.Items[Item] ?? Network(context.Connection.RemoteIpAddress);

    /// <summary>Remembers whose key a request has brought.</summary>
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
