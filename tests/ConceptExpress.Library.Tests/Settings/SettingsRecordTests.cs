using System.Text.Json;
using System.Text.Json.Nodes;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Settings;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Settings;

public sealed class SettingsRecordTests
{
    public static TheoryData<Preset> Presets => [.. Enum.GetValues<Preset>()];

    [Theory]
    [MemberData(nameof(Presets))]
    public void EverySetting_IsOnDisk_AndComesBack(Preset preset)
    {
        var settings = ExtractionSettings.For(preset);
        var changes = EverySetting.Changed(settings);
        Assert.True(changes.Count > 80, $"only {changes.Count} changes were found");
        foreach (var (path, changed) in changes)
        {
            Assert.True(Json((ExtractionSettings)changed) != Json(settings), $"{path} is not on disk");
            Assert.Equal(EverySetting.Text(changed), EverySetting.Text(Read(Json((ExtractionSettings)changed))));
        }
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void ChangesOfSettings_AllDiffer_OnDisk(Preset preset)
    {
        var texts = EverySetting.Changed(ExtractionSettings.For(preset))
            .Select(change => (change.Path, Json: Json((ExtractionSettings)change.Settings)));
        Assert.All(texts.GroupBy(text => text.Json),
            same => Assert.True(same.Count() == 1, $"alike on disk: {string.Join(", ", same.Select(text => text.Path))}"));
    }

    /// <summary>
    /// Whoever renames a setting sees here that files of earlier versions would not be read: the disk has names of its own.
    /// </summary>
    [Theory]
    [MemberData(nameof(Presets))]
    public void Disk_HasTheNamesAndValuesOfItsSchema(Preset preset)
    {
        var file = Path.Combine(TestFolders.Data, "settings", $"{preset.ToString().ToLowerInvariant()}.concepts-2.json");
        Assert.Equal(File.ReadAllText(file), Json(ExtractionSettings.For(preset)) + "\n");
    }

    [Fact]
    public void AFileOfBeforeThereWereSeveralVectors_HasOne()
    {
        var json = JsonNode.Parse(Json(ExtractionSettings.Express with { Learning = new() { Vectors = 3 } }))!;
        Assert.True(json["learning"]!.AsObject().Remove("vectors"));
        Assert.Equal(1, Read(json.ToJsonString()).Learning.Vectors);
    }

    [Fact]
    public void Kind_NeedNotComeFirst()
    {
        var json = JsonNode.Parse(Json(ExtractionSettings.Express))!.AsObject();
        var locating = json["locating"]!.AsObject();
        var kind = locating["kind"]!.DeepClone();
        locating.Remove("kind");
        locating.Add("kind", kind);
        Assert.Equal(EverySetting.Text(ExtractionSettings.Express), EverySetting.Text(Read(json.ToJsonString())));
    }

    static string Json(ExtractionSettings settings) => JsonSerializer.Serialize(SettingsRecord.Of(settings), LibraryJson.Indented);

    static ExtractionSettings Read(string json) => JsonSerializer.Deserialize<SettingsRecord>(json, LibraryJson.Indented)!.ToSettings();
}
