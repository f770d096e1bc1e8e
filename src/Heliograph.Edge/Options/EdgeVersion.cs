using System.Reflection;

namespace Heliograph.Edge.Options;

/// <summary>Which server this is.</summary>
static class EdgeVersion
{
    /// <summary>Its version, without the commit.</summary>
    public static string Text { get; } = typeof(EdgeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
