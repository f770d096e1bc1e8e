using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using ScalarEvent = YamlDotNet.Core.Events.Scalar;

namespace Heliograph.Experiments.Binding;

/// <summary>A part of a YAML file and the line on which it begins; line 0 is the command line.</summary>
abstract record YamlTree(int Line)
{
    /// <summary>Nobody nests options deeper; the limit keeps a hostile file from exhausting the stack.</summary>
    const int MaximumDepth = 32;

    public sealed record Scalar(int Line, string Text, bool IsQuoted = false) : YamlTree(Line)
    {
        public bool IsNull => !IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL";
    }

    public sealed record List(int Line, ImmutableArray<YamlTree> Items) : YamlTree(Line);

    public sealed record Map(int Line, ImmutableArray<Entry> Entries) : YamlTree(Line);

    public sealed record Entry(int Line, string Key, YamlTree Value);

    /// <summary>Reads the one document of a file; null when it is empty.</summary>
    /// <exception cref="UsageException">The text is not YAML; the message begins with file and line.</exception>
    public static YamlTree? Read(string text, string source) => PlainYaml.Read(text) ?? ReadAny(text, source);

    /// <summary>The same, by the parser of all of YAML.</summary>
    /// <exception cref="UsageException">Likewise.</exception>
    public static YamlTree? ReadAny(string text, string source)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return null;
            parser.Consume<DocumentStart>();
            YamlTree tree = new Reader(parser, source).Node("", 0);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _)
                ? tree
                : throw new UsageException($"{source}:{LineOf(parser.Current!)}: only one YAML document is expected, but a second begins here");
        }
        catch (YamlException e)
        {
            throw new UsageException($"{source}:{e.Start.Line}: not valid YAML: {OneLine.Of(e.Message)}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or NullReferenceException or IndexOutOfRangeException)
        {
            // The YAML parser stumbles over some malformed texts instead of refusing them.
            throw new UsageException($"{source}:{(parser.Current is { } last ? LineOf(last) : 1)}: not valid YAML near this line", e);
        }
    }

    static int LineOf(ParsingEvent e) => (int)e.Start.Line;

    sealed class Reader(Parser parser, string source)
    {
        readonly Dictionary<AnchorName, YamlTree> anchors = [];

        public YamlTree Node(string path, int depth)
        {
            if (depth > MaximumDepth)
                throw new UsageException($"{source}:{LineOf(parser.Current!)}: nested more than {MaximumDepth} deep");
            if (parser.TryConsume<AnchorAlias>(out var alias))
                return anchors.TryGetValue(alias.Value, out YamlTree? known)
                    ? known
                    : throw new UsageException(
                        $"{source}:{LineOf(alias)}: there is no anchor '{OneLine.Of(alias.Value.Value)}' before this alias");
            if (!parser.Accept<NodeEvent>(out var begin))
                throw new UsageException($"{source}:{LineOf(parser.Current!)}: not valid YAML: a value is missing");
            YamlTree node = parser.Accept<ScalarEvent>(out _) ? ReadScalar()
                : parser.Accept<SequenceStart>(out _) ? ReadList(path, depth)
                : ReadMap(path, depth);
            if (!begin.Anchor.IsEmpty)
                anchors[begin.Anchor] = node;
            return node;
        }

        Scalar ReadScalar()
        {
            ScalarEvent scalar = parser.Consume<ScalarEvent>();
            return new Scalar(LineOf(scalar), scalar.Value, scalar.Style != ScalarStyle.Plain);
        }

        List ReadList(string path, int depth)
        {
            SequenceStart start = parser.Consume<SequenceStart>();
            var items = ImmutableArray.CreateBuilder<YamlTree>();
            while (!parser.TryConsume<SequenceEnd>(out _))
                items.Add(Node(path, depth + 1));
            return new List(LineOf(start), items.ToImmutable());
        }

        Map ReadMap(string path, int depth)
        {
            MappingStart start = parser.Consume<MappingStart>();
            var entries = ImmutableArray.CreateBuilder<Entry>();
            var lines = new Dictionary<string, int>(StringComparer.Ordinal);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (!parser.TryConsume<ScalarEvent>(out var key))
                    throw new UsageException($"{source}:{LineOf(parser.Current!)}: a key must be a plain word");
                if (!lines.TryAdd(key.Value, LineOf(key)))
                    throw new UsageException(
                        $"{source}:{LineOf(key)}: {OneLine.Of(path + key.Value)} is given twice, first on line {lines[key.Value]}; "
                        + "remove one");
                entries.Add(new Entry(LineOf(key), key.Value, Node($"{path}{key.Value}.", depth + 1)));
            }
            return new Map(LineOf(start), entries.ToImmutable());
        }
    }
}
