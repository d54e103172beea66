using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Imaging;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Programs;
using ConceptExpress.Library.Tests.Concepts;
using ConceptExpress.Library.Tests.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Library.Tests.Programs;

/// <summary>Words in the folders of other programs.</summary>
public sealed class WordExportTests : IDisposable
{
    readonly TemporaryFolder temp = new();

    static readonly Dictionary<string, Func<string, string, long[]?>> Readers = new()
    {
        ["a1111"] = OtherPrograms.A1111,
        ["forge"] = OtherPrograms.A1111,
        ["comfyui"] = OtherPrograms.ComfyUi,
        ["invokeai"] = OtherPrograms.InvokeAi,
        ["swarmui"] = OtherPrograms.SwarmUi,
        ["diffusers"] = OtherPrograms.Diffusers,
    };

    public static TheoryData<string> Programs => [.. DrawingProgram.All.Select(program => program.Id)];

    ConceptFolder Extracted(string folder, string image, int vectors = 1, long seed = 7)
    {
        var report = Reports.Learned(seed, image);
        report = report with
        {
            Learned = report.Learned! with
            {
                Concepts = [.. report.Learned.Concepts.Select(concept => concept with
                {
                    Word = concept.Word with { Vectors = [.. Enumerable.Repeat(concept.Word.Vectors[0], vectors)] },
                })],
            },
        };
        Directory.CreateDirectory(temp[folder]);
        ConceptFolderWriter.Write(temp[folder], report);
        return ConceptFolder.Open(temp[folder]);
    }

    IReadOnlyList<ExportedWord> Export(string program, string to, bool replace, params ConceptFolder[] folders)
    {
        var export = new WordExport(DrawingProgram.ById(program)!, temp[to], replace);
        foreach (var folder in folders)
            foreach (var concept in folder.Manifest.Concepts) export.Add(folder, concept);
        return export.Write();
    }

    /// <summary>Also of names without Latin letters, and of several vectors.</summary>
    [Theory, MemberData(nameof(Programs))]
    public void EveryWordOfSeveralPictures_IsFoundByName_WithItsPicture(string program)
    {
        var words = Export(program, "there", false, Extracted("one", "toys.png"), Extracted("two", "toys-2.png", vectors: 3),
            Extracted("three", "\u72ac.png"), Extracted("four", "\u732b.png"));
        Assert.Equal(8, words.Count);
        Assert.Equal(8, words.Select(word => word.Spelling).Distinct().Count());
        foreach (var word in words)
        {
            long[] shape = word.Name.StartsWith("toys-2", StringComparison.Ordinal) ? [3, 16] : [16];
            Assert.Equal<long>(shape, Readers[program](temp["there"], word.Spelling)!);
            Assert.True(ImageReader.Read(OtherPrograms.PictureOf(temp["there"], word.Name)).Width > 0);
            using var file = SafeTensorsFile.Open(word.File);
            Assert.Equal(word.Spelling, file.Metadata[EmbeddingMetadata.TriggerPhrase]);
        }
    }

    /// <summary>The files of concept folders themselves, copied by hand.</summary>
    [Theory, MemberData(nameof(Programs))]
    public void FilesCopiedByHand_AreFoundByName(string program)
    {
        foreach (var folder in new[] { Extracted("one", "toys.png"), Extracted("two", "room.png") })
            foreach (var file in Directory.GetFiles(Path.Combine(folder.Path, ResultNames.Embeddings)))
            {
                Directory.CreateDirectory(temp["there"]);
                File.Copy(file, temp[$"there/{Path.GetFileName(file)}"]);
            }
        foreach (var name in new[] { "toys-asset0", "toys-asset1", "room-asset0", "room-asset1" })
        {
            Assert.Equal([16], Readers[program](temp["there"], DrawingProgram.ById(program)!.Spell(name))!);
            Assert.True(File.Exists(OtherPrograms.PictureOf(temp["there"], name)));
        }
    }

