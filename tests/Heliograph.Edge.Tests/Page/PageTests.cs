using System.Globalization;
using System.Text.RegularExpressions;
using Heliograph.Edge.Security;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Heliograph.Edge.Tests.Page;

/// <summary>The page in a real browser, served by the real server, with real datagrams.</summary>
public sealed partial class PageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableFact]
    public async Task Shows_what_arrives()
    {
        await using var demo = await Demo.Start();
        await using var page = await OpenPage.At(chromium, demo.Address);
        await page.SeesFrames();

        await Expect(page["#pair"]).ToHaveTextAsync($"one: split at pool3, {demo.Pair.Description.Symbols} symbols, 10 classes");
        await Expect(page["#top li"]).ToHaveCountAsync(5);
        // At once: between two calls another frame may be shown.
        string[] shown = await page.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('#answer, #top .name')].map(e => e.innerText)");
        string[] names = shown[1..];
        Assert.All(names, name => Assert.Contains(name, PagePairs.Shown));
        Assert.Equal(names[0], shown[0]);
        double[] shares = [.. (await page["#top .share"].AllInnerTextsAsync()).Select(Number)];
        Assert.Equal(shares.OrderDescending(), shares);

        Assert.Equal("200,60,20,255", await page.Page.EvaluateAsync<string>("document.getElementById('picture').getContext('2d').getImageData(3, 3, 1, 1).data.join()"));
        Assert.True(await Ink(page, "constellation") > 500);
        await page.Until("#frames", text => Number(text) > 100);
        await page.Until("#right-of", text => Number(text[3..]) > 100);
        await Expect(page["#p99"]).ToContainTextAsync("99 %:");
        await Expect(page["#refused"]).ToHaveTextAsync("0");
        await Expect(page["#expected"]).ToContainTextAsync("on the test set");
        await Expect(page["#curve .known-point"]).ToHaveCountAsync(PagePairs.Points.Count);
        await Expect(page["#curve .now-line"]).ToHaveCountAsync(1);
        await page.Keep("desktop");
        page.IsClean();
    }

    [SkippableFact]
    public async Task Names_the_nearest_images_where_the_pair_retrieves()
    {
        await using var server = await TestServer.Start(pairs: root => RetrievalPairs.Make(classes: [.. PagePairs.Classes.Take(3)]).Write(Path.Combine(root, "finder")));
        await using var page = await OpenPage.At(chromium, server.Server.Http!);
        await Wait.Until(async () => (int)(await server.Status())["resultClients"]! == 1, "the page listens");
        using var sender = new Sender(server, 1);
        sender.Send(server.Open("finder"), [1, 2], label: 1);
        await Expect(page["#latest"]).ToBeVisibleAsync();
        await Expect(page["#pair"]).ToHaveTextAsync("finder: split at pool1, 2 symbols, 3 classes, a gallery of 3 images");
        await Expect(page["#answer"]).ToHaveTextAsync(PagePairs.Shown[1]);
        await Expect(page["#truth"]).ToHaveTextAsync("✓ right");
        await Expect(page["#sure-of"]).ToHaveTextAsync("0.894");
        await Expect(page["#near-what"]).ToBeVisibleAsync();
        await Expect(page["#sure-what"]).ToBeHiddenAsync();
        await Expect(page["#top-title"]).ToHaveTextAsync("Classes of the nearest images");
        await Expect(page["#top .share"]).ToHaveTextAsync(["0.894", "0.447", "−0.949"]);
        await Expect(page["#nearest li"]).ToHaveTextAsync([$"{PagePairs.Shown[1]}: image 1 of the gallery, 0.894", $"{PagePairs.Shown[0]}: image 0 of the gallery, 0.447", $"{PagePairs.Shown[2]}: image 2 of the gallery, −0.949"]);
        await Expect(page["#foretold"]).ToHaveTextAsync("");
        await page.Keep("retrieval");
        page.IsClean();
    }

    [SkippableFact]
    public async Task A_stream_of_samples_that_is_out_of_place_is_said()
    {
        using var socket = new NetMQ.Sockets.PushSocket();
        string address = $"tcp://127.0.0.1:{socket.BindRandomPort("tcp://127.0.0.1")}";
        await using var server = await TestServer.Start((options, _) => options with { Zmq = address, ZmqPilots = 8 });
        await using var page = await OpenPage.At(chromium, server.Server.Http!);
        await Expect(page["#stream"]).ToBeHiddenAsync();
        NetMQ.OutgoingSocketExtensions.SendFrame(socket, new byte[100_000]);
        await Expect(page["#stream"]).ToContainTextAsync("No pilot is found in the stream of samples");
        await page.Keep("out of place");
        page.IsClean();
    }

    [SkippableFact]
    public async Task The_slider_moves_the_channel_by_keyboard_and_the_estimate_follows()
    {
        await using var demo = await Demo.Start();
        await using var page = await OpenPage.At(chromium, demo.Address);
        await page.SeesFrames();
        await Expect(page["#slider"]).ToBeVisibleAsync();
        await Expect(page["#slider-value"]).ToHaveTextAsync("10.0 dB");

        for (int i = 0; i < 10 && await page.Page.EvaluateAsync<string>("document.activeElement.id") != "slider"; i++)
            await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Home");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(page["#slider-value"]).ToHaveTextAsync("−5.5 dB");
        await Expect(page["#slider"]).ToHaveAttributeAsync("aria-valuetext", "−5.5 dB");
        await Expect(page["#snr"]).ToHaveTextAsync("−5.5 dB");
        Assert.Equal(-5.5, demo.Device.SnrDb);
        // Blind, from the power of what arrives alone.
        await page.Until("#measured", text => Measured(text) is > -6.3 and < -4.7);
        await page.Until("#expected", text => text.StartsWith("At −5.5 dB: 23.3 % right on the test set", StringComparison.Ordinal));

        await page.Page.Keyboard.PressAsync("End");
        await Expect(page["#snr"]).ToHaveTextAsync("20.0 dB");
        Assert.Equal(20, demo.Device.SnrDb);
        await page.Until("#measured", text => Measured(text) is > 15 and < 26);
        // Five of six labels are the pair's own answers; a frame or two may have been passed over.
        await page.Until("#recent", text => Number(text) is >= 32 and <= 35 && text.EndsWith("of 40 right", StringComparison.Ordinal));
        await page.Until("#truth", text => text == "✓ right");
        await page.Until("#truth", text => text.StartsWith("✗ it is ", StringComparison.Ordinal) && PagePairs.Shown.Contains(text[8..]));
        page.IsClean();
    }

    [SkippableFact]
    public async Task Fits_a_phone()
    {
        await using var demo = await Demo.Start();
        await using var page = await OpenPage.At(chromium, demo.Address,
            new() { ViewportSize = new() { Width = 360, Height = 740 }, DeviceScaleFactor = 2, IsMobile = true, HasTouch = true });
        await page.SeesFrames();
        // Every class comes to be shown, the longest name among them.
        demo.Device.SnrDb = -6;
        await page.Until("#frames", text => Number(text) > 150);
        Assert.Equal(360, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await page.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('button, select, input, summary')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.id)"));
        await page.Keep("phone");
        page.IsClean();
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Can_be_read_in_light_and_dark(ColorScheme scheme)
    {
        await using var demo = await Demo.Start();
        await using var page = await OpenPage.At(chromium, demo.Address, new() { ColorScheme = scheme, ViewportSize = new() { Width = 1280, Height = 860 } });
        await page.SeesFrames();
        double[] ground = Colour(await page.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.Equal(scheme == ColorScheme.Dark, Luminance(ground) < .18);
        double[] card = Colour(await page.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('section')).backgroundColor"));
        string bar = await page.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('#top .bar')).backgroundColor");
        foreach (string selector in (string[])["#answer", "#frame", "#measured", "summary", "dt", "#truth"])
        {
            double[] text = Colour(await page.Page.EvaluateAsync<string>("s => getComputedStyle(document.querySelector(s)).color", selector));
            Assert.True(Contrast(text, card) >= 4.5, $"{selector}: {Contrast(text, card):0.0}");
        }
        double[] name = Colour(await page.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('#top .name')).color"));
        Assert.True(Contrast(name, Colour(bar)) >= 4.5);
        if (scheme == ColorScheme.Dark)
        {
            await page.Until("#frames", text => Number(text) > 100);
            await page.Keep("dark");
        }
        page.IsClean();
    }

    [SkippableFact]
    public async Task Hostile_names_stay_text()
    {
        await using var demo = await Demo.Start();
        await using var page = await OpenPage.At(chromium, demo.Address);
        await page.SeesFrames();
        string[] names = [.. await page["#top .name"].AllInnerTextsAsync()];
        Assert.Subset(PagePairs.Shown.ToHashSet(), names.ToHashSet());
        Assert.True(names.Count(name => name.AsSpan().IndexOfAny("<{&") >= 0) >= 3, string.Join('\n', names));
        Assert.False(await page.Page.EvaluateAsync<bool>("'harmed' in window"));
        Assert.Equal(0, await page["main img, main script, main style, main iframe, main svg[onload], main h1"].CountAsync());
        page.IsClean();
    }

    [SkippableFact]
    public async Task Says_when_the_server_is_gone_and_goes_on_when_it_is_back()
    {
        await using var demo = await Demo.Start();
        await using var page = await OpenPage.At(chromium, demo.Address);
        await page.SeesFrames();
        await demo.Server.Server.StopAsync();
        await Expect(page["#link"]).ToHaveTextAsync("disconnected, trying again");
        await Expect(page["#link"]).ToHaveAttributeAsync("role", "status");

        await using var again = await Demo.Start(http: demo.Address.Port);
        await Expect(page["#link"]).ToHaveTextAsync("live");
    }

    [SkippableFact]
    public async Task Another_device_can_be_chosen()
    {
        await using var demo = await Demo.Start();
        await using var other = new DemoDevice(demo.Pair, device: 0xd2) { SnrDb = 3 };
        await using var page = await OpenPage.At(chromium, demo.Address);
        await page.SeesFrames();
        await Expect(page["#device-choice"]).ToBeHiddenAsync();
        other.SendTo(demo.Server.Server.Udp!);
        await Expect(page["#device-choice"]).ToBeVisibleAsync();
        await Expect(page["#snr"]).ToHaveTextAsync("10.0 dB");
        await page["#device"].FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(page["#device"]).ToHaveValueAsync("00000000000000d2");
        await Expect(page["#snr"]).ToHaveTextAsync("3.0 dB");
        await Expect(page["#frame"]).ToContainTextAsync("00000000000000d2");
        page.IsClean();
    }

    [SkippableFact]
    public async Task Pause_holds_the_page_and_goes_on()
    {
        await using var demo = await Demo.Start();
        await using var page = await OpenPage.At(chromium, demo.Address);
        await page.SeesFrames();
        await page["#pause"].FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page["#pause"]).ToHaveTextAsync("Resume");
        await Expect(page["#link"]).ToHaveTextAsync("paused");
        string held = await page["#frames"].InnerTextAsync();
        await Task.Delay(500);
        Assert.Equal(held, await page["#frames"].InnerTextAsync());
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Until("#frames", text => Number(text) > Number(held));
        await Expect(page["#link"]).ToHaveTextAsync("live");
        page.IsClean();
    }

    [SkippableFact]
    public async Task Works_with_a_key_which_the_browser_asks_for()
    {
        var (key, line) = ApiKeys.Make("garden");
        await using var demo = await Demo.Start((options, root) =>
        {
            string file = Path.Combine(root, "keys.txt");
            File.WriteAllText(file, line);
            return options with { ApiKeys = file };
        });
        using var stranger = new HttpClient { BaseAddress = demo.Address };
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await stranger.GetAsync("/")).StatusCode);
        // As when a person fills in the browser's question.
        await using var page = await OpenPage.At(chromium, demo.Address, new() { HttpCredentials = new() { Username = "garden", Password = key } });
        await page.SeesFrames();
        await page["#slider"].FocusAsync();
        await page.Page.Keyboard.PressAsync("End");
        await Expect(page["#snr"]).ToHaveTextAsync("20.0 dB");
    }

    /// <summary>The first number of a text, with its thousands.</summary>
    static double Number(string text) => double.Parse(FirstNumber().Match(text).Value.Replace('−', '-').Replace(",", ""), CultureInfo.InvariantCulture);

    static double? Measured(string text) => text.StartsWith("measured: ", StringComparison.Ordinal) && FirstNumber().IsMatch(text) ? Number(text) : null;

    /// <summary>How many pixels of a canvas are drawn on.</summary>
    static Task<int> Ink(OpenPage page, string id) => page.Page.EvaluateAsync<int>(
        "id => { const c = document.getElementById(id); return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((v, i) => i % 4 === 3 && v > 0).length; }", id);

    static double[] Colour(string css) => [.. FirstNumber().Matches(css).Take(3).Select(part => double.Parse(part.Value, CultureInfo.InvariantCulture) / 255)];

    /// <summary>WCAG 2.2's relative luminance of sRGB.</summary>
    static double Luminance(double[] rgb)
    {
        double[] linear = [.. rgb.Select(v => v <= .04045 ? v / 12.92 : Math.Pow((v + .055) / 1.055, 2.4))];
        return .2126 * linear[0] + .7152 * linear[1] + .0722 * linear[2];
    }

    static double Contrast(double[] a, double[] b)
    {
        double la = Luminance(a), lb = Luminance(b);
        return (Math.Max(la, lb) + .05) / (Math.Min(la, lb) + .05);
    }

    [GeneratedRegex(@"[−-]?\d[\d,]*(\.\d+)?")]
    private static partial Regex FirstNumber();
}
