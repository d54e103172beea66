using System.Globalization;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Costs;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Hub;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Jobs.Naming;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Jobs.Estimates;

/// <summary>The expected time and memory of an extraction with a loaded checkpoint.</summary>
sealed class RunEstimate
{
    // Of pictures with several things; the number is known only after locating.
    const int TypicalConcepts = 3;

    readonly ExtractionSettings settings;
    readonly PreviewSettings previews;
    readonly int? sampleEvery;
    readonly int locating, drawing;
    readonly Speed speed;
    readonly NetworkCost encoding, decoding;
    readonly long memory;

    /// <summary>Measures how fast the checkpoint computes.</summary>
    /// <param name="loaded">The checkpoint.</param>
    /// <param name="settings">The settings, with the resolution.</param>
    /// <param name="previews">How previews and samples are drawn.</param>
    /// <param name="sampleEvery">Passes from one sample to the next; null for none.</param>
    /// <param name="masks">Number of given masks; null if concepts are located.</param>
    public RunEstimate(LoadedModel loaded, ExtractionSettings settings, PreviewSettings previews, int? sampleEvery, int? masks)
    {
        (this.settings, this.previews, this.sampleEvery) = (settings, previews, sampleEvery);
        var model = loaded.Model;
        var shape = model.Shape;
        locating = settings.Locating.NewLocator(settings.Seed).Evaluations(given: masks is not null);
        drawing = new TextToImage(model, []).Evaluations(previews.Sampling);
        (encoding, decoding) = (VaeCost.OfEncoding(shape.Vae, settings.Resolution!.Value),
            VaeCost.OfDecoding(shape.Vae, shape.TrainedResolution));
        memory = MemoryEstimate.OfExtraction(shape, loaded.Precision, settings, previews).Peak;
        speed = Speed.Measure(model, settings, previews.Sampling);
        Expected = masks ?? Math.Clamp(TypicalConcepts, (settings.Locating as BorderLocating)?.MinConcepts ?? 1,
            Math.Max(settings.Locating.MaxConcepts ?? int.MaxValue, (settings.Locating as BorderLocating)?.MinConcepts ?? 1));
    }

    /// <summary>
    /// The number of concepts before they are located: that of the masks, or a typical one within the bounds of the settings.
    /// </summary>
    public int Expected { get; }

    /// <summary>Returns the estimate for a number of concepts. The CLIP that may help to name them is not counted.</summary>
    public EstimateRecord For(int concepts)
    {
        var learning = settings.Learning;
        var views = 1 + (learning.CloseUps is null ? 0 : concepts);
        var pictures = concepts * previews.Count + (concepts > 1 && previews.Count > 0 ? 1 : 0);
        var samples = sampleEvery is { } every ? learning.Passes / every * concepts : 0;
        var drawn = drawing * speed.Drawing + speed.Of(decoding);
        var (split, merged) = (learning.MergePass, learning.Passes - learning.MergePass);
        var sampled = samples * drawn / learning.Passes;
        return new EstimateRecord(concepts, new Dictionary<string, double>
        {
            // Locating encodes the picture, and learning begins with both orientations of every view.
            [Phases.Locate] = Rounded(locating * speed.Evaluation + (1 + 2 * views) * speed.Of(encoding)),
            [Phases.SearchWords] = Rounded(concepts * speed.Search),
            [Phases.LearnSplitTokens] = Rounded(split * (concepts * learning.SplitTokens * speed.Step + sampled)),
            [Phases.LearnMergedTokens] = Rounded(merged * ((concepts + 1) * speed.Step + sampled)),
            [Phases.ReadAttention] = Rounded(concepts * speed.Evaluation + speed.Of(encoding)),
            [ConceptNamer.Phase] = Rounded(ConceptNamer.Prompts(speed.Words, concepts) * speed.Word),
            [ExtractionRequest.DrawPreviews] = Rounded(pictures * drawn),
        }, memory);
    }

    /// <summary>An estimate in words: "about 3 min 40 s and 800 MB of memory for 4 concepts".</summary>
    public static string Words(EstimateRecord estimate) =>
        $"about {Time(estimate.TotalSeconds)} and {ByteCount.Words(estimate.PeakMemoryBytes)} of memory for {estimate.Concepts} "
            + $"concept{(estimate.Concepts == 1 ? "" : "s")}";

    static string Time(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, 1e8)) switch
    {
        { TotalMinutes: < 1 } time => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s"),
        { TotalHours: < 1 } time => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds / 10 * 10} s"),
        { TotalDays: < 2 } time => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours):0} h {time.Minutes} min"),
        var time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0} days"),
    };

    static double Rounded(double seconds) => Math.Round(seconds, 3);
}
