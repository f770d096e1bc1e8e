using System.Text.RegularExpressions;

namespace Heliograph.Tests;

/// <summary>Each promise of docs/security.md names its test; here, that it is there.</summary>
public sealed partial class SecurityDocumentTests
{
    [Fact]
    public void Every_promise_names_tests_that_exist()
    {
        string[] tests = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Contains("obj")).Select(File.ReadAllText)];
        string document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "security.md"));
        string[] promises = [.. document.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| promise", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))];
        Assert.NotEmpty(promises);
        Assert.All(promises, promise =>
        {
            (string Class, string Method)[] named = [.. TestName().Matches(promise.TrimEnd(' ', '|').Split('|')[^1]).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];
            Assert.True(named.Length > 0, $"names no test: {promise}");
            // Public methods of a test class are tests: xUnit's analysers see to that.
            Assert.All(named, name => Assert.True(
                tests.Any(file => Regex.IsMatch(file, $@"\bclass {name.Class}\b") && Regex.IsMatch(file, $@"\bpublic (?:void|async Task) {name.Method}\(")),
                $"there is no test {name.Class}.{name.Method}"));
        });
    }

    [GeneratedRegex(@"`(\w+)\.(\w+)`")]
    private static partial Regex TestName();
}
