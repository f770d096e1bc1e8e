using Heliograph.Pairs;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Heliograph.Edge.Tests.Page;

/// <summary>What people do with the page, and what becomes of it then.</summary>
public sealed class PageUseTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableTheory]
    [InlineData(390, 844)]
    [InlineData(700, 700)]
    [InlineData(1280, 860)]
    public async Task Nothing_moves_under_the_pointer_while_the_slider_is_dragged(int width, int height)
    {
        await using var demo = await Demo.Start();
        await using var other = new DemoDevice(demo.Pair, device: 0xd2);
        await using var page = await OpenPage.At(chromium, demo.Address, new() { ViewportSize = new() { Width = width, Height = height } });
        await page.SeesFrames();
        await page["#slider"].ScrollIntoViewIfNeededAsync();
        // What has its place once is there before the drag begins.
        await Expect(page["#history"]).ToBeVisibleAsync();
        await Expect(page["#accuracy"]).ToBeVisibleAsync();
        var box = (await page["#slider"].BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(box.X + box.Width * .8f, box.Y + box.Height / 2);
        await page.Page.Mouse.DownAsync();
        var watched = page.Page.EvaluateAsync<double[]>("""
            () => new Promise(done => {
              const slider = document.getElementById("slider"), end = performance.now() + 4000;
              const seen = new Set();
              const look = () => {
                const { x, y, width, height } = slider.getBoundingClientRect();
                for (const n of [x, y, width, height].map((n, i) => 1e5 * i + n))
                  seen.add(Math.round(10 * n) / 10);
                performance.now() < end ? requestAnimationFrame(look) : done([...seen]);
              };
              look();
            })
            """);
        // Down to where every class comes to be shown; and another device comes.
        for (int step = 8; step >= 0; step--)
        {
            await page.Page.Mouse.MoveAsync(box.X + box.Width * step / 10, box.Y + box.Height / 2);
            await Task.Delay(200);
            if (step == 5)
                other.SendTo(demo.Server.Server.Udp!);
        }
        Assert.Equal(4, (await watched).Length);
        await page.Page.Mouse.UpAsync();
        await Expect(page["#device-choice"]).ToBeVisibleAsync();
        Assert.Equal(-6, demo.Device.SnrDb);
    }

    [SkippableFact]
    public async Task A_message_goes_away_when_it_no_longer_holds()
    {
        await using var demo = await Demo.Start();
        await using var page = await OpenPage.At(chromium, demo.Address);
        await page.SeesFrames();
        await Expect(page["#slider"]).ToBeVisibleAsync();
        await page.Page.RouteAsync("**/api/demo", route => route.Request.Method == "PUT"
            ? route.FulfillAsync(new() { Status = 503, ContentType = "application/json", Body = """{"error":"try later"}""" }) : route.ContinueAsync());
        await page["#slider"].FocusAsync();
        await page.Page.Keyboard.PressAsync("End");
        await Expect(page["#demo-error"]).ToHaveTextAsync("The channel was not changed: try later");
        // It shows what the channel is again, and says no more.
        await Expect(page["#slider-value"]).ToHaveTextAsync("10.0 dB");
        await Expect(page["#demo-error"]).ToHaveTextAsync("");
    }

    [SkippableFact]
    public async Task Frames_that_are_refused_are_said_where_none_is_shown()
    {
        await using var server = await TestServer.Start(pairs: into =>
        {
            EdgePairs.Write(into, "one");
            string two = EdgePairs.Write(into, "two", seed: 2).Folder;
            File.WriteAllText(Path.Combine(two, Pair.DescriptionFile), "{");
        });
        await using var page = await OpenPage.At(chromium, server.Server.Http!);
        await Expect(page["#link"]).ToHaveTextAsync("connected, no frames");
        await Expect(page["#nothing"]).ToContainTextAsync("No frame has arrived yet.");
        await Expect(page["#refused-frames"]).ToBeHiddenAsync();
        await Expect(page["#not-served"]).ToContainTextAsync("two is not served: ");

        string elsewhere = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;
        var stranger = EdgePairs.Write(elsewhere, "stranger", seed: 77);
        Directory.Delete(elsewhere, recursive: true);
        using var sender = new Sender(server, 1);
        sender.Send(stranger, new float[12]);
        await Expect(page["#refused-frames"]).ToHaveTextAsync("A frame was refused on arrival: 1 of a pair that is not served here.");
        await Expect(page["#link"]).ToHaveTextAsync("connected, frames refused");
        await Expect(page["#nothing-yet"]).ToBeHiddenAsync();
        // Refused by the link already: more symbols than any pair has.
        sender.Send(server.Pair, new float[40]);
        await Expect(page["#refused-frames"]).ToHaveTextAsync(
            "2 frames were refused on arrival: 1 of a pair that is not served here, 1 with more symbols or pixels than are accepted here.");
        await page.Keep("refused");
        sender.Send(server.Pair, EdgePairs.Symbols(server.Pair, 1, 1));
        await page.SeesFrames();
        await Expect(page["#refused-frames"]).ToBeHiddenAsync();
    }

    [SkippableFact]
    public async Task The_legend_lists_what_is_drawn()
    {
        await using var server = await TestServer.Start(pairs: PagePairs.Write);
        await using var page = await OpenPage.At(chromium, server.Server.Http!);
        using var sender = new Sender(server, 1);
        float[] symbols = EdgePairs.Symbols(server.Pair, 1, 1);
        sender.Send(server.Pair, symbols);
        await Expect(page["#legend-known"]).ToBeVisibleAsync();
        await Expect(page["#legend-seen"]).ToBeHiddenAsync();
        await Expect(page["#legend-now"]).ToBeHiddenAsync();
        sender.Send(server.Pair, symbols, 10, say: true);
        await Expect(page["#legend-now"]).ToBeVisibleAsync();
        await Expect(page["#legend-seen"]).ToBeHiddenAsync();
        sender.Send(server.Pair, symbols, 10, say: true, label: 1);
        await Expect(page["#legend-seen"]).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task What_was_seen_outlives_a_reload()
    {
        await using var server = await TestServer.Start(pairs: PagePairs.Write);
        await using var page = await OpenPage.At(chromium, server.Server.Http!);
        await using (var device = new DemoDevice(server.Pair))
        await using (var other = new DemoDevice(server.Pair, device: 0xd2) { SnrDb = 3 })
        {
            device.SendTo(server.Server.Udp!);
            await page.SeesFrames();
            other.SendTo(server.Server.Udp!);
            await Expect(page["#device-choice"]).ToBeVisibleAsync();
            await page["#device"].SelectOptionAsync("00000000000000d2");
            await page.Until("#recent", text => text.EndsWith("of 40 right", StringComparison.Ordinal));
        }
        await Expect(page["#link"]).ToHaveTextAsync("connected, no frames");
        const string shown = "['answer', 'truth', 'frame', 'recent', 'points', 'frames', 'device'].map(id => id + ' ' + (document.getElementById(id).value ?? document.getElementById(id).textContent))";
        string[] before = await page.Page.EvaluateAsync<string[]>(shown);
        await page.Page.ReloadAsync();
        await Expect(page["#device-choice"]).ToBeVisibleAsync();
        await Expect(page["#frames"]).Not.ToHaveTextAsync("–");
        Assert.Equal(before, await page.Page.EvaluateAsync<string[]>(shown));
        await Expect(page["#curve .live-point"]).Not.ToHaveCountAsync(0);
        page.IsClean();
    }

    [SkippableFact]
    public async Task Links_lead_to_pages_that_end()
    {
        await using var demo = await Demo.Start();
        await using var page = await OpenPage.At(chromium, demo.Address);
        string[] links = await page.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('a')].map(a => a.href)");
        Assert.NotEmpty(links);
        foreach (string link in links)
            Assert.NotEmpty(await demo.Server.Http.GetStringAsync(new Uri(link)).WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [SkippableTheory]
    [InlineData(1600, 900, ColorScheme.Light)]
    [InlineData(1600, 900, ColorScheme.Dark)]
    [InlineData(2560, 1300, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    public async Task Uses_the_width_that_there_is(int width, int height, ColorScheme scheme)
    {
        await using var demo = await Demo.Start();
        await using var page = await OpenPage.At(chromium, demo.Address, new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height } });
        await page.SeesFrames();
        demo.Device.SnrDb = 4;
        await page.Until("#frames", text => text.Length >= 3);
        double[] covered = await page.Page.EvaluateAsync<double[]>("""
            (() => {
              const sections = [...document.querySelectorAll("section")].map(section => section.getBoundingClientRect());
              return [Math.min(...sections.map(s => s.left)), Math.max(...sections.map(s => s.right)), document.documentElement.scrollWidth];
            })()
            """);
        Assert.True(covered[1] - covered[0] > .93 * width && covered[2] <= width, string.Join(' ', covered));
        await page.Keep($"{width}-{scheme}");
    }

    [SkippableFact]
    public async Task Numbers_from_outside_bound_no_loop()
    {
        await using var server = await TestServer.Start();
        await using var page = await OpenPage.At(chromium, server.Server.Http!);
        var drawn = page.Page.EvaluateAsync<int[]>("""
            async () => {
              const { Tally, drawCurve, fillTable, plotted } = await import("./curve.js");
              const svg = document.getElementById("curve"), body = document.getElementById("points");
              const extremes = [3e38, -3e38, 1e308, -1e308, 1e15, -1e15, 101, -101, 99.7, -99.7, 5e-324, NaN, Infinity];
              return extremes.flatMap(a => extremes.map(b => {
                const tally = new Tally();
                tally.add(a, true);
                tally.add(b, false);
                const known = plotted(Array.from({ length: 100000 }, (_, i) => ({ snrDb: i === 0 ? a : i === 1 ? b : i / 1000, top1: 50, ci95: 1 })));
                drawCurve(svg, known, tally, { db: a, low: b, high: null });
                fillTable(body, known, tally);
                return svg.querySelectorAll("text").length;
              }));
            }
            """);
        Assert.All(await drawn.WaitAsync(TimeSpan.FromSeconds(60)), ticks => Assert.InRange(ticks, 8, 20));

        // The same by the link, as far as the format goes.
        using var sender = new Sender(server, 1);
        float[] symbols = EdgePairs.Symbols(server.Pair, 1, 1);
        foreach (float db in new[] { 100f, -100f })
            sender.Say(server.Pair, symbols, db, label: 1);
        sender.Send(server.Pair, symbols, label: 1);
        await page.SeesFrames();
        Assert.Equal(2, await page.Page.EvaluateAsync<int>("1 + 1").WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
