using System.Reflection;
using ConceptExpress.Evaluation.Methods;
using ConceptExpress.Extraction;

namespace ConceptExpress.Evaluation.Tests.Methods;

public sealed class EvaluationMethodTests
{
    [Theory]
    [InlineData("paper")]
    [InlineData("given-masks", nameof(ExtractionSettings.GivenMasks))]
    [InlineData("no-split", nameof(ExtractionSettings.SplitTokens))]
    [InlineData("no-alignment", nameof(ExtractionSettings.AlignmentWeight))]
    [InlineData("mse-alignment", nameof(ExtractionSettings.Alignment), nameof(ExtractionSettings.AlignmentWeight))]
    [InlineData("no-contrast", nameof(ExtractionSettings.ContrastWeight))]
    [InlineData("kmeans", nameof(ExtractionSettings.PreClustering))]
    [InlineData("no-filter", nameof(ExtractionSettings.SaliencyFilter))]
    [InlineData("random-init", nameof(ExtractionSettings.TokenStart))]
    [InlineData("express")]
    [InlineData("no-close-ups", nameof(ExtractionSettings.CloseUps))]
    [InlineData("no-word-search", nameof(ExtractionSettings.TokenStart))]
    public void AMethod_DiffersFromItsPreset_InWhatItNamesOnly(string method, params string[] properties)
    {
        var (settings, preset) = (EvaluationMethod.Find(method)!.Settings, ExtractionSettings.For(EvaluationMethod.Find(method)!.Preset));
        var different = typeof(ExtractionSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => !Equals(property.GetValue(settings), property.GetValue(preset))).Select(property => property.Name);
        Assert.Equal(properties.Order(), different.Order());
    }

    [Fact]
    public void TheTable_HasEveryMethodOnce_AndExpressIsThePreset()
    {
        Assert.Equal(12, EvaluationMethod.Names.Distinct().Count());
        Assert.Equal(ExtractionSettings.Express, EvaluationMethod.Find("express")!.Settings);
        Assert.Null(EvaluationMethod.Find("paper "));
    }

    [Fact]
    public void OtherChoices_DoNotUndoWhatAMethodIsNamedFor() =>
        Assert.Equal(1, EvaluationMethod.Find("no-split")!.Change(ExtractionSettings.Paper with { SplitTokens = 7 }).SplitTokens);
}
