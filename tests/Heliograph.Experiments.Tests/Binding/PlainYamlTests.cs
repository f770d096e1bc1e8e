using System.Text;
using Heliograph.Experiments.Binding;
using Heliograph.Statistics;

namespace Heliograph.Experiments.Tests.Binding;

/// <summary>Against YamlDotNet, which reads all of YAML.</summary>
public sealed class PlainYamlTests
{
    [Fact]
    public void What_this_program_writes_is_read_alike()
    {
        string[] written = [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "experiment.yaml", SearchOption.AllDirectories).Select(File.ReadAllText), OptionsBinder.ToYaml(new Experiment())];
        Assert.NotEmpty(written);
        foreach (string text in written)
            Assert.Equal(Text(YamlTree.ReadAny(text, "")), Text(PlainYaml.Read(text)));
    }

    /// <summary>Of texts that are changed at random, it reads those that it reads as the other parser does, and leaves it the rest.</summary>
    [Fact]
    public void What_is_changed_is_read_alike_or_not_at_all()
    {
        string whole = OptionsBinder.ToYaml(new Experiment { Data = new() { Name = "folder", Path = "a b" } });
        const string Letters = "\n  :-\"'#[]{},&*!|>%@`\\?~aZ09.é\t\r\u0085\u2028";
        var random = new RandomStream(1, "yaml");
        int plain = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string[] lines = whole.Split('\n');
            var text = new StringBuilder(string.Join('\n', lines.Skip(random.NextInt(lines.Length)).Take(12)));
            for (int change = 0; change <= i % 3 && text.Length > 0; change++)
            {
                int at = random.NextInt(text.Length);
                if (random.NextInt(2) == 0)
                    text.Insert(at, Letters[random.NextInt(Letters.Length)]);
                else
                    text.Remove(at, 1);
            }
            string changed = text.ToString();
            if (PlainYaml.Read(changed) is not { } tree)
                continue;
            plain++;
            Assert.Equal(Text(YamlTree.ReadAny(changed, "")), Text(tree));
        }
        Assert.InRange(plain, 200, 19_000);
    }

    static string Text(YamlTree? tree) => tree switch
    {
        YamlTree.Scalar scalar => $"{scalar}",
        YamlTree.Map map => $"{map.Line}{{{string.Join(", ", map.Entries.Select(entry => $"{entry.Line} {entry.Key}: {Text(entry.Value)}"))}}}",
        YamlTree.List list => $"{list.Line}[{string.Join(", ", list.Items.Select(Text))}]",
        _ => "nothing",
    };
}
