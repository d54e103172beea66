using ConceptExpress.Testing;
using Deque.AxeCore.Commons;
using PuppeteerSharp;
using PuppeteerSharp.Media;

namespace ConceptExpress.Library.Tests.Pages;

/// <summary>A browser without a window, for all tests of a class; none if this machine has no Chromium.</summary>
public sealed class Chromium : IAsyncLifetime
{
    static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    readonly TemporaryFolder temp = new();
    IBrowser? browser;

    /// <summary>A page with the report of two concepts whose picture has a hostile name.</summary>
    public Uri Report { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (Places.FirstOrDefault(File.Exists) is not { } program) return;
        Directory.CreateDirectory(temp["user"]);
        browser = await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = program,
            Headless = true,
            UserDataDir = temp["user"],
            Args = Arguments,
        });
        File.WriteAllText(temp["report.html"],
            SampleReports.Page(SampleReports.Full(SampleReports.Hostile) with { Samples = SampleReports.Samples(temp) }));
        Report = new Uri(temp["report.html"]);
    }

    /// <summary>Opens the report; skips the test if there is no browser.</summary>
    public async Task<IPage> Open(int width = 1280, string scheme = "light", bool script = true, List<string>? heard = null)
    {
        Assert.SkipUnless(browser is not null, $"There is no Chromium on this machine ({string.Join(", ", Places)}).");
        var page = await browser!.NewPageAsync();
        page.Console += (_, told) => heard?.Add(told.Message.Text);
        page.PageError += (_, failed) => heard?.Add(failed.Message);
        page.Request += (_, asked) =>
        {
            if (asked.Request.Url != Report.AbsoluteUri && !asked.Request.Url.StartsWith("data:", StringComparison.Ordinal))
                heard?.Add(asked.Request.Url);
        };
        await page.SetJavaScriptEnabledAsync(script);
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 800, HasTouch = width < 500 });
        await page.EmulateMediaFeaturesAsync(
            [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme }]);
        await page.GoToAsync(Report.AbsoluteUri);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        temp.Dispose();
    }
}

public sealed class ReportInBrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    const string Idle = "Point at a concept, or tap it.", Status = "document.querySelector('[role=status]').textContent";

    [Fact]
    public async Task ThePage_OpensWithoutErrors_AndLoadsNothing()
    {
        List<string> heard = [];
        await using var page = await chromium.Open(heard: heard);
        Assert.Equal($"{SampleReports.Hostile}: 2 concepts", await page.GetTitleAsync());
        Assert.Equal(Idle, await page.EvaluateExpressionAsync<string>(Status));
        Assert.Empty(heard);
    }

    [Fact]
    public async Task AMask_TellsItsName_WhenPointedAt_Focused_OrTapped()
    {
        await using var page = await chromium.Open();
        await page.HoverAsync(".mask[data-concept='0']");
        Assert.Contains("ball", await page.EvaluateExpressionAsync<string>(Status));
        Assert.True(await page.EvaluateExpressionAsync<bool>("document.querySelector('.legend [data-concept=\"0\"]').matches('.on')"));
        await page.HoverAsync("h1");
        Assert.Equal(Idle, await page.EvaluateExpressionAsync<string>(Status));
        await page.HoverAsync(".legend [data-concept='1']");
        Assert.True(await page.EvaluateExpressionAsync<bool>("document.querySelector('.mask[data-concept=\"1\"]').matches('.on')"));
        await page.HoverAsync("h1");
        await page.FocusAsync(".mask[data-concept='1']");
        await page.Keyboard.PressAsync("Enter");
        Assert.StartsWith("1: ", await page.EvaluateExpressionAsync<string>(Status));
        await page.Keyboard.PressAsync("Escape");
        await using var phone = await chromium.Open(width: 360);
        await phone.TapAsync(".mask[data-concept='0']");
        Assert.Contains("ball", await phone.EvaluateExpressionAsync<string>(Status));
    }

    [Theory]
    [InlineData(360)]
    [InlineData(768)]
    [InlineData(1024)] // 1280 at 125 %
    public async Task ThePage_IsNotWiderThanTheWindow(int width)
    {
        await using var page = await chromium.Open(width);
        Assert.Equal(width, await page.EvaluateExpressionAsync<int>("document.documentElement.scrollWidth"));
    }

    [Theory]
    [InlineData("light", 360)]
    [InlineData("dark", 1280)]
    public async Task ThePage_IsAccessible_InBothThemes(string scheme, int width)
    {
        await using var page = await chromium.Open(width, scheme);
        var paper = await page.EvaluateExpressionAsync<string>("getComputedStyle(document.body).backgroundColor");
        Assert.Equal(scheme == "light", int.Parse(paper[4..].Split(',')[0]) > 200);
        await page.EvaluateExpressionAsync(new BundledAxeScriptProvider().GetScript());
        Assert.Equal("", await page.EvaluateExpressionAsync<string>(
            "axe.run().then(found => found.violations.map("
            + "each => each.id + ' ' + each.nodes.map(node => node.html).join(' ')).join('\\n'))"));
        await page.ClickAsync("#theme");
        Assert.NotEqual(paper, await page.EvaluateExpressionAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task Printed_ItHasPages_AndAllSettings()
    {
        await using var page = await chromium.Open();
        var pdf = await page.PdfDataAsync(new PdfOptions { Format = PaperFormat.A4, PrintBackground = true });
        Assert.InRange(System.Text.RegularExpressions.Regex.Count(System.Text.Encoding.Latin1.GetString(pdf), @"/Type\s*/Page\b"), 2, 20);
        await page.EmulateMediaTypeAsync(MediaType.Print);
        Assert.True(await page.EvaluateExpressionAsync<bool>(
            "[...document.querySelectorAll('details tr')].every(row => row.checkVisibility({ contentVisibilityAuto: true }))"));
        Assert.False(await page.EvaluateExpressionAsync<bool>("document.querySelector('.copy').checkVisibility()"));
    }

    [Fact]
    public async Task WithoutItsScript_ThePageShowsEverything()
    {
        await using var page = await chromium.Open(script: false);
        await page.SetJavaScriptEnabledAsync(true); // only to look
        Assert.Equal(3, await page.EvaluateExpressionAsync<int>(
            "[...document.querySelectorAll('[data-pass]')].filter(frame => frame.checkVisibility()).length"));
        Assert.Equal(0, await page.EvaluateExpressionAsync<int>(
            "[...document.querySelectorAll('button')].filter(button => button.checkVisibility()).length"));
    }

    [Fact]
    public async Task Samples_AreChosenByTheSlider()
    {
        await using var page = await chromium.Open();
        const string Shown = "[...document.querySelectorAll('[data-pass]')].filter(frame => frame.checkVisibility())"
            + ".map(f => f.dataset.pass).join()";
        Assert.Equal("15", await page.EvaluateExpressionAsync<string>(Shown));
        await page.FocusAsync("#pass");
        await page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal("10", await page.EvaluateExpressionAsync<string>(Shown));
    }
}
