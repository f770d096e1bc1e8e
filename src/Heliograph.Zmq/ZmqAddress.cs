using System.Net.Sockets;
using NetMQ;

namespace Heliograph.Zmq;

static class ZmqAddress
{
    /// <summary>Binds or connects, and says in one line what is wrong with the address.</summary>
    public static void Open(string address, Action<string> open)
    {
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
            throw new UsageException($"'{address}' is no address for ZeroMQ: write tcp://HOST:PORT, for instance tcp://127.0.0.1:7356.", e);
        }
    }
}
