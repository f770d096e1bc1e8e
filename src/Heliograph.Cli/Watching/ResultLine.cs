using System.Globalization;
using System.Text.Json;
using Heliograph.Wording;

namespace Heliograph.Cli.Watching;

/// <summary>A result as a line of a terminal.</summary>
static class ResultLine
{
    /// <summary>The line, or null if the text is not a result.</summary>
    /// <param name="json">An event of <c>/api/results</c>.</param>
    public static string? Of(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var result = document.RootElement;
            var best = result.GetProperty("top")[0];
            string name = best.GetProperty("class").GetString()!;
            string? label = result.GetProperty("label").GetString();
            // The nearest image of a gallery has a similarity instead.
            string sure = best.TryGetProperty("similarity", out var similarity) ? Text("0.000", similarity.GetDouble()) : Text("0.0", 100 * best.GetProperty("probability").GetDouble()) + " %";
            string truth = label is null ? "" : label == name ? "right" : $"wrong, it is {label}";
            string snr = result.GetProperty("snrDb") is { ValueKind: JsonValueKind.Number } decibels ? Text("0.0", decibels.GetDouble()) + " dB" : "no noise";
            long labelled = result.GetProperty("labelled").GetInt64(), correct = result.GetProperty("correct").GetInt64();
            string share = labelled == 0 ? "" : $"{Text("0.0", 100.0 * correct / labelled)} % of {labelled}";
            return Printable.Line(string.Create(CultureInfo.InvariantCulture,
                $"{result.GetProperty("device").GetString()} {result.GetProperty("seq").GetUInt64(),6}  {name,-20} {sure,7}  {snr,8}  {result.GetProperty("latencyMs").GetDouble(),6:0.0} ms  {share,-16}  {truth}")).TrimEnd();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
