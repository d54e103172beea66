using ConceptExpress.Diffusion;
using ConceptExpress.Hub;
using ConceptExpress.Hub.Downloads;

namespace ConceptExpress.Jobs.Checkpoints;

/// <summary>Turns the events of a download into those of jobs. A step is a million bytes.</summary>
/// <param name="context">Receives them.</param>
/// <param name="known">The licence that the table of short names tells; null if it tells none.</param>
sealed class DownloadProgress(JobContext context, ModelLicence? known)
{
    const long Step = 1_000_000;

    long total;
    int shown;

    /// <summary>Forwards an event.</summary>
    public void Report(DownloadEvent happened)
    {
        switch (happened)
        {
            case FilesChosen chosen:
                context.Report(new Noted($"{chosen.Files} files, {ByteCount.Words(chosen.Bytes)}. Licence: "
                    + $"{(chosen.Licence ?? known)?.ToString() ?? "not stated; see the publisher's page"}."));
                break;
            case BytesBegan began: Begin(began.Phase, began.Bytes); break;
            case BytesDone done: Advance(done.Bytes, done.Path); break;
            case DownloadNote note: context.Report(new Noted(note.Text)); break;
        }
    }

    /// <summary>Begins a phase of this many bytes.</summary>
    public void Begin(string phase, long bytes)
    {
        (total, shown) = (bytes, 0);
        context.Report(new PhaseBegan(phase, Steps(bytes), "MB"));
    }

    /// <summary>Reports the steps up to this many bytes. Bytes that come a second time are not counted again.</summary>
    public void Advance(long bytes, string detail)
    {
        var reached = bytes >= total ? Steps(total) : (int)(bytes / Step);
        for (; shown < reached; shown++) context.Report(new Advanced(detail));
    }

    static int Steps(long bytes) => (int)Math.Min((bytes + Step - 1) / Step, int.MaxValue);
}
