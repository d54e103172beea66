using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;
using ConceptExpress.Toybox.Training;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>A sheet of pictures for the report's page.</summary>
/// <param name="Title">The heading: what the pictures show.</param>
/// <param name="Pictures">The pictures, each with a caption.</param>
/// <param name="Large">Whether pictures are shown as wide as the page.</param>
sealed record PictureSheet(string Title, IReadOnlyList<(RgbImage Picture, string Text)> Pictures, bool Large = false);

/// <summary>Measures a checkpoint of the toybox on scenes that it was not trained on.</summary>
/// <param name="lease">Gives a worker its checkpoint, on the worker's thread.</param>
/// <param name="judge">Judges renderings and drawings.</param>
/// <param name="workers">Number of threads, 1 or more. Each uses its own checkpoint.</param>
/// <param name="progress">Receives phases and their progress.</param>
sealed class ToyboxReporter(Func<ModelLease> lease, Judge judge, int workers, IProgress<ProgressEvent>? progress = null)
{
    const int MaxShown = 48;
    const ulong PartSeeds = 1_000_000; // distance between the first seeds of two parts

    /// <summary>Measures what the settings ask for.</summary>
    /// <returns>The figures, and sheets of the pictures that were measured.</returns>
    /// <exception cref="SettingsException">A setting is out of range, or the checkpoint does not support it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public (ToyboxReport Report, IReadOnlyList<PictureSheet> Sheets) Run(ToyboxReportSettings settings, CancellationToken stop = default)
    {
        var sheets = new List<PictureSheet>();
        var report = OnRenderings(settings, sheets, stop);
        if (settings.Captions > 0) report = OnCaptions(report, sheets, stop);
        var scenes = new LearnedScenes(lease, judge, workers, progress);
        if (settings.Localized > 0)
            report = report with { Localization = scenes.Locate(Scenes(settings.Seed + 4 * PartSeeds, settings.Localized), stop) };
        if (settings.Extracted > 0) report = report with { Extraction = Extract(scenes, settings, sheets, stop) };
        return (report, sheets);
    }

    static Scene[] Scenes(ulong seed, int count, int? toys = null) =>
        [.. Enumerable.Range(0, count).Select(i => SceneComposer.Compose(seed + (ulong)i, new SceneSettings { ToyCount = toys }))];

    ToyboxReport OnRenderings(ToyboxReportSettings settings, List<PictureSheet> sheets, CancellationToken stop)
    {
        using var lent = lease(); // ends with this method, before workers ask for their own
        var (model, side) = (lent.Model, lent.Model.TrainedResolution);
        settings.ValidatedFor(model);
        var report = new ToyboxReport { ModelHash = model.Fingerprint(), Settings = settings };
        if (settings.Renderings == 0) return report;
        progress?.Report(new PhaseBegan("judge renderings"));
        var single = Scenes(settings.Seed, settings.Renderings, 1);
        var wholes = single.Select(scene => SceneRenderer.Render(scene, side).Picture).ToArray();
        var several = Scenes(settings.Seed + PartSeeds, settings.Renderings, 3);
        var parts = several.Select(scene => SceneRenderer.Render(scene, side)).Select(rendered => (rendered.Picture, rendered.Masks[0]));
        stop.ThrowIfCancellationRequested();
        var round = wholes.Select(picture => RoundTrip.Of(model.Vae, picture)).ToArray();
        var (psnr, ssim) = (wholes.Zip(round, PictureQuality.Psnr).ToArray(), wholes.Zip(round, PictureQuality.Ssim));
        var shown = Enumerable.Range(0, Math.Min(wholes.Length, MaxShown / 2)).SelectMany(i =>
            new[] { (wholes[i], ""), (round[i], string.Create(CultureInfo.InvariantCulture, $"{psnr[i]:0.0} dB")) });
        sheets.Add(new PictureSheet("Pictures and what the autoencoder makes of them", [.. shown]));
        return report with
        {
            JudgeOnWholes = JudgedShares.Of(
                single.Select(scene => scene.Toys[0]).Zip(judge.Of(wholes)), single.Select(scene => scene.Background)),
            JudgeOnParts = JudgedShares.Of(several.Select(scene => scene.Toys[0]).Zip(judge.OfParts(parts))),
            Autoencoder = new AutoencoderQuality(wholes.Length, psnr.Average(), ssim.Average()),
        };
    }

    ToyboxReport OnCaptions(ToyboxReport report, List<PictureSheet> sheets, CancellationToken stop)
    {
        var settings = report.Settings;
        var following = new CaptionFollowing(lease, judge, workers, settings.Sampling);
        var single = following.Draw(settings.Seed + 2 * PartSeeds, settings.Captions, 1, progress, stop);
        var two = following.Draw(settings.Seed + 3 * PartSeeds, settings.Captions, 2, progress, stop);
        sheets.Add(new PictureSheet("Captions with one toy, and the judge's verdict", [.. single.Take(MaxShown).Select(Show)]));
        sheets.Add(new PictureSheet("Captions with two toys, and the judge's verdicts", [.. two.Take(MaxShown).Select(Show)]));
        return report with
        {
            SingleToy = JudgedShares.Of(
                single.Select(drawn => (drawn.Scene.Toys[0], drawn.Verdicts[0])), single.Select(drawn => drawn.Scene.Background)),
            TwoToys = new TwoToyShares(two.Count,
                two.Average(drawn => drawn.Follows(agreement => agreement.Category && agreement.Color) ? 1.0 : 0),
                two.Average(drawn => drawn.Follows(agreement => agreement.All()) ? 1.0 : 0)),
        };
    }

    JudgedShares Extract(LearnedScenes learner, ToyboxReportSettings settings, List<PictureSheet> sheets, CancellationToken stop)
    {
        var scenes = Scenes(settings.Seed + 5 * PartSeeds, settings.Extracted);
        var learned = learner.Learn(scenes, settings.Sampling, stop);
        IEnumerable<(RgbImage, string)> Shown(Scene scene, RgbImage picture, IReadOnlyList<LearnedWord> words) => words
            .Select(word => (word.Drawing, $"{word.Toy?.Phrase ?? "nothing"} → {Words(word.Verdict)}")).Prepend((picture, scene.Caption));
        sheets.Add(new PictureSheet("Scenes, and what their concepts' words draw",
            [.. scenes.Zip(learned).SelectMany(pair => Shown(pair.First, pair.Second.Picture, pair.Second.Words))]));
        return JudgedShares.Of(learned.SelectMany(scene => scene.Words).Select(word => (word.Toy ?? new Toy("", "", ""), word.Verdict)));
    }

    static (RgbImage, string) Show(DrawnCaption drawn) =>
        (drawn.Picture, $"{drawn.Scene.Caption[PhotoPrompt.Start.Length..]} → {string.Join("; ", drawn.Verdicts.Select(Words))}");

    static string Words(Verdict verdict) => $"{verdict.Color} {verdict.Pattern} {verdict.Category}";
}
