namespace Heliograph.Experiments.Binding;

/// <summary>The value of an option is out of range, or does not fit another's.</summary>
/// <param name="key">The whole key, for instance <c>prune.ratio</c>.</param>
/// <param name="why">What follows it in the message: <c>must be at least 0 and below 1, not 1.2</c>, or with a colon <c>: there is no network 'vgg'</c>.</param>
/// <param name="inner">What caused it, if anything did.</param>
public sealed class OptionException(string key, string why, Exception? inner = null)
    : UsageException(why.StartsWith(':') ? key + why : $"{key} {why}", inner)
{
    /// <summary>The whole key; the binder says where it was set.</summary>
    public string Key => key;

    /// <summary>What is wrong with its value, and what would be right.</summary>
    public string Why => why;
}
