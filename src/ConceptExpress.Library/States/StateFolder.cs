using System.Text;
using System.Text.Json;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Runs;
using static TorchSharp.torch;

namespace ConceptExpress.Library.States;

// Shapes: n concepts, h x w latent grid, E width
// located.safetensors: masks (n,h,w) bool, features (n,h,w) fp32, saliency (n) fp64; of concept i, where it is known, fine_i (H,W) bool in
//   pixels and confidence_i () fp64
// starts.safetensors: starts (concepts searched so far, values of a start) fp32

/// <summary>
/// Saves the progress of an unfinished extraction in a hidden folder of its output. Every file is replaced completely or not at all, except
/// for the log of steps, whose extra or incomplete last lines are ignored. A file is used only if the files written before it are there. So
/// the folder stays valid even if the process is killed.
/// </summary>
/// <param name="output">The output folder of the extraction.</param>
sealed class StateFolder(string output)
{
    /// <summary>The name of the hidden folder.</summary>
    public const string Name = ".unfinished";

    const string RecordFile = "extraction.json", LocatedFile = "located.safetensors", StartsFile = "starts.safetensors",
    LearningFile = "learning.safetensors", StepsFile = "steps.jsonl";

    readonly string folder = System.IO.Path.Combine(output, Name);

    /// <summary>The path of the hidden folder.</summary>
    public string Path => folder;

    /// <summary>Whether there is an unfinished extraction that can be resumed.</summary>
    public bool Exists => File.Exists(At(RecordFile));

    /// <summary>The path of the folder for samples (pictures drawn while learning), such as <c>pass-00010.png</c>.</summary>
    public string Samples => At(ResultNames.Samples);

    /// <summary>The path of the folder for the events of TensorBoard.</summary>
    public string Board => At(ResultNames.Board);

    /// <summary>Locks the folder against other runs, until the lock is disposed. Call this before any other method.</summary>
    /// <exception cref="OutputOccupiedException">Another run has locked the folder.</exception>
    /// <exception cref="OutputException">The folder cannot be created or written.</exception>
    public FolderLock Lock() => new DirectoryInfo(folder).LinkTarget is null
        ? FolderLock.Take(folder)
        : throw new OutputException($"{folder} is a link, and files behind it might not be ours; remove the link.");

    /// <summary>Starts a new extraction. Deletes the state of an earlier one.</summary>
    /// <param name="record">The picture, model and settings of the extraction.</param>
    /// <param name="located">The concepts whose words will be learned; 1 or more.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="OutputException">The file of concepts cannot be written.</exception>
    public void Begin(StateRecord record, IReadOnlyList<LocatedConcept> located)
    {
        Directory.CreateDirectory(folder);
        // the first marks the folder as resumable
        foreach (var file in (string[])[RecordFile, LearningFile, StartsFile, StepsFile, LocatedFile]) File.Delete(At(file));
        foreach (var kept in (string[])[Samples, Board])
            if (Directory.Exists(kept)) Directory.Delete(kept, recursive: true);
        using var scope = NewDisposeScope();
        var grid = located[0].Mask.Grid;
        Tensors.Write(At(LocatedFile),
        [
            ("masks", stack(located.Select(concept => tensor(concept.Mask.Cells).view(grid.Height, grid.Width)))),
            ("features", stack(located.Select(concept => tensor(concept.Feature).view(grid.Height, grid.Width)))),
            ("saliency", tensor([.. located.Select(concept => concept.Saliency)], dtype: float64)),
            .. located.Index().SelectMany(concept => Known(concept.Item, concept.Index)),
        ]);
        // Written last, because this file marks the folder as resumable.
        WholeFile.Write(At(RecordFile), JsonSerializer.Serialize(record, LibraryJson.Indented) + "\n");
    }

    /// <summary>Saves the starting values of the tokens, for the concepts whose words have been searched so far.</summary>
    /// <param name="starts">The values of each concept, in order; 1 or more arrays of the same length.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public void Save(IReadOnlyList<float[]> starts)
    {
        using var scope = NewDisposeScope();
        Tensors.Write(At(StartsFile), [("starts", tensor([.. starts.SelectMany(start => start)], [starts.Count, starts[0].Length]))]);
    }

