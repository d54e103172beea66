using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Jobs;

/// <summary>Draws scenes of toys, with the true mask of every toy.</summary>
public sealed partial record RenderingRequest : FolderRequest<ScenesResult>
{
    /// <summary>Which scenes to compose.</summary>
    public SceneSettings Scenes { get; init; } = new();

    /// <summary>Number of scenes, 1 to 100,000.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 100_000)]
    public int Count { get; init; } = 1;

    /// <summary>Seed of the first scene, 0 to 2^53 - 1. It increases by one with every further scene.</summary>
    /// <value>The default is 0.</value>
    [Range(typeof(long), "0", "9007199254740991")]
    public long Seed { get; init; }

    /// <summary>Width and height in pixels.</summary>
    /// <value>The default is 96.</value>
    [Range(SettingsCheck.MinSide, SettingsCheck.MaxSide)]
    public int Side { get; init; } = 96;

    static readonly OutputKind Kind = new("toybox render", SceneFile(), folder =>
    [
        .. Directory.GetDirectories(folder).Where(scene => File.Exists(Path.Combine(scene, SceneFiles.Description)))
            .SelectMany(scene => Directory.GetFiles(scene)).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
                .Where(file => SceneFile().IsMatch(file)),
    ]);

    /// <inheritdoc/>
    public override ScenesResult Work(JobContext context)
    {
        SettingsCheck.Require(this);
        var output = Folder(Kind);
        output.Check();
        context.Report(new PhaseBegan("draw scenes", Count));
        output.Write(folder =>
        {
            for (var i = 0; i < Count; i++)
            {
                context.Stop.ThrowIfCancellationRequested();
                var scene = SceneComposer.Compose((ulong)(Seed + i), Scenes);
                SceneFiles.Write(Path.Combine(folder, SceneFiles.Folder(i, Count)), scene, SceneRenderer.Render(scene, Side));
                context.Report(new Advanced());
            }
        });
        context.Report(new Produced(output.Path));
        return new ScenesResult(output.Path, Count);
    }

    [GeneratedRegex(@"^[0-9]{3,}/(img\.png|mask[0-9]+\.png|scene\.json)\z")]
    private static partial Regex SceneFile();
}

/// <summary>The result of a job that wrote a folder of scenes.</summary>
/// <param name="Output">Full path of the folder.</param>
/// <param name="Scenes">Number of scenes written.</param>
public sealed record ScenesResult(string Output, int Scenes);
