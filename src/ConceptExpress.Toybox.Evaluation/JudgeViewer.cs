using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Evaluation.Metrics;
using ConceptExpress.Evaluation.Viewing;
using ConceptExpress.Library.Output;
using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>
/// Checks with the judge whether generated pictures show the toys that their words were learned from. It can see pictures of toys only.
/// </summary>
/// <param name="judge">The judge. The viewer owns it and disposes of it.</param>
/// <param name="files">A digest of the judge's files.</param>
sealed class JudgeViewer(Judge judge, string files) : IViewer
{
    // Each figure is the share of a concept's pictures for which the judge agrees in this property.
    static readonly IReadOnlyList<(MetricColumn Column, Func<Agreement, bool> Right)> Shares =
    [
        (new("judgeCategory", "judge: category"), agreement => agreement.Category),
        (new("judgeColor", "judge: colour"), agreement => agreement.Color),
        (new("judgePattern", "judge: pattern"), agreement => agreement.Pattern),
        (new("judgeAll", "judge: all three", Leading: true), agreement => agreement.All()),
    ];

    /// <summary>Loads a viewer with a judge.</summary>
    /// <param name="folder">The folder that holds the judge's <c>model.safetensors</c>.</param>
    /// <param name="device">The device to run on; null for the CPU.</param>
    /// <exception cref="Diffusion.Checkpoints.CheckpointException">The file is missing or does not hold a judge.</exception>
    public static JudgeViewer Load(string folder, Device? device = null) => new(Judge.Load(folder, device), ContentHash.OfFolder(folder));

    public string Name => "judge";

    public string Files => files;

    public string? Form => null;

    public IReadOnlyList<MetricColumn> Columns { get; } = [.. Shares.Select(share => share.Column)];

    /// <summary>Whether all things of a picture are labelled as toys.</summary>
    public static bool ShowsToys(SourcePicture picture) => ToyLabels.ToysIn(picture) is not null;

    public bool CanSee(SourcePicture picture) => ShowsToys(picture);

    public JsonNode See(ItemPictures item)
    {
        var toys = ToyLabels.ToysIn(item.Item.Picture)!;
        var verdicts = item.Concepts.Select((pictures, i) => item.Record.Concepts[i].Truth is { } truth
            ? judge.Of(pictures).Select(verdict => Agreement.Of(toys[truth], verdict)).ToList()
            : null);
        return JsonSerializer.SerializeToNode(verdicts.ToList(), LibraryJson.Compact)!;
    }

    public IReadOnlyList<ItemFigures> FiguresOf(IReadOnlyList<SeenItem> all) =>
        [.. all.Select(item => new ItemFigures(new Dictionary<string, double>(),
            [.. item.Seen.Deserialize<List<List<Agreement>?>>(LibraryJson.Compact)!.Select(agreements => Figures(agreements ?? []))]))];

    static Dictionary<string, double> Figures(List<Agreement> agreements) => agreements.Count == 0
        ? []
        : Shares.ToDictionary(share => share.Column.Name, share => agreements.Average(agreement => share.Right(agreement) ? 1.0 : 0));

    public void Dispose() => judge.Dispose();
}
