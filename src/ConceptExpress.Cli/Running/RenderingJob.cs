using System.Text.Json;
using ConceptExpress.Cli.Progress;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Cli.Running;

/// <summary>Scenes on their way to a folder. All options are checked, nothing is drawn yet.</summary>
sealed record RenderingJob
{
    public required SceneSettings Settings { get; init; }
    public required int Count { get; init; }

    /// <summary>Of the first scene; each further one has a seed one higher.</summary>
    public required long Seed { get; init; }

    /// <summary>Width and height in pixels.</summary>
    public required int Side { get; init; }

    public required string Output { get; init; }
    public required bool Replace { get; init; }

    /// <summary>Draws the scenes and writes the folder.</summary>
    public RenderingResult Run(Session session)
    {
        var display = session.NewDisplay();
        display.Run(() => OutputFolder.Write(Output, Replace, folder => Fill(folder, display, session.Stop)));
        return new RenderingResult(Path.GetFullPath(Output), Count);
    }

    void Fill(string folder, ProgressDisplay display, CancellationToken stop)
    {
        display.Begin("Drawing", Count);
        for (var i = 0; i < Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            var scene = SceneComposer.Compose((ulong)(Seed + i), Settings);
            SceneFiles.Write(Path.Combine(folder, SceneFiles.Folder(i, Count)), scene, SceneRenderer.Render(scene, Side));
            display.Advance();
        }
    }
}

/// <summary>What <c>toybox render</c> says when it is done.</summary>
/// <param name="Output">The folder, as a full path.</param>
/// <param name="Scenes">How many scenes it got.</param>
sealed record RenderingResult(string Output, int Scenes)
{
    public void Print(TextWriter output, bool json) => output.WriteLine(json
        ? JsonSerializer.Serialize(this, LibraryJson.Indented)
        : $"{Scenes} scene{(Scenes == 1 ? "" : "s")} in {Output}");
}
