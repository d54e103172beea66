using ConceptExpress.Cli.Options;
using ConceptExpress.Cli.Progress;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;

namespace ConceptExpress.Cli.Running;

/// <summary>A picture on its way to a folder of concepts. All options are checked, nothing is computed yet.</summary>
sealed record ExtractionJob
{
    public required DecodedImage Image { get; init; }
    public required string ImageName { get; init; }
    public required ExtractionSettings Settings { get; init; }
    public required ComputeChoice Compute { get; init; }
    public required string? Model { get; init; }
    public required string Output { get; init; }
    public required bool Replace { get; init; }

    /// <summary>Whether words are learned; otherwise the concepts are only located.</summary>
    public required bool Learn { get; init; }

    /// <summary>Where the concepts are, in pixels of any size; null where they are looked for.</summary>
    public IReadOnlyList<Mask>? Masks { get; init; }

    /// <summary>How previews are drawn; null for none.</summary>
    public PreviewSettings? Previews { get; init; }

    /// <summary>Does the work on a thread of its own, and writes the folder at the end.</summary>
    public ExtractionResult Run(Session session)
    {
        var display = session.NewDisplay();
        ExtractionResult? result = null;
        display.Run(() => TorchThread.Run(() => result = Work(display, session.Stop)));
        return result!;
    }

    ExtractionResult Work(ProgressDisplay display, CancellationToken stop)
    {
        var clock = new PhaseClock();
        clock.Begin("load");
        display.Begin("Loading the model", 0);
        using var loaded = new LoadedModel(Model, Compute, display);
        var settings = Settings with { Resolution = loaded.Side("--resolution", Settings.Resolution) };
        var record = loaded.Record;
        stop.ThrowIfCancellationRequested();

        var watcher = new ExtractionWatcher(display, clock);
        var extractor = new ConceptExtractor(loaded.Model);
        var learned = Learn ? Extract(extractor, loaded.Model.Downscale, settings, watcher, stop) : null;
        var located = learned?.Concepts.Select(concept => concept.Location).ToList() ?? extractor.Locate(Square(settings.Resolution), settings, watcher, stop);
        if (located.Count == 0) display.Warn($"nothing stands out in {ImageName}: no concept was found.");
        var previews = learned is { Concepts.Count: > 0 } && Previews is not null ? Paint(loaded.Model, learned, settings.Seed, clock, display, stop) : null;
        stop.ThrowIfCancellationRequested();
        ConceptManifest? manifest = null;
        OutputFolder.Write(Output, Replace, folder => manifest = ConceptFolderWriter.Write(folder, new ExtractionReport
        {
            ImageName = ImageName, Image = Image, Model = record, Settings = settings, Located = located, Learned = learned,
            Previews = previews, Steps = learned is null ? null : watcher.Steps, Run = loaded.RunRecord(clock),
        }));
        return new ExtractionResult(Path.GetFullPath(Output), manifest!, display.Warnings);
    }

    ConceptSet Extract(ConceptExtractor extractor, int downscale, ExtractionSettings settings, ExtractionWatcher watcher, CancellationToken stop)
    {
        var cells = settings.Resolution / downscale;
        return Masks is null
            ? extractor.Extract(Square(settings.Resolution), settings, watcher, stop)
            : extractor.Extract(Square(settings.Resolution), [.. Masks.Select(mask => GridMasks.Of(mask, new GridSize(cells, cells)))], settings, watcher, stop);
    }

    PreviewSheet Paint(StableDiffusion model, ConceptSet learned, long seed, PhaseClock clock, ProgressDisplay display, CancellationToken stop)
    {
        clock.Begin("preview");
        return new PreviewPainter(model, learned, Previews!, seed).Paint(display, stop);
    }

    Picture Square(int side) => Picture.FromRgb(side, side, ImageResizer.Resize(Image.Image, side, side, ResizeFilter.Bilinear).Pixels);
}
