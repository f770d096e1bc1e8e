using Microsoft.Playwright;

namespace Heliograph.Edge.Tests.Page;

/// <summary>The page in a browser, and all that it complained of or asked others for.</summary>
sealed class OpenPage : IAsyncDisposable
{
    readonly IBrowserContext context;
    readonly List<string> complaints = [], strangers = [];

    OpenPage(IBrowserContext context, IPage page) => (this.context, Page) = (context, page);

    public IPage Page { get; }

    public ILocator this[string selector] => Page.Locator(selector);

    /// <summary>Opens the page; it must answer.</summary>
    public static async Task<OpenPage> At(Chromium chromium, Uri address, BrowserNewContextOptions? options = null)
    {
        var context = await chromium.Browser.NewContextAsync(options ?? new() { ViewportSize = new() { Width = 1280, Height = 860 } });
        var page = await context.NewPageAsync();
        var opened = new OpenPage(context, page);
        page.Console += (_, message) =>
        {
            // Only tests look at what a canvas holds, again and again.
            if (message.Type is "error" or "warning" && !message.Text.Contains("Multiple readback operations", StringComparison.Ordinal))
                opened.complaints.Add($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => opened.complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.ToString(), StringComparison.Ordinal))
                opened.strangers.Add(request.Url);
        };
        var answer = await page.GotoAsync(address.ToString());
        Assert.Equal(200, answer!.Status);
        return opened;
    }

    /// <summary>Waits until frames are shown.</summary>
    public async Task SeesFrames()
    {
        await Assertions.Expect(this["#link"]).ToHaveTextAsync("live");
        await Assertions.Expect(this["#latest"]).ToBeVisibleAsync();
    }

    /// <summary>Waits until a condition on the text of an element holds.</summary>
    public async Task Until(string selector, Func<string, bool> holds)
    {
        string text = "";
        for (int i = 0; i < 600; i++)
        {
            text = await this[selector].InnerTextAsync();
            if (holds(text))
                return;
            await Task.Delay(50);
        }
        Assert.Fail($"{selector} stays at '{text}'");
    }

    /// <summary>Asserts that the console is clean and that nobody but the server was asked for anything.</summary>
    public void IsClean()
    {
        Assert.Empty(complaints);
        Assert.Empty(strangers);
    }

    /// <summary>Keeps a picture, of the whole page or of what the window shows, in the folder screenshots of the tests' output.</summary>
    public Task Keep(string name, bool whole = true) =>
        Page.ScreenshotAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "screenshots", name + ".png"), FullPage = whole });

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
