using Heliograph.Evaluation.Tables;

namespace Heliograph.Evaluation.Tests.Tables;

public class DataTableTests
{
    static readonly DataTable Table = new([("run", "run"), ("± sd", "sd")], [[new("a_1 & b|c"), new("−0.50", "-0.5")], [new("say \"x\", y"), new("< 0.0001", "1E-05")]]);

    [Fact]
    public void Csv_has_names_raw_values_and_quotes_where_it_takes_them() => Assert.Equal("run,sd\na_1 & b|c,-0.5\n\"say \"\"x\"\", y\",1E-05\n", Table.Csv());

    [Fact]
    public void Markdown_escapes_its_bars() => Assert.Equal("| run | ± sd |\n| --- | ---: |\n| a_1 & b\\|c | −0.50 |\n| say \"x\", y | < 0.0001 |\n", Table.Markdown());

    [Fact]
    public void Latex_escapes_what_it_would_read_otherwise() => Assert.Equal(
        "\\begin{tabular}{lr}\n\\toprule\nrun & $\\pm$ sd \\\\\n\\midrule\na\\_1 \\& b|c & $-$0.50 \\\\\nsay \"x\", y & $<$ 0.0001 \\\\\n\\bottomrule\n\\end{tabular}\n", Table.Latex());
}
