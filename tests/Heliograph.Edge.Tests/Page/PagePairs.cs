using System.Text.Json.Nodes;
using Heliograph.Pairs;

namespace Heliograph.Edge.Tests.Page;

/// <summary>A pair whose description is as hostile as it may be, and that has been measured.</summary>
static class PagePairs
{
    /// <summary>Names of classes that would do harm as markup, or break a layout; of any five, three are markup.</summary>
    public static IReadOnlyList<string> Classes { get; } =
    [
        "<script>window.harmed = true</script>",
        "<img src=x onerror=\"window.harmed = true\">",
        "\"><svg onload=window.harmed=true>",
        "a_very_long_name_without_any_place_to_break_it_as_some_data_sets_have_them_for_hundreds_of_classes",
        "</ol></section><h1>elsewhere</h1>",
        "&lt;b&gt;",
        "حصان \u202e back to front",
        "<style>* { display: none }</style>",
        "{{constructor.constructor('window.harmed=true')()}}",
        "<iframe src=//example.org></iframe>",
    ];

    /// <summary>The names as the page shows them: what turns the direction of a text stands as a mark.</summary>
    public static IReadOnlyList<string> Shown { get; } = [.. Classes.Select(name => name.Replace('\u202e', '\ufffd'))];

    /// <summary>Accuracy in percent, by SNR.</summary>
    public static IReadOnlyList<(double SnrDb, double Top1)> Points { get; } = [(-6, 21), (0, 48.5), (6, 77), (12, 90), (20, 92.5)];

    public static void Write(string root)
    {
        // 128 symbols, so that the SNR can be measured in a moment.
        EdgePairs.Write(root, "one", code: 32);
        // Neither classes' names nor accuracies are part of what names the pair.
        string path = Path.Combine(root, "one", Pair.DescriptionFile);
        var about = JsonNode.Parse(File.ReadAllText(path))!;
        about["classes"] = new JsonArray([.. Classes.Select(name => (JsonNode)name)]);
        about["accuracy"] = new JsonObject
        {
            ["images"] = 1000,
            ["draws"] = 5,
            ["backboneTop1"] = 95,
            ["noiselessTop1"] = 93,
            ["points"] = new JsonArray([.. Points.Select(point =>
                new JsonObject { ["snrDb"] = point.SnrDb, ["top1"] = point.Top1, ["ci95"] = .8, ["top5"] = 99 })]),
        };
        File.WriteAllText(path, about.ToJsonString());
    }
}
