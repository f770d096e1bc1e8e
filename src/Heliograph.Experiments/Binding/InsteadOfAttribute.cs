namespace Heliograph.Experiments.Binding;

/// <summary>
/// On an option that takes another's place where it is given, a budget of MACs that of a ratio: on the command line only one of the two may be given, and
/// it takes the place of the other where that stands in the file.
/// </summary>
/// <param name="property">Name of the other's property, in the same record.</param>
[AttributeUsage(AttributeTargets.Property)]
sealed class InsteadOfAttribute(string property) : Attribute
{
    /// <summary>Name of the other's property.</summary>
    public string Property => property;
}
