using System.Text.Json;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli.Running;

/// <summary>What <c>extract</c> and <c>localize</c> say when they are done.</summary>
/// <param name="Output">The folder, as a full path.</param>
/// <param name="Manifest">Its <c>concepts.json</c>.</param>
/// <param name="Warnings">What was said on the way.</param>
sealed record ExtractionResult(string Output, ConceptManifest Manifest, IReadOnlyList<string> Warnings)
{
    public void Print(TextWriter output, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(this, LibraryJson.Indented));
            return;
        }
        var concepts = Manifest.Concepts;
        output.WriteLine($"{concepts.Count} concept{(concepts.Count == 1 ? "" : "s")} in {Output}");
        foreach (var concept in concepts) output.WriteLine($"  {concept.Token}  {concept.Coverage:0.0%} of the picture");
        if (concepts is [{ Embedding: not null } first, ..])
            output.WriteLine($"Draw with them: conceptexpress generate --concepts \"{Output}\" --prompt \"a photo of {first.Token}\" --output pictures");
    }
}
