using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Settings;
using ConceptExpress.Library.Tests.Concepts;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Settings;

public sealed class SettingsFileTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    [Fact]
    public void WholeConceptsFile_GivesTheSettingsOfItsRun()
    {
        var report = Reports.Learned(seed: 77);
        ConceptFolderWriter.Write(temp.Path, report);
        var read = SettingsJson.WithFile(ExtractionSettings.Paper, temp[ResultNames.Manifest]);
        Assert.Equal(EverySetting.Text(report.Settings), EverySetting.Text(read));
    }

    [Fact]
    public void BareRecord_IsTakenWhole()
    {
        LibraryJson.Write(temp["settings.json"], SettingsRecord.Of(ExtractionSettings.Paper with { Seed = 5 }));
        Assert.Equal(EverySetting.Text(ExtractionSettings.Paper with { Seed = 5 }),
            EverySetting.Text(SettingsJson.WithFile(ExtractionSettings.Express, temp["settings.json"])));
    }

    [Fact]
    public void PartOfARecord_LeavesTheRest()
    {
        Write("{ \"seed\": 9, /* a comment */ \"learning\": { \"flips\": false, }, }");
        var expected = ExtractionSettings.Express with { Seed = 9, Learning = ExtractionSettings.Express.Learning with { Flips = false } };
        Assert.Equal(EverySetting.Text(expected),
            EverySetting.Text(SettingsJson.WithFile(ExtractionSettings.Express, temp["settings.json"])));
    }

    [Fact]
    public void EmptyRecord_ChangesNothing()
    {
        Write("{}");
        Assert.Equal(EverySetting.Text(ExtractionSettings.Paper),
            EverySetting.Text(SettingsJson.WithFile(ExtractionSettings.Paper, temp["settings.json"])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{ \"seed\": }")]
    [InlineData("{ \"seed\": 1, \"seed\": 2 }")]
    [InlineData("{ \"learning\": { \"passes\": 1, \"passes\": 2 } }")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("{ \"seed\": \"five\" }")]
    [InlineData("{ \"seeds\": 5 }")]
    [InlineData("{ \"schema\": \"conceptexpress/concepts@2\" }")]
    [InlineData("{ \"schema\": \"conceptexpress/concepts@2\", \"settings\": [] }")]
    [InlineData("{ \"schema\": \"conceptexpress/picture@2\", \"settings\": {} }")]
    [InlineData("{ \"schema\": 5, \"settings\": {} }")]
    [InlineData("{ \"schema\": \"\\ud800\", \"settings\": {} }")]
    [InlineData("{ \"\\ud800\": 5 }")]
    [InlineData("{ \"learning\": { \"start\": { \"kind\": \"\\ud800\" } } }")]
    [InlineData("{ \"learning\": { \"optimizer\": { \"rateUnit\": \"\\ud800\" } } }")]
    [InlineData("\u0000\u0001\u0002")]
    public void WhatIsNoRecord_IsRefusedBySentence(string json)
    {
        Write(json);
        AssertRefused(temp["settings.json"]);
    }

    [Fact]
    public void SettingsOfTheFirstSchema_AreRefusedByItsName() =>
        Assert.Contains("concepts@1", AssertRefused(FirstSchema.File), StringComparison.Ordinal);

    [Fact]
    public void MissingFile_AndFolder_AreRefused()
    {
        Assert.Contains("absent.json", AssertRefused(temp["absent.json"]), StringComparison.Ordinal);
        Assert.Contains("absent", AssertRefused(temp["absent/x.json"]), StringComparison.Ordinal);
        AssertRefused(temp.Path);
        AssertRefused("");
    }

    [Fact]
    public void TooLongFile_IsRefusedUnread()
    {
        using (var file = File.Create(temp["settings.json"])) file.SetLength((16 << 20) + 1);
        Assert.Contains("too long", AssertRefused(temp["settings.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void DeepNesting_IsRefused()
    {
        Write(string.Concat(Enumerable.Repeat("{\"learning\":", 5000)));
        AssertRefused(temp["settings.json"]);
    }

    static string AssertRefused(string path)
    {
        var refusal = Assert.Throws<SettingsException>(() => SettingsJson.WithFile(ExtractionSettings.Express, path));
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal.Message;
    }

    void Write(string json) => File.WriteAllText(temp["settings.json"], json);

    public void Dispose() => temp.Dispose();
}
