namespace Heliograph.Experiments.Binding;

/// <summary>Makes foreign text fit into a message of one line.</summary>
static class OneLine
{
    const int MaximumLength = 120;

    public static string Of(string text)
    {
        string shown = text.Length <= MaximumLength ? text : text[..MaximumLength] + "...";
        return string.Create(shown.Length, shown, (span, from) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? ' ' : from[i];
        });
    }
}