    [Fact]
    public void TheHeader_HasAllThatModelSpecRequires_AndWhatProgramsShow()
    {
        using var file = SafeTensorsFile.Open(temp["one/" + Extracted("one", "toys.png").Manifest.Concepts[0].Embedding!]);
        string[] required = ["modelspec.sai_model_spec", "modelspec.architecture", "modelspec.implementation", "modelspec.title",
            "modelspec.resolution"];
        Assert.All(required, key => Assert.NotEmpty(file.Metadata[key]));
        Assert.StartsWith("data:image/jpeg;base64,", file.Metadata["modelspec.thumbnail"], StringComparison.Ordinal);
        var thumbnail = Convert.FromBase64String(file.Metadata["modelspec.thumbnail"].Split(',')[1]);
        Assert.True(ImageReader.Decode(thumbnail, "thumbnail").Width > 0);
        Assert.All(DrawingProgram.All, program =>
            Assert.Contains(program.Spell("toys-asset0"), file.Metadata["modelspec.usage_hint"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(768, "stable-diffusion-v1/textual-inversion")]
    [InlineData(1024, "stable-diffusion-v2-768-v/textual-inversion")]
    public void TheFamily_IsNamedAsProgramsKnowIt(int width, string architecture)
    {
        var texts = EmbeddingMetadata.Of(new ConceptWord("<a>", [new float[width]]), new ImportRecord("a.pt", "aa"));
        Assert.Equal(architecture, texts["modelspec.architecture"]);
    }

    [Fact]
    public void AnExportTwice_ChangesNothing()
    {
        var folder = Extracted("one", "toys.png");
        Assert.All(Export("comfyui", "there", false, folder), word => Assert.True(word.IsNew));
        var before = File.GetLastWriteTimeUtc(temp["there/toys-asset0.safetensors"]);
        Assert.All(Export("comfyui", "there", false, folder), word => Assert.False(word.IsNew));
        Assert.Equal(before, File.GetLastWriteTimeUtc(temp["there/toys-asset0.safetensors"]));
    }

    [Fact]
    public void AnEarlierVersionOfAWord_IsReplacedOnlyIfAllowed()
    {
        Export("comfyui", "there", false, Extracted("one", "toys.png"));
        var later = Extracted("two", "toys.png", seed: 8);
        var refusal = Assert.Throws<OutputOccupiedException>(() => Export("comfyui", "there", false, later));
        Assert.True(refusal.Replaceable);
        Export("comfyui", "there", true, later);
        Assert.Equal(later.Words[0].Vectors, EmbeddingFile.Read(temp["there/toys-asset0.safetensors"]).Words[0].Vectors);
    }

    /// <summary>Somebody's file is neither replaced nor hidden, whatever its kind, its folder and the case of its name.</summary>
    [Theory]
    [InlineData("toys-asset1.safetensors")]
    [InlineData("Toys-Asset1.pt")]
    [InlineData("more/toys-asset1.bin")]
    [InlineData("toys-asset1.png")]
    [InlineData("toys-asset1.preview.png")]
    public void FilesOfOthers_AreRefused_AndNothingIsWritten(string name)
    {
        temp.Fill($"there/{name}");
        foreach (var replace in new[] { false, true })
        {
            var extracted = Extracted($"one{replace}", "toys.png");
            var refusal = Assert.Throws<OutputOccupiedException>(() => Export("a1111", "there", replace, extracted));
            Assert.Contains(name.Split('/')[^1], refusal.Message, StringComparison.Ordinal);
            Assert.False(refusal.Replaceable);
        }
        Assert.Equal([$"there/{name}"], temp.Files().Where(file => file.StartsWith("there", StringComparison.Ordinal)));
    }

    [Fact]
    public void AnotherPicturesWordOfTheSameName_IsRefused()
    {
        Export("a1111", "there", false, Extracted("one", "toys.png"));
        var edited = Extracted("two", "toys.png", seed: 8);
        edited = edited with { Manifest = edited.Manifest with { Image = edited.Manifest.Image! with { Sha256 = new string('c', 64) } } };
        var texts = new Dictionary<string, string>(EmbeddingMetadata.In(temp["two/embeddings/toys-asset0.safetensors"]))
        { [EmbeddingMetadata.ImageSha256] = new string('c', 64) };
        EmbeddingWriter.Write(temp["two/embeddings/toys-asset0.safetensors"], edited.Words[0], texts);
        Assert.False(Assert.Throws<OutputOccupiedException>(() => Export("a1111", "there", true, edited)).Replaceable);
    }

    [Theory]
    [InlineData("comfyui", "models/embeddings", "models/embeddings")]
    [InlineData("swarmui", "models/embeddings", "models/embeddings")]
    [InlineData("a1111", "embeddings", "embeddings")]
    [InlineData("a1111", "other", "")]
    [InlineData("invokeai", "embeddings", "")]
    public void FilesGoWhereTheProgramLooks(string program, string there, string place)
    {
        Directory.CreateDirectory(temp[$"program/{there}"]);
        Export(program, "program", false, Extracted("one", "toys.png"));
        Assert.True(File.Exists(Path.Combine(temp["program"], place, "toys-asset0.safetensors")));
    }

    public void Dispose() => temp.Dispose();
}
