using System.Globalization;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Library.Pages;

/// <summary>How long the phases took, on what machine, with which checkpoint, and what it takes to get the same result again.</summary>
static class RunFigures
{
    /// <summary>Returns the figures.</summary>
    public static Markup Of(ExtractionReport report)
    {
        var (run, model) = (report.Run, report.Model);
        var total = run.Seconds.Values.Sum();
        var longest = Math.Max(1e-9, run.Seconds.Values.DefaultIfEmpty(0).Max());
        var expected = run.Estimate is { } estimate
            ? $"; {Duration(estimate.TotalSeconds)} were expected once the concepts were located, without reading the checkpoint" : "";
        return Markup.Of($"""
            <table class="phases"><caption>Time of each phase, {Duration(total)} in all{expected}</caption>
            <tbody>
            {Markup.Each(run.Seconds, phase => Phase(phase.Key, phase.Value, phase.Value / longest))}</tbody></table>
            <div class="facts-grid">
            {Facts("Machine",
                ("peak memory", Bytes(run.PeakMemoryBytes)),
                ("expected", run.Estimate is { } memory ? Bytes(memory.PeakMemoryBytes) : null),
                ("device", run.Machine.Device), ("threads", $"{run.Machine.Threads}"),
                ("processor", run.Machine.Processor), ("cores", $"{run.Machine.Cores}"), ("system", run.Machine.System),
                (".NET", run.Machine.Runtime))}
            {Facts("Checkpoint",
                ("name", model.Name), ("fingerprint", model.Hash), ("precision", model.Precision), ("licence", model.Licence))}
            {Facts("Picture", ("file", report.ImageName), ("SHA-256", report.Image.Sha256))}
            </div>
            <p class="again">To get the same result again: <code>{ResultNames.Manifest}</code> beside this page is a file of settings. With
            it, the same picture, checkpoint, precision and device, and {ReportPage.Count(run.Machine.Threads, "thread")}, ConceptExpress
            {run.Version} writes the same masks, words and previews, byte for byte.</p>
            """);
    }

    static Markup Phase(string name, double seconds, double share) => Markup.Of($"""
        <tr><th scope="row">{name}</th><td class="bar">
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="{Math.Max(0.5, 100 * share):0.#}" height="8"/></svg></td><td class="time">{Duration(seconds)}</td></tr>

        """);

    static Markup Facts(string title, params IEnumerable<(string Name, string? Value)> facts) => Markup.Of($"""
        <div><h3>{title}</h3><dl>{Markup.Each(facts.Where(fact => !string.IsNullOrEmpty(fact.Value)), fact =>
            Markup.Of($"<div><dt>{fact.Name}</dt><dd><bdi>{fact.Value}</bdi></dd></div>"))}</dl></div>
        """);

    static string Duration(double seconds) => seconds switch
    {
        < 9.95 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 59.5 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 3570 => $"{(int)Math.Round(seconds) / 60} min {(int)Math.Round(seconds) % 60:00} s",
        _ => $"{(int)Math.Round(seconds / 60) / 60} h {(int)Math.Round(seconds / 60) % 60:00} min",
    };

    static string Bytes(long bytes) =>
        FormattableString.Invariant(bytes < 1e9 ? $"{bytes / 1e6:0} MB" : (FormattableString)$"{bytes / 1e9:0.0} GB");
}
