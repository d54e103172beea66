using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;

namespace ConceptExpress.Library.Pages;

/// <summary>The picture, which the page holds once, with the concepts' masks over it, and the list of the concepts.</summary>
static class ReportPicture
{
    const int MaxSide = 1024;
    const double NumberSize = 1 / 13.0; // height of the numbers, as a share of the picture's shorter side

    /// <summary>The picture's definition, which all figures use.</summary>
    public static Markup Photo(RgbImage image) => Markup.Of($"""
        <image id="photo" class="{PictureData.ClassOf(image.Size)}" width="{image.Width}" height="{image.Height}" preserveAspectRatio="none"
        href="{PictureData.Of(image, MaxSide)}"/>
        """);

    /// <summary>The definition of a mask's outline, which all figures use.</summary>
    public static Markup Outline(ReportConcept concept) => Markup.Of($"""
        <path id="mask-{concept.Number}" d="{concept.Outline.Path}"/>

        """);

    /// <summary>The first section: picture and list, whose parts belong together by their number.</summary>
    public static Markup Section(ExtractionReport report, IReadOnlyList<ReportConcept> concepts)
    {
        var size = report.Image.Image.Size;
        return Markup.Of($"""
            <section class="overview{(concepts.Count == 0 ? " bare" : "")}" aria-label="The picture and its concepts">
            <figure class="picture">
            <svg viewBox="0 0 {size.Width} {size.Height}" role="group" aria-label="The picture with its concepts">
            <use href="#photo"/>
            <g class="masks">
            {Markup.Each(concepts.OrderByDescending(concept => concept.Coverage), Mask)}</g>
            <g class="numbers" aria-hidden="true" font-size="{Math.Min(size.Width, size.Height) * NumberSize:0.##}">
            {Markup.Each(concepts, concept => Number(concept, size))}</g>
            </svg>
            {(concepts.Count == 0 ? Markup.Empty : Caption())}
            </figure>
            {(concepts.Count == 0 ? Markup.Empty : List(concepts))}
            </section>
            """);
    }

    /// <summary>The concept in words: what its mask says when it is pointed at.</summary>
    static string Description(ReportConcept concept)
    {
        var name = concept.Record.Naming?.Name is { } suggested ? $"{concept.Record.Token}, perhaps {suggested}" : concept.Record.Token;
        return FormattableString.Invariant($"{concept.Number}: {name}; covers {100 * concept.Coverage:0.0} % of the picture");
    }

    // Larger masks come first, so that a small one inside a large one can be pointed at.
    static Markup Mask(ReportConcept concept) => Markup.Of($"""
        <g class="mask {concept.Color}" data-concept="{concept.Number}" role="button" tabindex="0" aria-pressed="false"
        aria-label="{Description(concept)}"><title>{Description(concept)}</title><use href="#mask-{concept.Number}"/></g>

        """);

    static Markup Number(ReportConcept concept, PixelSize size)
    {
        // Digits are about 0.7 times as high as the font, and 0.6 times as wide.
        var height = Math.Min(size.Width, size.Height) * NumberSize;
        var x = Math.Clamp(concept.Outline.Center.X, 0.6 * height, Math.Max(0.6 * height, size.Width - 0.6 * height));
        var y = Math.Clamp(concept.Outline.Center.Y + 0.35 * height, 0.8 * height, Math.Max(0.8 * height, size.Height - 0.1 * height));
        return Markup.Of($"""
            <text x="{x:0.##}" y="{y:0.##}" data-concept="{concept.Number}">{concept.Number}</text>

            """);
    }

    static Markup Caption() => Markup.Of($"""
        <figcaption><span role="status" class="screen-only" data-idle="Point at a concept, or tap it.">Point at a concept, or tap it.</span>
        <button type="button" id="hide-masks" class="script-only" aria-pressed="false">Hide masks</button></figcaption>
        """);

    static Markup List(IReadOnlyList<ReportConcept> concepts) => Markup.Of($"""
        <ol class="legend" start="0">
        {Markup.Each(concepts, Row)}</ol>
        """);

    static Markup Name(ReportConcept concept) =>
        concept.Record.Naming?.Name is { } name ? Markup.Of($"<b>{name}</b> ") : Markup.Empty;

    static Markup Row(ReportConcept concept) => Markup.Of($"""
        <li><a href="#concept-{concept.Number}" class="{concept.Color}" data-concept="{concept.Number}">
        <span class="swatch" aria-hidden="true">{concept.Number}</span>
        <span class="names">{Name(concept)}<code>{concept.Record.Token}</code></span>
        <span class="share">{100 * concept.Coverage:0.0} %</span></a></li>

        """);
}
