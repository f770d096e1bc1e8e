using System.Net.Sockets;
using NetMQ;

namespace Heliograph.Zmq;

/// <summary>Opens sockets, and reports in one line what is wrong with an address.</summary>
static class ZmqAddress
{
    static readonly string[] Transports = ["tcp://", "ipc://", "inproc://"];

    /// <summary>Bounds how much peers can make a socket keep; call it before the socket is bound or connected.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="longest">The longest message taken, in bytes; a peer that declares a longer one is disconnected.</param>
    /// <param name="waiting">Most messages of a peer that wait to be read.</param>
    public static void Bound(NetMQSocket socket, int longest, int waiting)
    {
        MessageMemory.Count();
        socket.Options.MaxMsgSize = longest;
        socket.Options.ReceiveHighWatermark = waiting;
    }

    /// <summary>Binds a socket.</summary>
    /// <exception cref="UsageException">The address is none, or its host is not known.</exception>
    /// <exception cref="IOException">The address is taken, not this machine's, or not allowed.</exception>
    public static void Bind(NetMQSocket socket, string address) => Open(address, socket.Bind, "listen on");

    /// <summary>Connects a socket.</summary>
    /// <exception cref="UsageException">The address is none, or its host is not known.</exception>
    /// <exception cref="IOException">The address cannot be reached.</exception>
    public static void Connect(NetMQSocket socket, string address) => Open(address, socket.Connect, "connect to");

    static void Open(string address, Action<string> open, string what)
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
            throw new IOException($"Cannot listen on {address}: another program is using it; port * takes a free one.", e);
        }
        catch (NetMQException e) when (e.InnerException is SocketException refused)
        {
            // The address is one, but the system does not grant it.
            throw new IOException($"Cannot {what} {address}: {refused.Message}.", e);
        }
        catch (SocketException e)
        {
            // From looking the host up: NetMQ wraps all others.
            throw new UsageException($"The host of '{address}' cannot be found: {e.Message}.", e);
        }
        catch (Exception e) when (e is NetMQException or ArgumentException or FormatException or OverflowException)
        {
            throw Wrong(address, e);
        }
    }

    static UsageException Wrong(string address, Exception? inner = null)
    {
        string message = $"'{address}' is not a ZeroMQ address: write tcp://HOST:PORT, for instance tcp://127.0.0.1:7356.";
        return inner is null ? new(message) : new(message, inner);
    }
}
