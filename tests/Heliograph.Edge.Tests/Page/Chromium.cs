using Microsoft.Playwright;

namespace Heliograph.Edge.Tests.Page;

/// <summary>The system's Chromium, started once for all tests of the page. None is ever downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    static readonly string? Program = new[] { Environment.GetEnvironmentVariable("HELIOGRAPH_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
        .FirstOrDefault(File.Exists);

    IPlaywright? playwright;
    IBrowser? browser;

    /// <summary>The browser; the test is skipped where there is none.</summary>
    public IBrowser Browser
    {
        get
        {
            Skip.If(Program is null, "Chromium is not installed (Debian: apt install chromium; or HELIOGRAPH_CHROMIUM=PROGRAM)");
            return browser!;
        }
    }

    public async Task InitializeAsync()
    {
        if (Program is null)
            return;
        // Machines that test are busy.
        Assertions.SetDefaultExpectTimeout(30_000);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
