using ConceptExpress.Cli.Progress;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Encoders;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Running;
using ConceptExpress.Library.Models;
using ConceptExpress.Toybox.Judging;
using static TorchSharp.torch;

namespace ConceptExpress.Cli.Running;

/// <summary>The encoders and the judge that a command line names, or that come with the program.</summary>
static class EvaluationEyes
{
    const string EmbeddedClip = "toybox-clip", EmbeddedJudge = "toybox-judge";

    /// <summary>
    /// Loads them; says in one line which are missing, and that their figures are left empty. The embedded CLIP knows toys and nothing else, so
    /// that it looks at no other data.
    /// </summary>
    /// <exception cref="CheckpointException">One that is named is missing or damaged.</exception>
    public static EvaluationTools Open(EvaluationJob job, IReadOnlyList<EvaluationPicture> pictures, Device device, ProgressDisplay display)
    {
        if (job.Plan.LocalizationOnly) return EvaluationTools.None;
        var (embedded, judge) = (Companion(EmbeddedClip), job.Judge ?? Companion(EmbeddedJudge));
        var clip = job.Clip ?? (pictures.Any(picture => picture.Toys is not null) ? embedded : null);
        var encoders = new Dictionary<string, EvaluationEncoder>();
        if (clip is not null) encoders["clip"] = Encoder(clip);
        if (job.Dino is not null) encoders["dino"] = Encoder(job.Dino);
        string[] missing = [.. new[] { (clip, "--clip"), (job.Dino, "--dino"), (judge, "--judge") }.Where(one => one.Item1 is null).Select(one => one.Item2)];
        if (missing.Length > 0) display.Note($"Without {string.Join(", ", missing)}, their figures are left empty.");
        if (judge is null) return new EvaluationTools { Encoders = encoders };
        return new EvaluationTools { Encoders = encoders, Judge = Judge.Load(judge, device), JudgeHash = ContentHash.OfFolder(judge) };

        EvaluationEncoder Encoder(string folder)
        {
            // The embedded CLIP was trained on things cut out, and tells things in the published form hardly apart (docs/benchmarks.md).
            var hash = ContentHash.OfFolder(folder);
            var usual = embedded is not null && hash == ContentHash.OfFolder(embedded) ? SourceForm.CutOut : SourceForm.Masked;
            return new EvaluationEncoder(ImageEncoders.Load(folder, device), hash, job.Sources ?? usual);
        }
    }

    static string? Companion(string name)
    {
        try
        {
            return ModelStore.FindCompanion(name);
        }
        catch (CheckpointException)
        {
            return null;
        }
    }
}
