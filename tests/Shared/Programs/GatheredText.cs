using System.Text;

namespace Heliograph.Tests.Shared;

/// <summary>Reads what a program writes to its end, and tells its first line as soon as it is there.</summary>
sealed class GatheredText
{
    readonly TaskCompletionSource<string> firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GatheredText(StreamReader reader) => All = Gather(reader);

    public Task<string> All { get; }

    /// <summary>Without its end; empty when the program ends before it has written a line.</summary>
    public Task<string> FirstLine => firstLine.Task;

    async Task<string> Gather(StreamReader reader)
    {
        var text = new StringBuilder();
        char[] buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is > 0 and var length)
        {
            text.Append(buffer, 0, length);
            if (!firstLine.Task.IsCompleted && text.ToString() is var soFar && soFar.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end)
                firstLine.SetResult(soFar[..end].TrimEnd('\r'));
        }
        firstLine.TrySetResult("");
        return text.ToString();
    }
}
