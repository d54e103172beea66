using System.Text;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Pages;

/// <summary>
/// Writes an extraction as one page of HTML that holds its own pictures: the picture with its concepts, a card per concept, what all words
/// draw together, how learning went, the settings, and the run. It loads nothing and works without a script, except for copying, hiding
/// masks, scrubbing through samples and choosing a theme.
/// </summary>
static class ReportPage
{
    /// <summary>Returns the text of the page.</summary>
    /// <param name="manifest">The manifest that was written beside the page.</param>
    /// <param name="report">The same extraction; it was not only located.</param>
    public static string Of(ConceptManifest manifest, ExtractionReport report)
    {
        var concepts = ReportConcept.All(manifest, report);
        var body = Markup.Of($"""
            <svg class="shared" aria-hidden="true" width="0" height="0"><defs>
            {ReportPicture.Photo(report.Image.Image)}
            {Markup.Each(concepts, ReportPicture.Outline)}</defs></svg>
            {Header(report)}
            <main>
            {Notices(report)}
            {ReportPicture.Section(report, concepts)}
            {Section("concepts", "Concepts", Markup.Each(concepts, concept => ConceptCard.Of(concept, report)))}
            {Section("programs", "In other programs", ProgramsTable.Of(concepts))}
            {Section("together", "All together", DrawnPictures.Together(report, concepts))}
            {Section("learning", "Learning", Markup.Of($"{LossFigure.Of(report.Steps)}{DrawnPictures.Samples(report.Samples)}"))}
            {Section("settings", "Settings", SettingsTable.Of(report))}
            {Section("run", "Run", RunFigures.Of(report))}
            </main>
            <footer><p>Made by ConceptExpress {report.Run.Version}. This page holds everything it shows; it loads nothing.</p></footer>
            """);
        return HtmlPage.Of($"{report.ImageName}: {Count(concepts.Count, "concept")}",
            HtmlPage.Resource("page.css") + HtmlPage.Resource("report.css") + ConceptColors(), HtmlPage.Resource("report.js"), body);
    }

    /// <summary>Returns a number with its noun: <c>1 concept</c>, <c>2 concepts</c>.</summary>
    internal static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    static Markup Header(ExtractionReport report) => Markup.Of($"""
        <header class="top">
        <p class="eyebrow">ConceptExpress report</p>
        <h1><bdi>{report.ImageName}</bdi></h1>
        <p class="lead">{Count(report.Located.Count, "concept")}{(report.GivenMasks ? ", with given masks" : "")} ·
        {report.Image.Image.Width} × {report.Image.Image.Height} pixels · preset {SettingsTable.NameOf(report.Settings.Preset)} ·
        <time datetime="{report.Run.Date.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}">{report.Run.Date.UtcDateTime:d MMMM yyyy, HH:mm} UTC</time></p>
        <button type="button" id="theme" class="script-only">Dark theme</button>
        </header>
        """);

    static Markup Notices(ExtractionReport report)
    {
        List<string> notices = [.. report.Warnings];
        if (report.Unfinished is { } unfinished)
            notices.Insert(0, $"This extraction is unfinished: {unfinished.Pass} of {unfinished.Passes} passes are done. The words can be "
                + "used as they are, and the extraction can be resumed.");
        if (report.Located.Count == 0 && notices.Count == 0) notices.Add("Nothing stands out in this picture, so it has no concepts.");
        return notices.Count == 0 ? Markup.Empty : Markup.Of($"""
            <ul class="notices" aria-label="Notices">{Markup.Each(notices, notice => Markup.Of($"<li>{Sentence(notice)}</li>"))}</ul>
            """);
    }

    static string Sentence(string text) => text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..] : text;

    /// <summary>A section with a heading; nothing if it would be empty.</summary>
    static Markup Section(string id, string title, Markup content) => content.ToString().Length == 0 ? Markup.Empty : Markup.Of($"""
        <section id="{id}" aria-labelledby="{id}-title"><h2 id="{id}-title">{title}</h2>
        {content}
        </section>
        """);

    // Style attributes are forbidden by the page's policy, so every color has a class.
    static string ConceptColors()
    {
        var css = new StringBuilder();
        for (var i = 0; i < Rgb.Count; i++)
        {
            var color = Rgb.Of(i);
            css.Append($".k{i} {{ --k: rgb({color.Red} {color.Green} {color.Blue}); --o: {(IsLight(color) ? "#111" : "#fff")} }}\n");
        }
        return css.ToString();
    }

    // Black text has the larger contrast on it (relative luminance above 0.179).
    static bool IsLight(Rgb color)
    {
        static double Linear(byte channel) => channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        return 0.2126 * Linear(color.Red) + 0.7152 * Linear(color.Green) + 0.0722 * Linear(color.Blue) > 0.179;
    }
}

/// <summary>One concept as the page shows it.</summary>
/// <param name="Number">Its number, from 0, the same as in the overlay.</param>
/// <param name="Record">Its record in the manifest.</param>
/// <param name="Outline">Its mask as a path.</param>
sealed record ReportConcept(int Number, ConceptRecord Record, MaskOutline Outline)
{
    /// <summary>Returns all concepts of an extraction, in their order.</summary>
    public static IReadOnlyList<ReportConcept> All(ConceptManifest manifest, ExtractionReport report) =>
        [.. manifest.Concepts.Select((record, i) =>
            new ReportConcept(i, record, MaskOutline.Of(report.Located[i], report.Image.Image.Size)))];

    /// <summary>What people call it: the suggested name, or else the word.</summary>
    public string Title => Record.Naming?.Name ?? Record.Token;

    /// <summary>The class of its color.</summary>
    public string Color => $"k{Number % Rgb.Count}";

    /// <summary>The share of the picture that it covers, 0 to 1.</summary>
    public double Coverage => Record.Coverage ?? 0;
}
