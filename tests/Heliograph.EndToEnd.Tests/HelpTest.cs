namespace Heliograph.EndToEnd.Tests;

public sealed class HelpTest
{
    public static TheoryData<string, string> Commands => new()
    {
        { "", "--verbose --help --version train sweep evaluate export pair costs data compare runs choose plot report serve watch relay replay demo" },
        { "train", "EXPERIMENT key=value --run --resume --until --data --json --verbose --sweep --seeds --jobs" },
        { "sweep", "SWEEP key=value --to --jobs --on --cancel --data --dry-run --json" },
        { "evaluate", "RUN|PAIR|BACKBONE key=value --backbone --snr --channel --draws --set --to --data --json" },
        { "export", "RUN --backbone --to --name --weights --no-onnx --force --data --json" },
        { "pair", "info" },
        { "pair info", "FOLDER --json" },
        { "costs", "NETWORK --classes --size --width --split --ratio --channels --json" },
        { "data", "info get images png" },
        { "data info", "NAME --path --size --skip --data --json" },
        { "data get", "NAME --to --from --json" },
        { "data images", "NAME --to --train --count --path --size --skip --data --json" },
        { "data png", "NAME --snr --path --size --skip --data --json" },
        { "compare", "A B C --snr --step --format --json" },
        { "runs", "FOLDER --snr --sort --where --json --csv" },
        { "choose", "RUN|PAIR|SWEEP|key=value --max-macs --max-symbols --max-ram --max-flash --max-drop --snr --from --try --candidates --to --jobs --data --json --csv" },
        { "plot", "RUN --x --by --snr --max-drop --to" },
        { "report", "RUN --to --against --snr --max-drop --json" },
        {
            "serve", "--pairs --bind --http --grpc --udp --zmq --zmq-pair --zmq-sub --zmq-vectors --zmq-pilots --zmq-labels --batch --batch-wait --queue --threads --cuda --api-keys "
                + "--devices --rate --max-request --cert --cert-key --log-json --json new-key"
        },
        { "serve new-key", "NAME --json" },
        { "watch", "ADDRESS --count --key --json" },
        { "relay", "--pair --udp --zmq --pub --pilots --labels --devices --device-keys --json" },
        { "replay", "FILE --to --speed --scale --device-keys --json" },
        { "demo", "--pair --snr --channel --http --rate --images --data --json" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_names_every_option_and_ends_with_examples(string command, string words)
    {
        using var place = new Place();
        var result = place.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Succeeded();
        Assert.Empty(result.Error);
        Assert.All(words.Split(' '), word => Assert.Contains(word, result.Output, StringComparison.Ordinal));
        Assert.Contains($"  heliograph {command}".TrimEnd() + " ", result.Output, StringComparison.Ordinal);
        string[] examples = Examples(result);
        Assert.True(examples.Length >= 2);
        Assert.All(examples, example => Assert.StartsWith($"heliograph {command}".TrimEnd() + " ", example + " ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_examples_of_costs_work()
    {
        using var place = new Place();
        foreach (string example in Examples(place.Run("costs", "--help")))
            place.Run(example.Split(' ')[1..]).Succeeded();
    }

    [Fact]
    public void Version_is_one_line()
    {
        using var place = new Place();
        var result = place.Run("--version").Succeeded();
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\r?\n$", result.Output);
        Assert.Empty(result.Error);
    }

    static string[] Examples(ProgramResult help)
    {
        string[] parts = help.Output.Split("Examples:");
        Assert.Equal(2, parts.Length);
        return parts[1].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
