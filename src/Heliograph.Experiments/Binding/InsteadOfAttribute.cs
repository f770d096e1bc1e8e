namespace Heliograph.Experiments.Binding;

/// <summary>
/// On an option that replaces another when it is given, such as a budget of MACs a ratio: on the command line only one of the two may be given, and
/// it replaces the other if that is in the file.
/// </summary>
/// <param name="property">Name of the other's property, in the same record.</param>
[AttributeUsage(AttributeTargets.Property)]
sealed class InsteadOfAttribute(string property) : Attribute
{
    /// <summary>Name of the other's property.</summary>
    public string Property => property;
}
