using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Extraction;
using ConceptExpress.Extraction.Learning;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Drawing;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;
using ConceptExpress.Testing;

namespace ConceptExpress.Jobs.Tests.Naming;

/// <summary>An extraction tells what its concepts may be called.</summary>
public sealed class NamingTests : IDisposable
{
    readonly TemporaryFolder temp = new();
    readonly ModelPool pool = new();

    public void Dispose()
    {
        pool.Dispose();
        temp.Dispose();
    }

    ExtractionRequest Request(string output) => new()
    {
        Picture = Path.Combine(TestFolders.Repository, "samples", "toybox-01.png"),
        Output = temp[output],
        Previews = new PreviewSettings { Count = 0 },
        Settings = ExtractionSettings.Paper with
        {
            Resolution = 64,
            Locating = ExtractionSettings.Express.Locating with { MaxConcepts = 2 },
            Learning = new LearningSettings { Passes = 1, MergePass = 0, SplitTokens = 1 },
        },
        Compute = new ComputeSettings { Threads = 1 },
    };

    [Fact]
    public void TheEmbeddedCheckpoint_HasItsClip_OthersOnlyTheirWords_UnlessOneIsNamed()
    {
        ConceptsResult Run(string output, Func<ExtractionRequest, ExtractionRequest> change) =>
            change(Request(output)).Work(new JobContext(pool));
        var folder = new FolderModel(TestFolders.Toybox);
        var embedded = Run("embedded", request => request);
        var words = Run("words", request => request with { Model = folder });
        var named = Run("named", request => request with { Model = folder, Clip = TestFolders.ToyboxClip });

        Assert.NotEmpty(embedded.Manifest.Concepts);
        Assert.All(embedded.Manifest.Concepts.Concat(named.Manifest.Concepts), concept =>
            Assert.Equal(["embedding", "picture", "text"], concept.Naming!.Nearest.Keys.Order()));
        Assert.All(words.Manifest.Concepts, concept => Assert.Equal(["embedding", "text"], concept.Naming!.Nearest.Keys.Order()));
        Assert.All(embedded.Manifest.Concepts, concept =>
        {
            Assert.Matches("^[a-z]{3,}$", concept.Naming!.Name);
            Assert.All(concept.Naming.Nearest.Values, list => Assert.Equal(10, list.Count));
        });
        Assert.Equal(File.ReadAllBytes(Path.Combine(temp["words"], "embeddings", $"{words.Manifest.Concepts[0].Name}.safetensors")).Length,
            File.ReadAllBytes(Path.Combine(temp["named"], "embeddings", $"{named.Manifest.Concepts[0].Name}.safetensors")).Length);
        // The same request gives the same names.
        var again = Run("again", request => request);
        Assert.Equal(File.ReadAllText(Path.Combine(temp["embedded"], ResultNames.Manifest)),
            File.ReadAllText(Path.Combine(temp["again"], ResultNames.Manifest)));
    }

    [Fact]
    public void AnEncoderWithoutWords_IsRefused_BeforeTheWork()
    {
        var folder = Directory.CreateDirectory(temp["dino"]).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), """{ "model_type": "vit" }""");
        File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), "{}");
        var refusal = Assert.Throws<CheckpointException>(() => (Request("never") with { Clip = folder }).Work(new JobContext(pool)));
        Assert.Equal($"{folder} holds an encoder of pictures alone, which knows no words; name a CLIP instead.", refusal.Message);
        Assert.False(Directory.Exists(temp["never"]));
        var missing = Assert.Throws<CheckpointException>(
            () => (Request("never") with { Clip = temp["nothing"] }).Work(new JobContext(pool)));
        Assert.Contains("does not exist", missing.Message, StringComparison.Ordinal);
    }
}
