using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Library.Pages;

/// <summary>What the words draw: previews of one, a preview of all, and samples drawn while learning.</summary>
static class DrawnPictures
{
    // The bounds keep the page small: about 2 MB for all of these.
    const int MaxPreviews = 36, MaxOfOne = 6, PreviewSide = 384, JointSide = 640, MaxSamples = 20, SampleSide = 512;

    /// <summary>The previews of one concept: as many as the page has room for, the first ones.</summary>
    public static Markup Alone(ReportConcept concept, ExtractionReport report)
    {
        if (report.Previews is not { } previews) return Markup.Empty;
        var drawn = previews.OfConcepts[concept.Number];
        var shown = Math.Clamp(MaxPreviews / previews.OfConcepts.Count, 1, MaxOfOne);
        var more = drawn.Count > shown ? $" ({shown} of {drawn.Count} shown)" : "";
        return Markup.Each(drawn.Take(shown), (picture, i) => Markup.Of($"""
            <figure>{Picture(picture, PreviewSide, $"Preview {i} of {concept.Record.Token}")}
            <figcaption>its word draws this{(i == 0 ? more : "")}</figcaption></figure>

            """));
    }

    /// <summary>The preview of all concepts, with its prompt; nothing if there is none.</summary>
    public static Markup Together(ExtractionReport report, IReadOnlyList<ReportConcept> concepts) =>
        report.Previews?.Joint is not { } joint ? Markup.Empty : Markup.Of($"""
            <figure class="joint">{Picture(joint, JointSide, "Preview of all concepts together")}
            <figcaption>drawn from <q>{PhotoPrompt.Of(concepts.Select(concept => concept.Record.Token))}</q></figcaption></figure>
            """);

    /// <summary>The samples in the order of their passes; nothing if there are none. Of many, some at equal distances are shown.</summary>
    public static Markup Samples(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0) return Markup.Empty;
        var count = Math.Min(paths.Count, MaxSamples);
        var shown = Enumerable.Range(1, count).Select(i => paths[i * paths.Count / count - 1]).ToList();
        var more = shown.Count < paths.Count ? $"; {shown.Count} of {paths.Count} samples are shown" : "";
        return Markup.Of($"""
            <div class="samples"><h3>Samples while learning</h3>
            <p>What the words drew after some of the passes, in the order of the concepts, row by row{more}.</p>
            <p class="scrub script-only"><label for="pass">pass</label>
            <input type="range" id="pass" min="0" max="{shown.Count - 1}" value="{shown.Count - 1}"><output for="pass"></output></p>
            <div class="frames" tabindex="0" role="group" aria-label="Samples by pass">
            {Markup.Each(shown, Frame)}</div></div>
            """);
    }

    static Markup Frame(string path)
    {
        var pass = int.Parse(string.Concat(Path.GetFileName(path).Where(char.IsAsciiDigit)));
        return Markup.Of($"""
            <figure data-pass="{pass}">{Picture(ImageReader.Read(path), SampleSide, $"Sample after pass {pass}")}
            <figcaption>pass {pass}</figcaption></figure>

            """);
    }

    static Markup Picture(RgbImage image, int maxSide, string what) => Markup.Of($"""
        <img class="{PictureData.ClassOf(image.Size)}" width="{image.Width}" height="{image.Height}" alt="{what}"
        src="{PictureData.Of(image, maxSide)}">
        """);
}
