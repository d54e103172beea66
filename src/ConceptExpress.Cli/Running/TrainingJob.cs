using System.Globalization;
using ConceptExpress.Cli.Progress;
using ConceptExpress.Diffusion;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Training;

namespace ConceptExpress.Cli.Running;

/// <summary>A training of the embedded checkpoint, with its progress shown and samples drawn at every save.</summary>
sealed record TrainingJob(TrainingOptions Options)
{
    static readonly string[] SamplePrompts =
    [
        "a photo of a red duck on grass", "a photo of a blue striped car on sand", "a photo of a yellow dotted mushroom on wood", "a photo of a green checked house on snow",
        "a photo of a purple robot on sky", "a photo of a orange fish on water", "a photo of a pink rocket on paper", "a photo of a white cup on brick",
        "a photo of a red striped umbrella and a green tree on sand", "a photo of a blue ball and a yellow star on grass",
        "a photo of a purple dotted kite and a orange boat on sky", "a photo of a pink heart and a white drum on wood",
    ];

    public void Run(Session session)
    {
        var display = session.NewDisplay();
        display.Run(() => TorchThread.Run(() => Work(display, session.Stop)));
    }

    void Work(ProgressDisplay display, CancellationToken stop)
    {
        using var alone = FolderLock.Take(Options.Output);
        var finished = Train(display, stop);
        display.Note(finished ? $"The result is in {Path.Combine(Options.Output, ToyboxTraining.FolderOf(Options.Stage))}."
            : $"Time is over; go on with: toybox train --resume --output {Options.Output}");
    }

    bool Train(ProgressDisplay display, CancellationToken stop)
    {
        try
        {
            return ToyboxTraining.Run(Options, new Watcher(display, this), stop);
        }
        catch (OperationCanceledException) when (ToyboxTraining.HasState(Options.Output))
        {
            throw new ResumableException($"Cancelled; the state is saved, go on with: toybox train --resume --output {Options.Output}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{Options.Output} cannot be written ({e.Message.TrimEnd('.')}); check the path, its permissions and the space left.", e);
        }
    }

    // Samples show how far the training is; their noise is the same every time.
    void Sample(string checkpoint, long step)
    {
        using var model = StableDiffusion.Load(checkpoint, Options.Precision, Options.Device);
        var painter = new TextToImage(model, []);
        var pictures = SamplePrompts.Select((prompt, i) => painter.Generate(new GenerationSettings { Prompt = prompt, Seed = i, Steps = 20, Sampler = "dpm++", Guidance = 4 }))
            .Select(picture => new RgbImage(picture.Width, picture.Height, picture.Rgb)).ToList();
        var folder = Directory.CreateDirectory(Path.Combine(Options.Output, "samples")).FullName;
        PngFile.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{step:000000}.png")), PictureGrid.Of(pictures));
    }

    sealed class Watcher(ProgressDisplay display, TrainingJob job) : ITrainingWatcher
    {
        const double Memory = 0.98;

        readonly Dictionary<string, double> running = [];

        public void Begin(string stage, long stepsLeft)
        {
            running.Clear();
            display.Begin($"Training {stage}", (int)Math.Min(stepsLeft, int.MaxValue));
        }

        public void Step(TrainingProgress progress)
        {
            foreach (var (name, value) in progress.Figures)
                running[name] = running.TryGetValue(name, out var before) ? Memory * before + (1 - Memory) * value : value;
            display.Advance(string.Join(' ', running.OrderBy(figure => figure.Key, StringComparer.Ordinal)
                .Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Value:G4}"))));
        }

        public void Say(string line) => display.Note(line);

        public void Saved(string stage, long step, string checkpoint)
        {
            if (stage == "diffusion") job.Sample(checkpoint, step);
        }
    }
}
