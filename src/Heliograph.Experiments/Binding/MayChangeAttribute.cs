namespace Heliograph.Experiments.Binding;

/// <summary>Until when an option of a run may be given another value when the run resumes.</summary>
public enum MayChange
{
    /// <summary>Until something depends on it: never for top-level options; until the step starts for those of a step. The default.</summary>
    UntilUsed,

    /// <summary>Until the learning rate begins to fall: what was trained until then does not depend on it.</summary>
    UntilTheRateFalls,

    /// <summary>Always: it decides where, how fast and how often something is done, or what is measured, not what is learnt.</summary>
    Always,
}

/// <summary>On an option, or on a group of options: until when it may differ in a resumed run.</summary>
/// <param name="until">Until when.</param>
[AttributeUsage(AttributeTargets.Property)]
sealed class MayChangeAttribute(MayChange until) : Attribute
{
    /// <summary>Until when.</summary>
    public MayChange Until => until;
}
