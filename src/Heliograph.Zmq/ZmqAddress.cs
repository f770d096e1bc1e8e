using System.Net.Sockets;
using NetMQ;

namespace Heliograph.Zmq;

static class ZmqAddress
{
    static readonly string[] Transports = ["tcp://", "ipc://", "inproc://"];

    /// <summary>Binds or connects, and says in one line what is wrong with the address.</summary>
    public static void Open(string address, Action<string> open)
    {
        // NetMQ does not always refuse an address without a transport.
        if (!Transports.Any(transport => address.StartsWith(transport, StringComparison.Ordinal)))
            throw Wrong(address);
        try
        {
            open(address);
        }
        catch (AddressAlreadyInUseException e)
        {
            throw new IOException($"Cannot listen on {address}: another program does.", e);
        }
        catch (Exception e) when (e is NetMQException or ArgumentException or SocketException or FormatException)
        {
            throw Wrong(address, e);
        }
    }

    static UsageException Wrong(string address, Exception? inner = null)
    {
        string message = $"'{address}' is no address for ZeroMQ: write tcp://HOST:PORT, for instance tcp://127.0.0.1:7356.";
        return inner is null ? new(message) : new(message, inner);
    }
}
