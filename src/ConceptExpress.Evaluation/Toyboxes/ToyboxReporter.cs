using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Imaging;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;
using ConceptExpress.Toybox.Training;

namespace ConceptExpress.Evaluation.Toyboxes;

/// <summary>A sheet of pictures for the report's page.</summary>
/// <param name="Title">What they show.</param>
/// <param name="Pictures">With a line of text each.</param>
/// <param name="Large">Whether they are shown as wide as the page.</param>
public sealed record PictureSheet(string Title, IReadOnlyList<(RgbImage Picture, string Text)> Pictures, bool Large = false);

/// <summary>Measures a checkpoint of the toybox on scenes that it was not trained on.</summary>
/// <param name="load">Loads the checkpoint on the calling thread.</param>
/// <param name="judge">Who looks at the drawings.</param>
/// <param name="workers">Threads.</param>
/// <param name="say">Gets lines for the user.</param>
public sealed class ToyboxReporter(Func<StableDiffusion> load, Judge judge, int workers, Action<string> say)
{
    const int Shown = 48;
    const ulong PartSeeds = 1_000_000;

    readonly List<PictureSheet> sheets = [];

    /// <summary>Pictures of what was measured.</summary>
    public IReadOnlyList<PictureSheet> Sheets => sheets;

    /// <summary>Measures what the settings ask for.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ToyboxReport Run(ToyboxReportSettings settings, CancellationToken stop = default)
    {
        using var model = load();
        var report = new ToyboxReport { ModelHash = model.Fingerprint(), Settings = settings };
        if (settings.Renderings > 0) report = OnRenderings(report, model, stop);
        if (settings.Captions > 0) report = OnCaptions(report, stop);
        if (settings.Localized > 0) report = report with { Localization = Localize(settings, stop) };
        if (settings.Extracted > 0) report = report with { Extraction = Extract(settings, stop) };
        return report;
    }

    static Scene[] Scenes(ulong seed, int count, int? toys) =>
        [.. Enumerable.Range(0, count).Select(i => SceneComposer.Compose(seed + (ulong)i, new SceneSettings { ToyCount = toys }))];

    ToyboxReport OnRenderings(ToyboxReport report, StableDiffusion model, CancellationToken stop)
    {
        say("Judging renderings");
        var (settings, side) = (report.Settings, model.TrainedResolution);
        var single = Scenes(settings.Seed, settings.Renderings, 1);
        var wholes = single.Select(scene => SceneRenderer.Render(scene, side).Picture).ToArray();
        var several = Scenes(settings.Seed + PartSeeds, settings.Renderings, 3);
        var parts = several.Select(scene => (Scene: scene, Rendered: SceneRenderer.Render(scene, side))).ToArray();
        stop.ThrowIfCancellationRequested();
        var round = wholes.Select(picture => RoundTrip.Of(model.Vae, picture)).ToArray();
        sheets.Add(new PictureSheet("Pictures and what the autoencoder makes of them", [.. wholes.Zip(round).Take(Shown / 2)
            .SelectMany(pair => new[] { (pair.First, ""), (pair.Second, FormattableString.Invariant($"{PictureQuality.Psnr(pair.First, pair.Second):0.0} dB")) })]));
        return report with
        {
            JudgeOnWholes = Shares(single.Select(scene => scene.Toys[0]).Zip(judge.Of(wholes)), single.Select(scene => scene.Background)),
            JudgeOnParts = Shares(parts.Select(part => part.Scene.Toys[0]).Zip(judge.OfParts(parts.Select(part => (part.Rendered.Picture, part.Rendered.Masks[0]))))),
            Autoencoder = new AutoencoderQuality(wholes.Length, wholes.Zip(round).Average(pair => PictureQuality.Psnr(pair.First, pair.Second)),
                wholes.Zip(round).Average(pair => PictureQuality.Ssim(pair.First, pair.Second))),
        };
    }

    ToyboxReport OnCaptions(ToyboxReport report, CancellationToken stop)
    {
        var settings = report.Settings;
        var following = new CaptionFollowing(load, judge, workers) { Guidance = settings.Guidance, Steps = settings.Steps };
        say($"Drawing {settings.Captions} captions with one toy");
        var single = following.Draw(settings.Seed + 2 * PartSeeds, settings.Captions, 1, stop);
        say($"Drawing {settings.Captions} captions with two toys");
        var two = following.Draw(settings.Seed + 3 * PartSeeds, settings.Captions, 2, stop);
        sheets.Add(new PictureSheet("Captions with one toy, and the judge's verdict", [.. single.Take(Shown).Select(Show)]));
        sheets.Add(new PictureSheet("Captions with two toys, and the judge's verdicts", [.. two.Take(Shown).Select(Show)]));
        return report with
        {
            SingleToy = Shares(single.Select(drawn => (drawn.Scene.Toys[0], drawn.Verdicts[0])), single.Select(drawn => drawn.Scene.Background)),
            TwoToys = new TwoToyShares(two.Count,
                two.Average(drawn => drawn.Follows((toy, verdict) => toy.Category == verdict.Category && toy.Color == verdict.Color) ? 1.0 : 0),
                two.Average(drawn => drawn.Follows(Agree) ? 1.0 : 0)),
        };
    }

