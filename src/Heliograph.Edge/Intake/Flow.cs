namespace Heliograph.Edge.Intake;

/// <summary>The owner of a place in the queue: each link has a share, and each flow of a link a share of that.</summary>
/// <param name="Link">The link of the work: http, grpc, udp, zmq.</param>
/// <param name="Who">An established device's record, a caller's name, or <see cref="NewDevices"/>.</param>
readonly record struct Flow(string Link, object Who)
{
    /// <summary>All devices that are not established (<see cref="Links.Standing"/>): anyone can invent more of them, so they have one share together.</summary>
    public const string NewDevices = "";
}
