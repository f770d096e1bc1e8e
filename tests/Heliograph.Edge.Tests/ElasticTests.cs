using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Heliograph.Channels;
using Heliograph.Codes;
using Heliograph.Edge.Protocol.Grpc;
using Heliograph.Links;
using Heliograph.Pairs;

namespace Heliograph.Edge.Tests;

/// <summary>An elastic pair at the server: every mode, what it is told of the SNR, and answers to devices that ask.</summary>
public sealed class ElasticTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static readonly Modes Modes = ElasticPairs.Modes;

    TestServer server = null!;
    Pair pair = null!;

    public async Task InitializeAsync()
    {
        server = await TestServer.Start(pairs: root =>
        {
            PairFolder.Calibrate(ElasticPairs.Make().Write(Path.Combine(root, "elastic")), new(1000, Points(Modes.Largest))
            {
                Modes = [.. Modes.All.Where(mode => mode != Modes.Largest).Select(mode => new ModeCalibration(Modes.Ratios[mode.Width], mode.Symbols, Points(mode)))],
            });
            EdgePairs.Write(root, "one");
        });
        pair = server.Open("elastic");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    // Each mode has temperatures of its own, which rise with the SNR here, so that none can be taken for another.
    static double Temperature(Mode mode, double snrDb) => 1 + 0.25 * mode.Width + 4.0 / mode.Symbols + Math.Clamp(snrDb, 0, 20) / 20;

    static ValueList<CalibrationPoint> Points(Mode mode) => [new(0, Temperature(mode, 0), 9, 1), new(20, Temperature(mode, 20), 9, 1)];

    // The independent truth, by plain loops.
    double[] Probabilities(float[] symbols, Mode mode, double snrDb)
    {
        float[] input = new float[Modes.EdgeInputLength];
        Modes.WriteEdgeInput(symbols, mode, Snr.FromDecibels(snrDb), input);
        double[] logits = Drawn.Output(pair.Edge.Network, pair.Edge.Weights, input);
        double temperature = Temperature(mode, snrDb), sum = logits.Sum(logit => Math.Exp((logit - logits.Max()) / temperature));
        return [.. logits.Select(logit => Math.Exp((logit - logits.Max()) / temperature) / sum)];
    }

    static float[] Symbols(int count, ulong seed) => Drawn.Normal(count, seed);

    static double Top(JsonNode answer) => (double)answer["top"]![0]!["probability"]!;

    [Fact]
    public async Task Frames_of_every_mode_are_decoded_at_the_SNR_that_their_sender_says()
    {
        using var events = await EventReader.Open(server.Http);
        using var link = new UdpFrameSender(server.Server.Udp!);
        var stamper = new FrameStamper(5);
        long saved = 0, sent = 0;
        foreach (var mode in Modes.All)
        {
            foreach (float snr in (float[])[-40, 3, 20])
            {
                float[] symbols = Symbols(mode.Symbols, (ulong)sent);
                link.Send(stamper.Next(pair.Id, snr, width: (byte)mode.Width), symbols);
                var seen = (await events.Next())!;
                Assert.Equal(Probabilities(symbols, mode, snr).Max(), Top(seen), 1e-4);
                sent += mode.Symbols;
                saved += 64 - mode.Symbols;
                Assert.Equal((100 * Modes.Ratios[mode.Width], mode.Symbols, 64, 0), ((double)seen["mode"]!["width"]!, (int)seen["mode"]!["symbols"]!, (int)seen["mode"]!["most"]!, (int)seen["mode"]!["known"]!));
                Assert.Equal((sent, saved), ((long)seen["symbolsSent"]!, (long)seen["symbolsSaved"]!));
            }
        }
        // A frame of an older version has the widest half's symbols.
        float[] old = Symbols(64, 99);
        link.Send(stamper.Next(pair.Id, 7), old);
        Assert.Equal(Probabilities(old, new(0, 64), 7).Max(), Top((await events.Next())!), 1e-4);
        var status = await server.Status();
        Assert.Equal(saved, (long)status["devices"]![0]!["saved"]!);
        var known = status["pairs"]!.AsArray().Single(one => (string)one!["name"]! == "elastic")!["modes"]!;
        Assert.Equal("""{"widths":[0,50,87.5],"symbols":[16,32,64],"snrLowDb":0,"snrHighDb":20}""", known.ToJsonString());
    }

    [Fact]
    public async Task Without_a_word_of_the_sender_the_edge_half_is_told_the_middle_and_then_what_is_measured()
    {
        using var events = await EventReader.Open(server.Http);
        using var link = new UdpFrameSender(server.Server.Udp!);
        var stamper = new FrameStamper(6);
        double sum = 0;
        for (int i = 0; i < 4; i++)
        {
            float[] symbols = [.. Symbols(64, (ulong)i).Select(symbol => 1.2f * symbol)];
            sum += symbols.Average(symbol => (double)symbol * symbol);
            link.Send(stamper.Next(pair.Id, width: 1), symbols);
            double measured = sum / (i + 1) > 1 ? -10 * Math.Log10(sum / (i + 1) - 1) : double.PositiveInfinity;
            Assert.Equal(Probabilities(symbols, new(1, 64), i == 0 ? 10 : measured).Max(), Top((await events.Next())!), 1e-4);
        }
    }

    [Fact]
    public async Task Modes_that_a_pair_does_not_have_are_refused_and_counted()
    {
        using var link = new UdpFrameSender(server.Server.Udp!);
        var stamper = new FrameStamper(7);
        link.Send(stamper.Next(pair.Id, width: 3), Symbols(64, 1));
        link.Send(stamper.Next(pair.Id, width: 0), Symbols(48, 1));
        link.Send(stamper.Next(pair.Id), Symbols(48, 1));
        link.Send(stamper.Next(server.Pair.Id, width: 1), Symbols(12, 1));
        await Wait.Until(async () => await server.Refused("unknown-mode") == 4, "four frames are refused");
        link.Send(stamper.Next(server.Pair.Id), Symbols(8, 1));
        await Wait.Until(async () => await server.Refused("wrong-length") == 1, "one frame is refused");
        Assert.Equal(4, await server.Metric("heliograph_datagrams_total", "outcome=\"UnknownMode\""));
        // A pair with one mode has one in the new version too.
        using var events = await EventReader.Open(server.Http);
        link.Send(stamper.Next(server.Pair.Id, width: 0), EdgePairs.Symbols(server.Pair, 1, 1));
        Assert.Null((await events.Next())!["mode"]);
    }

    [Fact]
    public async Task A_device_that_asks_is_answered_and_may_add_symbols()
    {
        using var events = await EventReader.Open(server.Http);
        using var link = new UdpFrameSender(server.Server.Udp!);
        var stamper = new FrameStamper(8);
        float[] symbols = Symbols(64, 3);
        int[] rights = new int[3];
        for (int frame = 0; frame < 3; frame++)
        {
            var header = stamper.Next(pair.Id, 5, label: 2, width: 2);
            int known = 0;
            foreach (int count in (int[])[16, 32, 64])
            {
                var question = Question.New(1);
                link.Send(header, symbols.AsSpan(0, count), null, known, question);
                var answer = link.Hear(header, question, Patience)!.Value;
                double[] expected = Probabilities(symbols[..count], new(2, count), 5);
                Assert.Equal(expected.Max(), answer.Confidence, 1e-4);
                // Of one frame alone the SNR is not measured.
                Assert.True(frame > 0 || known > 0 || answer.SnrDb is null);
                Assert.Equal(count < 64 ? 2 * count : 0, answer.Wish);
                var seen = (await events.Next())!;
                Assert.Equal(expected.Max(), Top(seen), 1e-4);
                Assert.Equal(known, (int)seen["mode"]!["known"]!);
                // One frame, whose result takes the place of the one before.
                rights[frame] = Array.IndexOf(expected, expected.Max()) == 2 ? 1 : 0;
                Assert.Equal((frame + 1, frame + 1, rights.Sum(), 64 - count), ((int)seen["frames"]!, (int)seen["labelled"]!, (int)seen["correct"]!, (int)seen["symbolsSaved"]!));
                known = count;
            }
        }
        // Sure enough: nothing is wished for.
        var sure = stamper.Next(pair.Id, 5, width: 2);
        var asked = Question.New(0);
        link.Send(sure, symbols.AsSpan(0, 16), null, 0, asked);
        Assert.Equal(0, link.Hear(sure, asked, Patience)!.Value.Wish);
        Assert.Equal(6, await server.Metric("heliograph_answers_total", "wish=\"more\""));
        Assert.Equal(4, await server.Metric("heliograph_answers_total", "wish=\"none\""));
        Assert.Equal(6, await server.Metric("heliograph_frames_refined_total"));
    }

    [Fact]
    public async Task Requests_have_any_number_of_symbols_an_SNR_and_a_width()
    {
        using var channel = GrpcChannel.ForAddress(server.Server.Grpc!);
        var grpc = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        foreach (int count in Modes.Symbols)
        {
            float[] symbols = Symbols(2 * count, 4);
            foreach (var (snr, width, number) in new (double?, double?, int)[] { (null, null, 0), (2.5, 50, 1), (17, 87.5, 2) })
            {
                var request = Request(symbols, count);
                var wanted = new ModelInferRequest { ModelName = "elastic", Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32", Shape = { 2, count }, Contents = new() { Fp32Contents = { symbols } } } } };
                if (snr is { } db)
                {
                    request["parameters"] = new JsonObject { ["snr"] = db, ["width"] = width };
                    wanted.Parameters.Add("snr", new InferParameter { DoubleParam = db });
                    wanted.Parameters.Add("width", width == 50 ? new InferParameter { Int64Param = 50 } : new InferParameter { DoubleParam = width!.Value });
                }
                using var answer = await server.Infer("elastic", request);
                double[] expected = [.. symbols.Chunk(count).SelectMany(row => Probabilities(row, new(number, count), snr ?? 10))];
                Drawn.AssertClose(expected, TestServer.Output(await TestServer.Json(answer), "probabilities"), 1e-4);
                Drawn.AssertClose(expected, [.. (await grpc.ModelInferAsync(wanted)).Outputs[1].Contents.Fp32Contents], 1e-4);
            }
        }
        var about = JsonNode.Parse(await server.Http.GetStringAsync("/v2/models/elastic"))!;
        Assert.Equal([-1, -1], about["inputs"]![0]!["shape"]!.AsArray().Select(side => (int)side!));

        await Refused(Request(Symbols(48, 1), 48), "has the shape [n, 16 or 32 or 64] with n ≥ 1, not [1, 48]");
        var narrow = Request(Symbols(16, 1), 16);
        narrow["parameters"] = new JsonObject { ["width"] = 40 };
        await Refused(narrow, "has device halves that lack 0, 50, 87.5 % of the filters; parameter 'width' is one of these");
        var loud = Request(Symbols(16, 1), 16);
        loud["parameters"] = new JsonObject { ["snr"] = "loud" };
        await Refused(loud, "snr must be a number");
        var bad = new ModelInferRequest { ModelName = "elastic", Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "symbols", Datatype = "FP32", Shape = { 1, 16 }, Contents = new() { Fp32Contents = { Symbols(16, 1) } } } } };
        bad.Parameters.Add("snr", new InferParameter { DoubleParam = double.NaN });
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(async () => await grpc.ModelInferAsync(bad))).StatusCode);

        async Task Refused(JsonNode request, string said)
        {
            using var answer = await server.Infer("elastic", request);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(said, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!, StringComparison.Ordinal);
        }
    }

    static JsonObject Request(float[] symbols, int count) => new()
    {
        ["inputs"] = new JsonArray(new JsonObject { ["name"] = "symbols", ["shape"] = new JsonArray(symbols.Length / count, count), ["datatype"] = "FP32", ["data"] = JsonSerializer.SerializeToNode(symbols) }),
    };
}
