using System.Text.Json;
using System.Text.RegularExpressions;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Toybox.Evaluation.Tests;

/// <summary>Figures in documents are those of committed result files, and these were measured with the embedded checkpoint.</summary>
public sealed class DocumentedFiguresTests
{
    static readonly string Docs = Path.Combine(TestFolders.Repository, "docs");
    const int Matched = 9; // column of the share of things matched
    static readonly ToyboxReport Report = ReadReport(Path.Combine(Docs, "toybox"));

    [Fact]
    public void Reports_AreOnTheEmbeddedCheckpoint()
    {
        // The same tensors have had other metadata in their files, and so other fingerprints (CheckpointPartTests holds the tensors).
        var present = File.ReadLines(Path.Combine(Docs, "benchmarks.md")).Single(line => line.Contains("the present one"));
        var known = Hashes(present).ToHashSet();
        using var model = StableDiffusion.Load(TestFolders.Toybox);
        Assert.Equal(model.Fingerprint(), Hashes(present).Last());
        Assert.Contains(Report.ModelHash, known);
        Assert.All(ResultFiles().Select(File.ReadAllText).SelectMany(Hashes), hash => Assert.Contains(hash, known));

        static IEnumerable<string> Hashes(string text) => Regex.Matches(text, "sha256:[0-9a-f]{64}").Select(match => match.Value);
    }

    [Fact]
    public void Readme_HasTheReportsFigures()
    {
        var readme = Flat(Path.Combine(TestFolders.Repository, "README.md"));
        var (paper, preset) = (Row("localization-masks", "paper, normal, 96 px"), Row("localization-masks", "normal, 96 px"));
        Has(readme, $"| {paper[2]} | | {preset[2]} |");
        Has(readme, $"| {paper[4]}, {paper[5]} | | {preset[4]}, {preset[5]} |");
        Has(readme, $"| {paper[7]} | | {preset[7]} |");
        var (single, two, learned) = (Report.SingleToy!, Report.TwoToys!, Report.Extraction!);
        Has(readme,
            $"the right kind of toy for {Percent(single.Category)} % of captions with one toy, the colour for {Percent(single.Color)} %, "
            + $"the pattern for {Percent(single.Pattern)} %, and both of two toys in kind and colour for {Percent(two.CategoryAndColor)} "
                + "%");
        Has(readme,
            $"{learned.Count} words of {Report.Settings.Extracted} scenes | | | {Percent(learned.Category)} %, {Percent(learned.Color)} %, "
            + $"{Percent(learned.Pattern)} %, {Percent(learned.All)} % |");
        var (published96, express96) = (Row("localization-prior", "paper"), Row("localization-prior", "express"));
        Has(readme, $"| {published96[1]}, {published96[2]}, {published96[3]}; published code");
        Has(readme, $"| {express96[1]}, {express96[2]}, {express96[3]} |");
        var (ours, published, given) =
            (Row("learning-toybox-express", "express"), Row("learning-toybox", "paper"), Row("learning-toybox", "given-masks"));
        Has(readme, $"| {Share(published[Matched])} | {Share(given[Matched])} | {Share(ours[Matched])} |");
        Has(readme, $"| {Share(published[^1])} | {Share(given[^1])} | {Share(ours[^1])} |");
    }

    [Fact]
    public void Card_HasTheReportsFigures()
    {
        var card = Flat(Path.Combine(TestFolders.Toybox, "README.md"));
        var (wholes, parts, single, two, coder) =
            (Report.JudgeOnWholes!, Report.JudgeOnParts!, Report.SingleToy!, Report.TwoToys!, Report.Autoencoder!);
        Has(card,
            $"category {wholes.Category:0.000}, colour {wholes.Color:0.000}, pattern {wholes.Pattern:0.000}, ground "
            + $"{wholes.Background:0.000}");
        Has(card, $"category {parts.Category:0.000}, colour {parts.Color:0.000}, pattern {parts.Pattern:0.000} |");
        Has(card, $"PSNR {coder.Psnr:0.0} dB, SSIM {coder.Ssim:0.000}");
        Has(card,
            $"category {single.Category:0.000}, colour {single.Color:0.000}, pattern {single.Pattern:0.000}, ground "
            + $"{single.Background:0.000}, all of the toy {single.All:0.000}");
        Has(card, $"both right in category and colour {two.CategoryAndColor:0.000}, in pattern too {two.All:0.000}");
        var learned = Report.Extraction!;
        Has(card,
            $"category {learned.Category:0.000}, colour {learned.Color:0.000}, pattern {learned.Pattern:0.000}, all of the toy "
            + $"{learned.All:0.000} (of {learned.Count})");
        foreach (var (_, score) in Report.Localization!)
            Has(card,
                $"mean best IoU {score.MeanBestIou:0.000}, precision {score.Precision:0.000}, recall {score.Recall:0.000} at IoU .5, mean "
                + $"count error {score.CountError:0.00}, exact count {score.ExactCount:0.00}");
    }

    [Fact]
    public void Experiments_HaveTheResultFilesRows()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Docs, "experiments"), "*.md").Append(Path.Combine(Docs, "benchmarks.md"));
        var text = string.Join(' ', pages.Select(Flat));
        var rows = ResultFiles().SelectMany(File.ReadLines).Where(line => line.StartsWith('|')).ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Has(text, row));
    }

    // Cells of a method's line in a result file's first table.
    static string[] Row(string file, string method) => File.ReadLines(Path.Combine(Docs, "results", $"{file}.md"))
        .First(line => line.StartsWith($"| {method} |", StringComparison.Ordinal)).Trim('|').Split('|', StringSplitOptions.TrimEntries);

    static string Share(string cell) => $"{Percent(Mean(cell))} %";

    static double Mean(string cell) => double.Parse(cell.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    static IEnumerable<string> ResultFiles() =>
        Directory.EnumerateFiles(Path.Combine(Docs, "results"), "*.md").Order(StringComparer.Ordinal);

    static ToyboxReport ReadReport(string folder) =>
        JsonSerializer.Deserialize<ToyboxReport>(File.ReadAllText(Path.Combine(folder, ToyboxReportPage.JsonFile)), LibraryJson.Indented)!;

    static string Percent(double share) => (100 * share).ToString("0", System.Globalization.CultureInfo.InvariantCulture);

    // Lines are broken anywhere.
    static string Flat(string path) => Regex.Replace(File.ReadAllText(path), @"\s+", " ");

    // Figures are written as the invariant culture writes them, which is the only one that tests run in (InvariantGlobalization).
    static void Has(string text, string wanted) =>
        Assert.Contains(Regex.Replace(wanted, @"\s+", " ").Trim(), text, StringComparison.Ordinal);
}
