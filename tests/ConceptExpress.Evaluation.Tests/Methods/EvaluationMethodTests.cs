using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Methods;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Locating;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Evaluation.Tests.Methods;

public sealed class EvaluationMethodTests
{
    [Theory]
    [InlineData("paper")]
    [InlineData("given-masks")]
    [InlineData("no-split", "learning.splitTokens")]
    [InlineData("no-alignment", "losses.alignmentWeight")]
    [InlineData("mse-alignment", "losses.alignment", "losses.alignmentWeight")]
    [InlineData("no-contrast", "losses.contrastWeight")]
    [InlineData("kmeans", "locating.clustering")]
    [InlineData("no-filter", "locating.minSaliency")]
    [InlineData("random-init", "learning.start")]
    [InlineData("express")]
    [InlineData("no-close-ups", "learning.closeUpFill")]
    [InlineData("no-word-search", "learning.start")]
    public void AMethod_DiffersFromItsPreset_InWhatItNamesOnly(string name, params string[] settings)
    {
        var method = EvaluationMethod.Find(name)!;
        var (own, preset) = (Values(method.Planned().Settings), Values(ExtractionSettings.For(method.Preset)));
        Assert.Equal(preset.Keys, own.Keys);
        Assert.Equal(settings.Order(), own.Keys.Where(path => own[path] != preset[path]).Order());
        Assert.Equal(name == "given-masks", method.Planned().GivenMasks);
        Assert.Equal(method.Planned().Settings, method.Planned().Settings.Validated());
    }

    [Fact]
    public void TheTable_HasEveryMethodOnce()
    {
        Assert.Equal(12, EvaluationMethod.Names.Distinct().Count());
        Assert.Null(EvaluationMethod.Find("paper "));
    }

    [Fact]
    public void OtherChoices_DoNotUndoWhatAMethodIsNamedFor()
    {
        var planned = EvaluationMethod.Find("no-split")!.Planned(settings => settings with
        {
            Seed = 7,
            Learning = settings.Learning with { SplitTokens = 7, Passes = 9 },
        });
        Assert.Equal((1, 9, 7), (planned.Settings.Learning.SplitTokens, planned.Settings.Learning.Passes, planned.Settings.Seed));
    }

    [Fact]
    public void AMethodOfThePublishedLocator_NeedsIt()
    {
        var method = EvaluationMethod.Find("kmeans")!;
        Assert.Throws<SettingsException>(() => method.Planned(settings => settings with { Locating = new BorderLocating() }));
    }

    /// <summary>Settings and the settings in parts, by their paths on disk.</summary>
    static Dictionary<string, string> Values(ExtractionSettings settings)
    {
        var record = (JsonObject)JsonSerializer.SerializeToNode(SettingsRecord.Of(settings), LibraryJson.Compact)!;
        IEnumerable<(string Path, JsonNode? Value)> Within(string name, JsonNode? part) =>
            part is JsonObject fields ? fields.Select(field => ($"{name}.{field.Key}", field.Value)) : [(name, part)];
        return record.SelectMany(part => Within(part.Key, part.Value))
            .ToDictionary(setting => setting.Path, setting => setting.Value?.ToJsonString() ?? "null");
    }
}
