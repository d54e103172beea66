using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Items;

namespace ConceptExpress.Evaluation.Data;

/// <summary>
/// A picture of an evaluation without its pixels, which are read each time they are needed: a thousand photographs do not fit in memory.
/// </summary>
sealed class SourcePicture
{
    readonly Func<EvaluationPicture> read;

    SourcePicture(Func<EvaluationPicture> read, EvaluationPicture first)
    {
        this.read = read;
        (Name, Things, Labels, Warnings) = (first.Name, first.Masks.Count, first.Labels, first.Warnings);
        Digest = ContentHash.OfPicture(first);
    }

    /// <summary>Reads a picture once to describe it.</summary>
    /// <param name="read">Reads the picture; must give the same one each time, on any thread.</param>
    public static SourcePicture Of(Func<EvaluationPicture> read) => new(read, read());

    /// <summary>A picture that is kept in memory.</summary>
    public static SourcePicture Of(EvaluationPicture picture) => new(() => picture, picture);

    /// <summary>Reads all pictures of a data set once, to describe them.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="count">Number of pictures, from the first.</param>
    /// <param name="side">Side of rendered pictures in pixels; pictures on disk keep their size.</param>
    /// <param name="workers">Number of threads, 1 or more. Each holds one picture at a time.</param>
    /// <param name="onRead">Called after each picture, by one thread at a time.</param>
    /// <param name="stop">Cancels between pictures.</param>
    /// <exception cref="DataSetException">A picture's folder cannot be used.</exception>
    /// <exception cref="Imaging.ImageException">A picture or mask cannot be read, or the mask does not fit the picture.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<SourcePicture> All(
        EvaluationData data, int count, int side, int workers, Action? onRead = null, CancellationToken stop = default)
    {
        var (pictures, turn) = (new SourcePicture[count], new Lock());
        using var threads = new WorkerThreads(Math.Clamp(workers, 1, Math.Max(1, count)));
        threads.Run(worker =>
        {
            var (from, number) = threads.Share(worker, count);
            for (var i = (int)from; i < from + number; i++)
            {
                stop.ThrowIfCancellationRequested();
                var index = i;
                pictures[i] = Of(() => data.Read(index, side));
                lock (turn) onRead?.Invoke();
            }
        });
        return pictures;
    }

    /// <summary>A name that is unique in the data set and valid as a file name.</summary>
    public string Name { get; }

    /// <summary>Number of things whose masks are known; 0 if the truth is not known.</summary>
    public int Things { get; }

    /// <summary>What each thing is, in order of the masks: words by property. Null if that is not known.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>>? Labels { get; }

    /// <summary>What a person should know about the picture's file, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Digest of the picture, its masks and labels (<see cref="ContentHash.OfPicture"/>).</summary>
    public string Digest { get; }

    /// <summary>Reads the picture.</summary>
    /// <exception cref="DataSetException">It is no longer the one that was described, or can no longer be used.</exception>
    /// <exception cref="Imaging.ImageException">It can no longer be read.</exception>
    public EvaluationPicture Read()
    {
        var picture = read();
        return ContentHash.OfPicture(picture) == Digest
            ? picture
            : throw new DataSetException($"{Name} was changed while the evaluation ran; start it again.");
    }
}
