namespace Heliograph.Training.Tracking;

/// <summary>Which trackers a user asks for.</summary>
public static class Tracker
{
    /// <summary>TensorBoard's files, and a server if one is named.</summary>
    /// <param name="server"><c>mlflow:URI</c>, or null.</param>
    /// <param name="warning">Told if the server fails later.</param>
    /// <exception cref="UsageException">It is something else.</exception>
    public static ITracker Of(string? server, Action<string> warning) => server is null ? new TensorBoardTracker()
        : new Trackers([new TensorBoardTracker(), new MlflowTracker(MlflowTracker.Address(server), Environment.GetEnvironmentVariable("MLFLOW_TRACKING_TOKEN"), warning)]);
}
