using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Training;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Library.Runs;

/// <summary>
/// Writes what a learning shows to an event file of TensorBoard: the steps of a <see cref="StepLog"/>, and pictures. A file is written
/// while learning (<c>.unfinished/tensorboard</c>), and a whole one into the results.
/// </summary>
sealed class LearningEvents : IDisposable
{
    readonly EventFile file;

    /// <summary>Begins a file. Its folder is created if it does not exist.</summary>
    /// <param name="folder">The folder, which TensorBoard is given. It may have files of the same learning with earlier steps.</param>
    /// <param name="first">The first step that will be added, counted from 0.</param>
    /// <param name="settings">The settings of the learning, which are added if it begins here.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public LearningEvents(string folder, int first, ExtractionSettings settings)
    {
        Directory.CreateDirectory(folder);
        var now = DateTimeOffset.UtcNow;
        file = new EventFile(Path.Combine(folder, EventFile.NameOf(first)), first, now);
        if (first > 0) return;
        var json = JsonSerializer.Serialize(SettingsRecord.Of(settings), LibraryJson.Indented);
        file.Add(now, 0, EventFile.Text("settings", $"```\n{json}\n```"));
    }

    /// <summary>Adds the losses and the gradient of a step, and if it ended a pass, the words' lengths.</summary>
    public void Add(LoggedStep step)
    {
        file.Add(step.Time, step.Step.Step, [
            .. step.Step.Losses.All.Select(loss => EventFile.Scalar($"loss/{loss.Key}", loss.Value)),
            EventFile.Scalar("gradient_norm", step.Step.GradientNorm)]);
        AddLengths(step);
    }

    /// <summary>Adds the words' lengths, if the step ended a pass.</summary>
    public void AddLengths(LoggedStep step)
    {
        if (step.Lengths is { Count: > 0 } lengths)
            file.Add(step.Time, step.Step.Step,
                lengths.Select((length, i) => EventFile.Scalar($"vector_length/{ConceptNames.NameOf(ConceptWord.NameOf(i))}", length)));
    }

    /// <summary>Adds a picture that shows what was reached with a step.</summary>
    /// <param name="name">The name of the picture, such as <c>samples</c>.</param>
    /// <param name="path">The path of a PNG file.</param>
    /// <param name="time">The time at which it was drawn.</param>
    /// <param name="step">The step, counted from 0.</param>
    public void AddPicture(string name, string path, DateTimeOffset time, int step) =>
        file.Add(time, step, EventFile.Picture(name, File.ReadAllBytes(path)));

    /// <summary>Writes the whole learning of a report into the folder of its results. Nothing if no step was done.</summary>
    /// <param name="folder">The folder of the results. Its pictures are written already.</param>
    /// <param name="manifest">Names the pictures.</param>
    /// <param name="report">The report.</param>
    public static void Write(string folder, ConceptManifest manifest, ExtractionReport report)
    {
        if (report.Steps?.Lines is not { Count: > 0 } lines) return;
        using var events = new LearningEvents(Path.Combine(folder, ResultNames.Board), 0, report.Settings);
        events.AddPicture("overlay", Path.Combine(folder, ResultNames.Overlay), report.Run.Date, 0);
        foreach (var (i, line) in lines.Index())
        {
            events.Add(line);
            var sample = $"{ResultNames.Samples}/{ResultNames.Sample(line.Step.Pass + 1)}";
            var endsPass = i == lines.Count - 1 || lines[i + 1].Step.Pass > line.Step.Pass;
            if (endsPass && manifest.Samples.Contains(sample))
                events.AddPicture(ResultNames.Samples, Path.Combine(folder, sample), line.Time, line.Step.Step);
        }
        foreach (var preview in manifest.Concepts.SelectMany(concept => concept.Previews).Append(manifest.JointPreview).OfType<string>())
            events.AddPicture(
                Path.ChangeExtension(preview, null), Path.Combine(folder, preview), DateTimeOffset.UtcNow, lines[^1].Step.Step);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}