    static (RgbImage, string) Show(DrawnCaption drawn) =>
        (drawn.Picture, $"{drawn.Scene.Caption["a photo of ".Length..]} → {string.Join("; ", drawn.Verdicts.Select(Words))}");

    static string Words(Verdict verdict) => $"{verdict.Color} {verdict.Pattern} {verdict.Category}";

    static bool Agree(Toy toy, Verdict verdict) => toy.Category == verdict.Category && toy.Color == verdict.Color && toy.Pattern == verdict.Pattern;

    Dictionary<string, SceneScore> Localize(ToyboxReportSettings settings, CancellationToken stop)
    {
        say($"Localizing {settings.Localized} scenes");
        var scenes = Scenes(settings.Seed + 4 * PartSeeds, settings.Localized, null);
        var presets = new[] { ExtractionSettings.Paper, ExtractionSettings.Express };
        var scores = presets.ToDictionary(preset => preset, _ => new SceneScore[scenes.Length]);
        InParallel(scenes.Length, (model, i) =>
        {
            var rendered = SceneRenderer.Render(scenes[i], model.TrainedResolution);
            foreach (var preset in presets)
            {
                var found = new ConceptExtractor(model).Locate(AsPicture(rendered.Picture), preset, null, stop);
                scores[preset][i] = SceneScore.Of([.. found.Select(concept => Enlarged(concept, rendered.Picture))], [.. rendered.Masks.Select(AsMask)]);
            }
        });
        return presets.ToDictionary(preset => preset.Preset.ToString().ToLowerInvariant(), preset => SceneScore.Mean(scores[preset]));
    }

    JudgedShares Extract(ToyboxReportSettings settings, CancellationToken stop)
    {
        say($"Extracting the concepts of {settings.Extracted} scenes");
        var scenes = Scenes(settings.Seed + 5 * PartSeeds, settings.Extracted, null);
        var results = new List<(Toy? Toy, Verdict Verdict, RgbImage Picture)>[scenes.Length];
        InParallel(scenes.Length, (model, i) =>
        {
            var rendered = SceneRenderer.Render(scenes[i], model.TrainedResolution);
            var concepts = new ConceptExtractor(model).Extract(AsPicture(rendered.Picture), ExtractionSettings.Express, null, stop).Concepts;
            var pairs = MaskMetrics.Match([.. concepts.Select(concept => Enlarged(concept.Location, rendered.Picture))], [.. rendered.Masks.Select(AsMask)]);
            var painter = new TextToImage(model, [.. concepts.Select(concept => new ConceptWord(concept.Token, concept.Embedding))]);
            var previews = concepts.Select(concept => painter.Generate(new GenerationSettings
            {
                Prompt = $"a photo of {concept.Token}", Seed = ExtractionSettings.Express.Seed, Guidance = settings.Guidance, Steps = settings.Steps,
            }, null, stop)).Select(picture => new RgbImage(picture.Width, picture.Height, picture.Rgb)).ToList();
            results[i] = [.. previews.Zip(judge.Of(previews)).Index().Select(of =>
                (pairs.Where(pair => pair.Found == of.Index).Select(pair => scenes[i].Toys[pair.Truth]).FirstOrDefault(), of.Item.Second, of.Item.First))];
        });
        sheets.Add(new PictureSheet("Scenes, and what their concepts' words draw", [.. scenes.SelectMany((scene, i) => results[i]
            .Select(result => (result.Picture, $"{result.Toy?.Phrase ?? "nothing"} → {Words(result.Verdict)}"))
            .Prepend((SceneRenderer.Render(scene, results[i] is [var first, ..] ? first.Picture.Width : CutOutSide).Picture, scene.Caption)))]));
        return Shares(results.SelectMany(result => result).Select(result => (result.Toy ?? new Toy("", "", ""), result.Verdict)));
    }

    const int CutOutSide = 96;

    void InParallel(int count, Action<StableDiffusion, int> work)
    {
        using var threads = new WorkerThreads(workers);
        var next = -1;
        threads.Run(_ =>
        {
            using var model = load();
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                using var scope = TorchSharp.torch.NewDisposeScope();
                work(model, i);
            }
        });
    }

    static Picture AsPicture(RgbImage image) => Picture.FromRgb(image.Width, image.Height, image.Pixels);

    static Mask AsMask(GrayImage image) => new(image.Width, image.Height, [.. image.Pixels.ToArray().Select(value => value > 127)]);

    static Mask Enlarged(LocatedConcept concept, RgbImage picture) =>
        new Mask(concept.Mask.Width, concept.Mask.Height, concept.Mask.Cells).Resize(picture.Width, picture.Height);

    static JudgedShares Shares(IEnumerable<(Toy Toy, Verdict Verdict)> judged, IEnumerable<string>? backgrounds = null)
    {
        var all = judged.ToList();
        double Share(Func<Toy, Verdict, bool> right) => all.Count == 0 ? 0 : all.Average(one => right(one.Toy, one.Verdict) ? 1.0 : 0);
        return new JudgedShares(all.Count, Share((toy, verdict) => toy.Category == verdict.Category), Share((toy, verdict) => toy.Color == verdict.Color),
            Share((toy, verdict) => toy.Pattern == verdict.Pattern), Share(Agree),
            backgrounds?.Zip(all).Average(pair => pair.First == pair.Second.Verdict.Background ? 1.0 : 0));
    }
}
