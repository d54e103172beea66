using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Jobs;

/// <summary>
/// Draws scenes of toys, with the true mask of every toy. Each scene is a folder (<c>000</c>, <c>001</c>, ...) with <c>img.png</c>,
/// <c>mask0.png</c>, <c>mask1.png</c>, ... and <c>scene.json</c>, which has the words of the toys.
/// </summary>
public sealed partial record RenderingRequest : FolderRequest<ScenesResult>
{
    /// <summary>Which scenes to compose.</summary>
    /// <value>The default has each property's default: normal difficulty, any number of toys, all patterns.</value>
    public SceneSettings Scenes { get; init; } = new();

    /// <summary>Number of scenes, 1 to 100,000.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 100_000)]
    public int Count { get; init; } = 1;

    /// <summary>Seed of the first scene, 0 to 2^53 - 1. It increases by one with every further scene.</summary>
    /// <value>The default is 0.</value>
    [Range(typeof(long), "0", "9007199254740991")]
    public long Seed { get; init; }

    /// <summary>Width and height in pixels, 32 to 2048.</summary>
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
    /// <exception cref="SettingsException">A setting is out of its range.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="SceneSettings.PlainShare"/> is not 0 to 1.</exception>
    /// <exception cref="InvalidOperationException">The toys of a seed found no room; use another seed or fewer toys.</exception>
    /// <exception cref="OutputException">
    /// The folder cannot be written. <see cref="OutputOccupiedException"/>: it has content that must not be replaced.
    /// </exception>
    /// <exception cref="OperationCanceledException">The job was cancelled; nothing was written.</exception>
    public override ScenesResult Work(JobContext context) => Observed(context, Perform);

    ScenesResult Perform(JobContext context)
    {
        SettingsCheck.Require(this);
        RequireCount();
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

    void RequireCount()
    {
        var (low, high) = SceneRules.Of(Scenes.Difficulty).Counts;
        if (Scenes.ToyCount is { } count && (count < low || count > high))
            throw new SettingsException($"scenes.toyCount is {count}, but {Scenes.Difficulty.ToString().ToLowerInvariant()} scenes have "
                + $"{(low == high ? $"{low}" : $"{low} to {high}")} toy{(high == 1 ? "" : "s")}; leave it out, or choose "
                + "another scenes.difficulty.");
    }

    [GeneratedRegex(@"^[0-9]{3,}/(img\.png|mask[0-9]+\.png|scene\.json)\z")]
    private static partial Regex SceneFile();
}

/// <summary>The result of a job that wrote a folder of scenes.</summary>
/// <param name="Output">Full path of the folder, with links resolved.</param>
/// <param name="Scenes">Number of scenes written.</param>
public sealed record ScenesResult(string Output, int Scenes);