    /// <summary>Saves the state of learning after a pass.</summary>
    /// <param name="state">The state to save.</param>
    /// <param name="steps">The optimizer steps since the last call.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    /// <exception cref="OutputException">The file of the state cannot be written.</exception>
    public void Save(LearningState state, IEnumerable<LoggedStep> steps)
    {
        // Written before the state: extra steps are ignored when reading, but missing steps could not be recovered.
        using (var stream = new FileStream(At(StepsFile), FileMode.Append, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(steps.Select(step => step.ToJson() + "\n"))));
            stream.Flush(flushToDisk: true);
        }
        StateFile.Write(At(LearningFile), state);
    }

    /// <summary>Reads an unfinished extraction, and removes logged steps that are not part of its state.</summary>
    /// <exception cref="StateException">A file is damaged, or was written by another version.</exception>
    public UnfinishedExtraction Open()
    {
        var state = File.Exists(At(LearningFile)) ? StateFile.Read(At(LearningFile)) : null;
        var steps = ReadSteps(state?.Step ?? 0);
        WholeFile.Write(At(StepsFile), string.Concat(steps.Select(step => step.ToJson() + "\n")));
        var (located, starts) = (ReadLocated(), ReadStarts());
        if (state is not null && state.Concepts != located.Count || starts.Count > located.Count)
            throw new StateException($"{folder} has files for different numbers of concepts; start the extraction again.");
        return new UnfinishedExtraction(ReadRecord(), located, new LearningProgress(starts, state), steps);
    }

    /// <summary>Deletes the folder, if it exists.</summary>
    public void Delete()
    {
        if (!Directory.Exists(folder)) return;
        File.Delete(At(RecordFile)); // from here on, the folder is no longer resumable
        Directory.Delete(folder, recursive: true);
    }

    string At(string file) => System.IO.Path.Combine(folder, file);

    StateRecord ReadRecord()
    {
        var file = At(RecordFile);
        try
        {
            var record = LibraryJson.Read<StateRecord>(File.ReadAllText(file), LibraryJson.Compact);
            return record?.Schema == StateRecord.CurrentSchema
                ? record
                : throw new StateException($"{file} was written by another version; start the extraction again.");
        }
        catch (JsonException e)
        {
            throw new StateException($"{file} is damaged; start the extraction again.", e);
        }
    }

    IReadOnlyList<LocatedConcept> ReadLocated() => Tensors.Read<IReadOnlyList<LocatedConcept>>(At(LocatedFile), file =>
    {
        var (masks, features, saliency) = (file.Read("masks"), file.Read("features"), file.Read("saliency").data<double>().ToArray());
        if (masks.dim() != 3 || !masks.shape.SequenceEqual(features.shape) || masks.shape[0] != saliency.Length)
            throw new FormatException("its sizes do not match");
        return [.. saliency.Select(
            (value, i) =>
            new LocatedConcept(new GridMask(Grid.Of(masks), masks[i].data<bool>().ToArray()), value, features[i].data<float>().ToArray())
            {
                FineMask = file.Contains(Fine(i)) ? MaskOf(file.Read(Fine(i))) : null,
                Confidence = file.Contains(Confidence(i)) ? file.Read(Confidence(i)).item<double>() : null,
            })];
    });

    static string Fine(int concept) => $"fine_{concept}";

    static string Confidence(int concept) => $"confidence_{concept}";

    static IEnumerable<(string, Tensor)> Known(LocatedConcept concept, int number)
    {
        if (concept.FineMask is { } fine) yield return (Fine(number), tensor(fine.Pixels.ToArray()).view(fine.Height, fine.Width));
        if (concept.Confidence is { } confidence) yield return (Confidence(number), tensor(confidence, dtype: float64));
    }

    static Mask MaskOf(Tensor pixels) => pixels.dim() == 2
        ? new Mask(new PixelSize { Width = (int)pixels.shape[1], Height = (int)pixels.shape[0] }, pixels.data<bool>().ToArray())
        : throw new FormatException("its sizes do not match");

    IReadOnlyList<float[]> ReadStarts() => !File.Exists(At(StartsFile)) ? [] : Tensors.Read<IReadOnlyList<float[]>>(At(StartsFile), file =>
    {
        var starts = file.Read("starts");
        if (starts.dim() != 2) throw new FormatException("its sizes do not match");
        return [.. starts.data<float>().ToArray().Chunk((int)starts.shape[1])];
    });

    List<LoggedStep> ReadSteps(int count)
    {
        var file = At(StepsFile);
        // The last line may be incomplete. Its step is repeated.
        List<LoggedStep> steps = File.Exists(file)
            ? [.. File.ReadAllLines(file).Select(LoggedStep.FromJson).OfType<LoggedStep>().Take(count)] : [];
        return steps.Count == count && steps.Index().All(step => step.Item.Step.Step == step.Index)
            ? steps
            : throw new StateException($"{file} does not have the {count} steps that were done; start the extraction again.");
    }
}

/// <summary>An unfinished extraction that can be resumed.</summary>
/// <param name="Record">Its picture, model and settings.</param>
/// <param name="Located">Its concepts, in order.</param>
/// <param name="Learning">The point from which learning continues.</param>
/// <param name="Steps">The optimizer steps done so far.</param>
sealed record UnfinishedExtraction(StateRecord Record, IReadOnlyList<LocatedConcept> Located, LearningProgress Learning,
    IReadOnlyList<LoggedStep> Steps);
