using System.Globalization;
using Heliograph.Codes;
using Heliograph.Pairs;

namespace Heliograph.Device;

/// <summary>Which of a pair's modes the device uses.</summary>
/// <param name="Mode">The device half's width, and the most symbols of an image that are sent.</param>
/// <param name="Steps">How many symbols are sent at first, then in all each time that the edge asks for more; the last is the most.</param>
/// <param name="Width">The width's number where the pair is elastic, else null.</param>
sealed record SendMode(Mode Mode, IReadOnlyList<int> Steps, byte? Width)
{
    /// <summary>Whether the number of symbols depends on the edge's answers.</summary>
    public bool IsAuto => Steps.Count > 1;
}

/// <summary>The options that choose a mode of an elastic pair.</summary>
static class ModeOptions
{
    const string Auto = "auto";

    public static Option Width { get; } = new("--width", "PERCENT", "Elastic pairs: the device half that lacks this share of the filters. Default: the widest whose file is there.");

    /// <summary>Reads the options; the defaults are the widest device half whose file is there, and all symbols.</summary>
    /// <exception cref="UsageException">The pair does not have the mode.</exception>
    public static SendMode Parse(CommandLine line, Pair pair)
    {
        var (width, symbols) = (line.Text("--width"), line.Text("--symbols"));
        string name = pair.Description.Name;
        if (pair.Description.Modes is not { } modes)
        {
            return width is null && symbols is null ? new(new(0, pair.Description.Symbols), [pair.Description.Symbols], null)
                : throw new UsageException($"pair {name} has one mode, {pair.Description.Symbols} symbols; --width and --symbols are for elastic pairs");
        }
        int number = width is null ? Math.Max(0, Enumerable.Range(0, modes.Ratios.Count).FirstOrDefault(pair.HasDevice)) : WidthOf(width, modes, name);
        int[] steps = Steps(symbols, modes, name);
        return new(new(number, steps[^1]), steps, (byte)number);
    }

    static int WidthOf(string text, Modes modes, string name)
    {
        for (int width = 0; width < modes.Ratios.Count; width++)
        {
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double percent) && Math.Abs(percent / 100 - modes.Ratios[width]) < 1e-6)
                return width;
        }
        string all = string.Join(", ", modes.Ratios.Select(ratio => (100 * ratio).ToString("0.####", CultureInfo.InvariantCulture)));
        throw new UsageException($"--width: pair {name} has device halves that lack {all} % of the filters, not '{text}'");
    }

    static int[] Steps(string? text, Modes modes, string name)
    {
        string all = string.Join(", ", modes.Symbols);
        if (text is null)
            return [modes.MostSymbols];
        if (!text.StartsWith(Auto, StringComparison.Ordinal))
            return [One(text)];
        int[] ends = text == Auto ? [modes.Symbols[0], modes.MostSymbols]
            : text[Auto.Length..] is [':', .. var range] && range.Split('-') is [var low, var high] ? [One(low), One(high)]
            : throw new UsageException($"--symbols must be a number, auto or auto:LEAST-MOST, not '{text}'");
        int[] steps = [.. modes.Symbols.Where(symbols => symbols >= ends[0] && symbols <= ends[1])];
        return steps.Length > 1 ? steps : throw new UsageException($"--symbols {text}: the least must be below the most, of {all}");

        int One(string number) => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int symbols) && modes.Symbols.Contains(symbols) ? symbols
            : throw new UsageException($"--symbols: pair {name} sends {all} symbols, not '{number}'");
    }
}
