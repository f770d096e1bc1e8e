using System.Globalization;
using System.Text;
using Heliograph.Edge.Answers;
using Heliograph.Edge.Protocol;
using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>Bodies of inference requests over HTTP, up to the answer's numbers. An input begins with the header that says where binary data begin, or a line break.</summary>
sealed class RestTarget : Target
{
    readonly EdgeFixture edge = new();

    public RestTarget()
    {
        int b = edge.Pair.Symbols;
        string data = string.Join(',', Enumerable.Range(0, 2 * b).Select(i => i % 3 - 1));
        string binary = $$$"""{"id":"a","parameters":{"binary_data_output":true},"inputs":[{"name":"symbols","shape":[1,{{{b}}}],"datatype":"FP32","parameters":{"binary_data_size":{{{4 * b}}}}}]}""";
        Corpus =
        [
            Encoding.UTF8.GetBytes("\n" + $$$"""{"id":"a","parameters":{"classes":false},"inputs":[{"name":"symbols","shape":[2,{{{b}}}],"datatype":"FP32","data":[{{{data}}}]}],"outputs":[{"name":"logits","parameters":{"binary_data":false}},{"name":"probabilities"}]}"""),
            [.. Encoding.UTF8.GetBytes($"{binary.Length}\n{binary}"), .. new byte[4 * b]],
        ];
    }

    public override string Name => "rest";

    public override IReadOnlyList<byte[]> Corpus { get; }

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random) => TextChanges.Change(origin, pool, random);

    public override void Read(byte[] input)
    {
        int line = input.AsSpan().IndexOf((byte)'\n');
        int? header = line > 0 && int.TryParse(Encoding.UTF8.GetString(input, 0, Math.Min(line, 16)), NumberStyles.None, CultureInfo.InvariantCulture, out int length) ? length : null;
        _ = RestRequest.Read(input.AsSpan(line + 1), header, edge.Pair, edge.Inference, out var work);
        try
        {
            edge.Inference.Compute(work, "http", "fuzz").AsTask().GetAwaiter().GetResult();
        }
        finally
        {
            work.Return();
        }
    }

    public override bool Refuses(Exception error) => error is InferError { Http: >= 400 and < 500 or 503 };

    protected override void Close() => edge.Dispose();
}
