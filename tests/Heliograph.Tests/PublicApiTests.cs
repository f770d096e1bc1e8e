using Heliograph.Runtime;
using PublicApiGenerator;

namespace Heliograph.Tests;

/// <summary>What the package offers stands in src/Heliograph/PublicApi.txt, so that a change of it is seen where a change is looked through.</summary>
public sealed class PublicApiTests
{
    const string Accept = "HELIOGRAPH_ACCEPT_API";

    static string Approved => Path.Combine(Repository.Root, "src", "Heliograph", "PublicApi.txt");

    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        string[] now = typeof(Encoder).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            File.WriteAllText(Approved, string.Join('\n', now) + "\n");
        string[] approved = File.ReadAllText(Approved).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.True(approved.SequenceEqual(now), $"""
            The public surface of Heliograph has changed. If it is meant to: {Accept}=1 dotnet test tests/Heliograph.Tests --filter PublicApiTests, and look at the changes of src/Heliograph/PublicApi.txt.
            {string.Join('\n', approved.Except(now).Select(line => "- " + line.Trim()).Concat(now.Except(approved).Select(line => "+ " + line.Trim())).Take(40))}
            """);
    }
}
