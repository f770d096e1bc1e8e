using System.Text.Json;

namespace Heliograph.Experiments.Binding;

/// <summary>With what options check their own ranges.</summary>
/// <param name="prefix">The prefix of the record's keys: empty for the outermost, else for instance <c>prune.</c> with its dot.</param>
/// <param name="overridden">The keys that were given as overrides; null for none.</param>
public sealed class OptionCheck(string prefix, IReadOnlyCollection<string>? overridden = null)
{
    /// <summary>The keys that were given as overrides, on the command line: anyone who gives one expects it to have an effect.</summary>
    public IReadOnlyCollection<string> Overridden => overridden ?? [];

    /// <summary>For messages that name other keys of the same record.</summary>
    public string Prefix => prefix;

    /// <summary>Refuses a value.</summary>
    /// <param name="holds">False refuses it.</param>
    /// <param name="property">Name of the property whose value it is, or the key of one in a nested record.</param>
    /// <param name="why">As in <see cref="OptionException"/>.</param>
    /// <exception cref="OptionException">It does not hold.</exception>
    public void That(bool holds, string property, FormattableString why)
    {
        if (!holds)
            throw Error(property, FormattableString.Invariant(why));
    }

    /// <summary>The exception that <see cref="That"/> throws, for values that something else refused.</summary>
    public OptionException Error(string property, string why, Exception? inner = null) => new(prefix + JsonNamingPolicy.CamelCase.ConvertName(property), why, inner);
}
