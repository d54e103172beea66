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

/// <summary>
/// What an unfinished extraction has reached, in a hidden folder of its output. Each file is replaced whole or not at all, and a later one counts only with the
/// earlier ones, so that the folder is good whenever its writer is killed.
/// </summary>
/// <param name="output">The extraction's output folder.</param>
public sealed class StateFolder(string output)
{
    /// <summary>The hidden folder's name.</summary>
    public const string Name = ".unfinished";

    const string RecordFile = "extraction.json", LocatedFile = "located.safetensors", StartsFile = "starts.safetensors", LearningFile = "learning.safetensors", StepsFile = "steps.jsonl";

    readonly string folder = System.IO.Path.Combine(output, Name);

    /// <summary>The hidden folder.</summary>
    public string Path => folder;

    /// <summary>Whether there is something to go on with.</summary>
    public bool Exists => File.Exists(At(RecordFile));

    /// <summary>Samples that were drawn while learning: <c>pass-00010.png</c>.</summary>
    public string Samples => At(ResultNames.Samples);

    /// <summary>Keeps other runs out, until it is disposed of. Take it before anything else.</summary>
    /// <exception cref="OutputOccupiedException">Another run works there.</exception>
    public FolderLock Lock() => FolderLock.Take(folder);

    /// <summary>Begins anew: what was there is forgotten.</summary>
    /// <param name="record">What is worked on.</param>
    /// <param name="located">The concepts that words will be learned for.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public void Begin(StateRecord record, IReadOnlyList<LocatedConcept> located)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in (string[])[RecordFile, LearningFile, StartsFile, StepsFile, LocatedFile]) File.Delete(At(file)); // the first says that there is something
        if (Directory.Exists(Samples)) Directory.Delete(Samples, recursive: true);
        using var scope = NewDisposeScope();
        var grid = located[0].Mask.Grid;
        Tensors.Write(At(LocatedFile),
        [
            ("masks", stack(located.Select(concept => tensor(concept.Mask.Cells).view(grid.Height, grid.Width)))),
            ("features", stack(located.Select(concept => tensor(concept.Feature).view(grid.Height, grid.Width)))),
            ("saliency", tensor([.. located.Select(concept => concept.Saliency)], dtype: float64)),
        ]);
        // The last of the three, since it says that there is something to go on with.
        WholeFile.Write(At(RecordFile), JsonSerializer.Serialize(record, LibraryJson.Indented) + "\n");
    }

    /// <summary>Keeps where tokens begin, for the concepts whose words were searched for so far.</summary>
    public void Save(IReadOnlyList<float[]> starts)
    {
        using var scope = NewDisposeScope();
        Tensors.Write(At(StartsFile), [("starts", tensor([.. starts.SelectMany(start => start)], [starts.Count, starts[0].Length]))]);
    }

    /// <summary>Keeps what learning has reached.</summary>
    /// <param name="state">What was reached.</param>
    /// <param name="steps">The steps since the last call.</param>
    public void Save(LearningState state, IEnumerable<LoggedStep> steps)
    {
        // Before the state: steps beyond it are passed over, missing ones could not be made up for.
        using (var stream = new FileStream(At(StepsFile), FileMode.Append, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(steps.Select(step => step.ToJson() + "\n"))));
            stream.Flush(flushToDisk: true);
        }
        StateFile.Write(At(LearningFile), state);
    }

    /// <summary>Reads what was reached, and makes the files agree with it.</summary>
    /// <exception cref="StateException">A file is damaged.</exception>
    public UnfinishedExtraction Open()
    {
        var state = File.Exists(At(LearningFile)) ? StateFile.Read(At(LearningFile)) : null;
        var steps = ReadSteps(state?.Step ?? 0);
        WholeFile.Write(At(StepsFile), string.Concat(steps.Select(step => step.ToJson() + "\n")));
        return new UnfinishedExtraction(ReadRecord(), ReadLocated(), new LearningCheckpoint(ReadStarts(), state), steps);
    }

    /// <summary>Deletes the folder.</summary>
    public void Delete()
    {
        if (!Directory.Exists(folder)) return;
        File.Delete(At(RecordFile)); // from here on there is nothing to go on with
        Directory.Delete(folder, recursive: true);
    }

    string At(string file) => System.IO.Path.Combine(folder, file);

    StateRecord ReadRecord()
    {
        var file = At(RecordFile);
        try
        {
            var record = JsonSerializer.Deserialize<StateRecord>(File.ReadAllText(file), LibraryJson.Compact);
            return record?.Schema == StateRecord.CurrentSchema ? record : throw new StateException($"{file} was written by another version; begin the extraction anew.");
        }
        catch (JsonException e)
        {
            throw new StateException($"{file} is damaged; begin the extraction anew.", e);
        }
    }

    IReadOnlyList<LocatedConcept> ReadLocated() => Tensors.Read<IReadOnlyList<LocatedConcept>>(At(LocatedFile), file =>
    {
        var (masks, features, saliency) = (file.Read("masks"), file.Read("features"), file.Read("saliency").data<double>().ToArray());
        if (masks.dim() != 3 || !masks.shape.SequenceEqual(features.shape) || masks.shape[0] != saliency.Length) throw new FormatException("sizes that do not agree");
        return [.. saliency.Select((value, i) => new LocatedConcept(new GridMask(Grid.Of(masks), masks[i].data<bool>().ToArray()), value, features[i].data<float>().ToArray()))];
    });

    IReadOnlyList<float[]> ReadStarts() => !File.Exists(At(StartsFile)) ? [] : Tensors.Read<IReadOnlyList<float[]>>(At(StartsFile), file =>
    {
        var starts = file.Read("starts");
        return [.. starts.data<float>().ToArray().Chunk((int)starts.shape[1])];
    });

    List<LoggedStep> ReadSteps(int count)
    {
        var file = At(StepsFile);
        // The last line may be half a line; what it told is done again.
        List<LoggedStep> steps = File.Exists(file) ? [.. File.ReadAllLines(file).Select(LoggedStep.FromJson).OfType<LoggedStep>().Take(count)] : [];
        return steps.Count == count && steps.Index().All(step => step.Item.Step.Step == step.Index)
            ? steps
            : throw new StateException($"{file} does not hold the {count} steps that were done; begin the extraction anew.");
    }
}

/// <summary>An extraction to go on with.</summary>
/// <param name="Record">What it works on.</param>
/// <param name="Located">Its concepts.</param>
/// <param name="Learning">What was learned.</param>
/// <param name="Steps">The optimizer's steps so far.</param>
public sealed record UnfinishedExtraction(StateRecord Record, IReadOnlyList<LocatedConcept> Located, LearningCheckpoint Learning, IReadOnlyList<LoggedStep> Steps);
