// The concepts of all pictures of a folder: SeveralPictures FOLDER OUTPUT [PASSES]
using ConceptExpress;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Jobs;

var (pictures, output) = (Directory.GetFiles(args[0], "*.png").Order().ToList(), args[1]);
var settings = ExtractionSettings.Express;
if (args.Length > 2) // a short run, to try things: fewer passes, and no search for the word to begin with
    settings = settings with { Learning = settings.Learning.WithPasses(int.Parse(args[2])) with { Start = new MeanWord() } };

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) => { press.Cancel = true; stop.Cancel(); };
using var express = Express.Open();
var failed = 0;
foreach (var picture in pictures)
{
    var name = Path.GetFileNameWithoutExtension(picture);
    try
    {
        var concepts = express.Extract(picture, settings, progress: new Phases(name), stop: stop.Token);
        concepts.Save(Path.Combine(output, name));
        foreach (var (word, mask) in concepts.Words.Zip(concepts.Masks))
            Console.WriteLine($"{name}: {word.Token}, {mask.Coverage:P1} of the picture");
    }
    catch (Exception e) when (e is not OperationCanceledException) // one bad picture does not end the others
    {
        Console.Error.WriteLine($"{name}: {Failure.Sentence(e)}");
        failed++;
    }
}
return failed == 0 ? 0 : 1;

/// <summary>Prints the phases of a picture as they begin.</summary>
sealed class Phases(string name) : IProgress<ProgressEvent>
{
    public void Report(ProgressEvent value)
    {
        if (value is PhaseBegan phase) Console.WriteLine($"{name}: {phase.Phase}");
        if (value is Warned warned) Console.WriteLine($"{name}: {warned.Text}");
    }
}
