using System.Globalization;
using Heliograph.Codes;
using Heliograph.Pairs;

namespace Heliograph.Device;

/// <summary>Which of a pair's modes the device uses.</summary>
sealed class SendMode(Mode mode, int[] steps, byte? width)
{
    /// <summary>The device half's width, and the most symbols of an image that are sent.</summary>
    public Mode Mode => mode;

    /// <summary>How many symbols are sent at first, then in all each time that the edge asks for more; the last is the most.</summary>
    public int[] Steps => steps;

    /// <summary>The width's number where the pair is elastic, else null.</summary>
    public byte? Width => width;

    /// <summary>Whether the number of symbols depends on the edge's answers.</summary>
    public bool IsAuto => steps.Length > 1;
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
        int number = width is null ? Widest(pair, modes) : WidthOf(width, modes, name);
        int[] steps = Steps(symbols, modes, name);
        return new(new(number, steps[^1]), steps, (byte)number);
    }

    // The widest of those that are there; without any, the error names the widest's file.
    static int Widest(Pair pair, Modes modes)
    {
        for (int width = 0; width < modes.Ratios.Count; width++)
        {
            if (pair.HasDevice(width))
                return width;
        }
        return 0;
    }

    static int WidthOf(string text, Modes modes, string name)
    {
        string all = "";
        for (int width = 0; width < modes.Ratios.Count; width++)
        {
            string percent = modes.PercentOf(width);
            if (percent == text)
                return width;
            all += $"{(width == 0 ? "" : ", ")}{percent}";
        }
        throw new UsageException($"--width: pair {name} has device halves that lack {all} % of the filters, not '{text}'");
    }

    static int[] Steps(string? text, Modes modes, string name)
    {
        string all = modes.Symbols.ToString()[1..^1];
        if (text is null)
            return [modes.MostSymbols];
        if (!text.StartsWith(Auto, StringComparison.Ordinal))
            return [One(text)];
        int[] ends = text == Auto ? [modes.Symbols[0], modes.MostSymbols]
            : text[Auto.Length..] is [':', .. var range] && range.Split('-') is [var low, var high] ? [One(low), One(high)]
            : throw new UsageException($"--symbols must be a number, auto or auto:LEAST-MOST, not '{text}'");
        var counts = modes.Symbols.AsSpan();
        int[] steps = ends[0] < ends[1] ? counts[counts.IndexOf(ends[0])..(counts.IndexOf(ends[1]) + 1)].ToArray() : [];
        return steps.Length > 1 ? steps : throw new UsageException($"--symbols {text}: the least must be below the most, of {all}");

        int One(string number) => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int symbols) && modes.Symbols.AsSpan().Contains(symbols) ? symbols
            : throw new UsageException($"--symbols: pair {name} sends {all} symbols, not '{number}'");
    }
}
