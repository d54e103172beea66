using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Attention;
using ConceptExpress.Extraction.Naming;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Programs;

namespace ConceptExpress.Library.Pages;

/// <summary>
/// The card of a concept: its close-up, what its word draws, where it is seen, what it may be called, and how other programs write it.
/// </summary>
static class ConceptCard
{
    const double Margin = 0.15; // around a close-up, as a share of the concept's longer side
    const int MaxNearest = 8;

    /// <summary>Returns the card.</summary>
    public static Markup Of(ReportConcept concept, ExtractionReport report) => Markup.Of($"""
        <article class="card {concept.Color}" id="concept-{concept.Number}" aria-labelledby="concept-{concept.Number}-title">
        <header><span class="swatch" aria-hidden="true">{concept.Number}</span>
        <h3 id="concept-{concept.Number}-title">{concept.Title}</h3>{Word(concept)}
        <p class="facts">covers {100 * concept.Coverage:0.0} %, stands out {concept.Record.Saliency:0.0} times the
        average{Sure(concept)}</p></header>
        <div class="views">
        {CloseUp(concept, report.Image.Image.Size)}{DrawnPictures.Alone(concept, report)}{Maps(concept, report)}</div>
        <div class="words">
        {Nearest(concept.Record.Naming)}{Use(concept)}</div>
        </article>

        """);

    // A title that is not the word has the word beside it.
    static Markup Word(ReportConcept concept) =>
        concept.Title == concept.Record.Token ? Markup.Empty : Markup.Of($"<code>{concept.Record.Token}</code>");

    static Markup CloseUp(ReportConcept concept, PixelSize size)
    {
        var (left, top, right, bottom) = concept.Outline.Box;
        var side = Math.Min((1 + 2 * Margin) * Math.Max(right - left, bottom - top), Math.Max(size.Width, size.Height));
        static double Begin(double low, double high, double side, double length) =>
            side >= length ? (length - side) / 2 : Math.Clamp((low + high - side) / 2, 0, length - side);
        var (x, y) = (Begin(left, right, side, size.Width), Begin(top, bottom, side, size.Height));
        return Markup.Of($"""
            <figure>
            <svg class="tile" viewBox="{x:0.##} {y:0.##} {side:0.##} {side:0.##}" role="img"
            aria-label="Close-up of {concept.Record.Token}">
            <use href="#photo"/><path class="outside" d="M0 0H{size.Width}V{size.Height}H0Z{concept.Outline.Path}"/>
            <use class="outline" href="#mask-{concept.Number}"/></svg><figcaption>in the picture</figcaption></figure>

            """);
    }

    static Markup Maps(ReportConcept concept, ExtractionReport report)
    {
        var (place, mask) = (report.Located[concept.Number], report.Located[concept.Number].Mask);
        var target = new AttentionMap(mask.Grid, place.Feature);
        return Markup.Of($"""
            {Map(concept, report, target, "its place attends to this")}{(report.WordMaps is { } maps
                ? Map(concept, report, maps[concept.Number], "its word is seen here") : Markup.Empty)}
            """);
    }

    static Markup Map(ReportConcept concept, ExtractionReport report, AttentionMap map, string what)
    {
        var size = report.Image.Image.Size;
        var (word, mask) = (concept.Record.Token, report.Located[concept.Number].Mask);
        var inside = $"{100 * ShareInside(map, mask):0} % inside its mask";
        return Markup.Of($"""
            <figure>
            <svg class="tile" viewBox="0 0 {size.Width} {size.Height}" role="img" aria-label="Attention of {word}: {what}, {inside}">
            <use class="under" href="#photo"/>
            <image width="{size.Width}" height="{size.Height}" preserveAspectRatio="none" href="{PictureData.Of(map)}"/>
            <use class="outline" href="#mask-{concept.Number}"/></svg><figcaption>{what} <small>{inside}</small></figcaption></figure>

            """);
    }

    /// <summary>Returns the share of a map's attention that falls into a mask, 0 to 1; 0 for a map of zeros.</summary>
    internal static double ShareInside(AttentionMap map, GridMask mask)
    {
        var (inside, all) = (0.0, 0.0);
        for (var y = 0; y < mask.Grid.Height; y++)
            for (var x = 0; x < mask.Grid.Width; x++)
            {
                var value = map.Values[(2 * y + 1) * map.Grid.Height / (2 * mask.Grid.Height) * map.Grid.Width
                    + (2 * x + 1) * map.Grid.Width / (2 * mask.Grid.Width)];
                all += value;
                if (mask[x, y]) inside += value;
            }
        return all > 0 ? inside / all : 0;
    }

    static string Sure(ReportConcept concept) =>
        concept.Record.Confidence is { } confidence ? FormattableString.Invariant($", {100 * confidence:0} % sure to be one thing") : "";

    static Markup Nearest(ConceptNaming? naming) => naming is null || naming.Nearest.Count == 0 ? Markup.Empty : Markup.Of($"""
        <div class="nearest"><h4>Nearest words</h4>
        {Markup.Each(naming.Nearest, list => Markup.Of($"""
            <p><span class="by">{Source(list.Key)}</span> {Markup.Each(list.Value.Take(MaxNearest), near =>
                Markup.Of($"<span class=\"chip\">{near.Word} <small>{near.Score:0.00}</small></span> "))}</p>

            """))}</div>

        """);

    static string Source(string list) => list switch
    {
        "embedding" => "by its vectors",
        "text" => "by the text encoder",
        "picture" => "by its picture",
        _ => list,
    };

    static Markup Use(ReportConcept concept) => concept.Record.Embedding is not { } file ? Markup.Empty : Markup.Of($"""
        <div class="use"><h4>In a prompt</h4>
        <dl>
        {Spelling("ConceptExpress", concept.Record.Token)}{Markup.Each(DrawingProgram.SpellingsOf(concept.Record.Name), each =>
            Spelling(each.Programs, each.Spelling))}</dl>
        <p class="file">file <code>{file}</code></p></div>

        """);

    static Markup Spelling(string program, string text) => Markup.Of($"""
        <div><dt>{program}</dt><dd><code>{text}</code>
        <button type="button" class="copy script-only" aria-label="Copy {text} for {program}">Copy</button></dd></div>

        """);
}
