using System.Text.Json;
using ConceptExpress.Library.Generated;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Cli.Running;

/// <summary>What <c>generate</c> says when it is done.</summary>
/// <param name="Output">The folder, as a full path.</param>
/// <param name="Pictures">Its pictures, relative to it.</param>
/// <param name="Grid">All of them on one sheet, relative to it; null for a single one.</param>
/// <param name="First">How the first picture was drawn.</param>
/// <param name="Warnings">What was said on the way.</param>
sealed record GenerationResult(string Output, IReadOnlyList<string> Pictures, string? Grid, PictureRecord First, IReadOnlyList<string> Warnings)
{
    public void Print(TextWriter output, bool json) => output.WriteLine(json
        ? JsonSerializer.Serialize(this, LibraryJson.Indented)
        : $"{Pictures.Count} picture{(Pictures.Count == 1 ? "" : "s")} in {Output}");
}
