using System.Buffers.Binary;
using System.Text;
using ConceptExpress.Diffusion;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Settings;
using ConceptExpress.Library.States;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Concepts;

/// <summary>Thousands of damaged files of this library: each is read or refused, and costs little.</summary>
public sealed class LibraryMutationTests : IDisposable
{
    const long MaxAllocated = 20_000_000;

    readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public void MutatedManifests_AreReadOrRefused()
    {
        ConceptFolderWriter.Write(temp.Path, Reports.Learned());
        var original = File.ReadAllText(temp[ResultNames.Manifest]);
        new MutationRun("concepts.json", 1, MaxAllocated, typeof(ConceptFolderException)).Run(
            (_, random) => Mutation.OfJson(original, random),
            (bytes, _) =>
            {
                File.WriteAllBytes(temp[ResultNames.Manifest], bytes);
                var folder = WordSource.Of(ConceptFolder.Open(temp.Path));
                Assert.NotEmpty(ConceptVocabulary.Of([folder, folder]).Words);
            });
    }

    [Fact]
    public void MutatedSettings_AreReadOrRefused()
    {
        ExtractionSettings[] all = [ExtractionSettings.Paper, ExtractionSettings.Express];
        string[] originals = [.. all.Select(settings => System.Text.Json.JsonSerializer.Serialize(SettingsRecord.Of(settings),
            LibraryJson.Indented))];
        new MutationRun("settings file", 2, MaxAllocated, typeof(SettingsException)).Run(
            (i, random) => Mutation.OfJson(originals[i % 2], random),
            (bytes, i) => SettingsJson.WithFile(all[i / 2 % 2], temp.Write("settings.json", bytes)).Validated());
    }

    [Fact]
    public void MutatedStates_AreReadOrRefused()
    {
        var state = new StateFolder(temp.Path);
        WriteState(state);
        string[] names = ["extraction.json", "steps.jsonl", "learning.safetensors", "located.safetensors", "starts.safetensors"];
        var files = names.Select(name => (Path: Path.Combine(state.Path, name), Bytes: File.ReadAllBytes(Path.Combine(state.Path, name))))
            .ToList();
        new MutationRun("state of an extraction", 3, MaxAllocated, typeof(StateException)) { Every = 4 }.Run(
            (i, random) => Mutated(files[i % files.Count].Path, files[i % files.Count].Bytes, random),
            (bytes, i) =>
            {
                File.WriteAllBytes(files[i % files.Count].Path, bytes);
                try
                {
                    Assert.NotEmpty(state.Open().Located);
                }
                finally
                {
                    foreach (var file in files) File.WriteAllBytes(file.Path, file.Bytes);
                }
            });
    }

    [Fact]
    public void MutatedEmbeddings_AreReadOrRefused()
    {
        ConceptFolderWriter.Write(temp.Path, Reports.Learned());
        var original = File.ReadAllBytes(Directory.GetFiles(temp.Path, "*.safetensors", SearchOption.AllDirectories)[0]);
        new MutationRun("embedding file", 4, MaxAllocated, typeof(EmbeddingException)).Run(
            (_, random) => Mutated(".safetensors", original, random),
            (bytes, _) => Assert.NotEmpty(EmbeddingFile.Read(temp.Write("word.safetensors", bytes)).Words));
    }

    static byte[] Mutated(string path, byte[] bytes, Random random)
    {
        if (path.EndsWith(".json", StringComparison.Ordinal)) return Mutation.OfJson(Encoding.UTF8.GetString(bytes), random);
        if (!path.EndsWith(".safetensors", StringComparison.Ordinal) || random.Next(2) == 0) return Mutation.OfBytes(bytes, random);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var header = Mutation.OfJson(Encoding.UTF8.GetString(bytes, 8, length), random);
        return [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. bytes[(8 + length)..]];
    }

    static void WriteState(StateFolder state)
    {
        state.Begin(new StateRecord
        {
            Image = new ImageRecord { Name = "toys.png", Width = 40, Height = 30, Sha256 = new string('a', 64) },
            Masks = null,
            Model = new ModelRecord("toybox", "embedded:toybox", "sha256:" + new string('b', 64), "fp32"),
            Settings = ExtractionSettings.Express with { Resolution = 96 },
            Previews = new PreviewSettings(),
            SampleEvery = 3,
        }, Reports.LocatedOnly().Located);
        state.Save([new float[4], new float[4]]);
        state.Save(new MergedState
        {
            Concepts = 2,
            Vectors = 1,
            Rows = new float[8],
            First = new float[8],
            Second = new float[8],
            Pass = 1,
            Step = 3,
            Losses = Reports.Losses(0.1, double.NaN, null, 0.2),
        }, Reports.Steps(3).Lines);
    }
}
