using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ConceptExpress.Library.Generated;

/// <summary>
/// A1111's text about a picture: the prompt, a line for the negative prompt if there is one, and a line of settings. A1111, Forge and
/// galleries read it.
/// </summary>
static class A1111Parameters
{
    const int HashLength = 10, EmbeddingHashLength = 12;

    static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the text of a picture.</summary>
    public static string Of(PictureRecord record, PromptSpelling spelling)
    {
        var settings = record.Settings;
        var (sampler, schedule) = settings.Sampling.Sampler switch
        {
            "ddim" => ("DDIM", null),
            "pndm" => ("PLMS", null),
            "dpm++" => ("DPM++ 2M", "Uniform"), // without it, A1111 would take Karras's noise levels
            var other => (other, (string?)null),
        };
        (string Name, string? Value)[] fields =
        [
            ("Steps", Number(settings.Sampling.Steps)),
            ("Sampler", sampler),
            ("Schedule type", schedule),
            ("CFG scale", Number(settings.Sampling.Guidance)),
            ("Seed", Number(settings.Seed)),
            ("Size", $"{settings.Width}x{settings.Height}"),
            ("Model hash", ShortHash(record.Model.Hash)),
            ("Model", record.Model.Name),
            ("TI hashes", Embeddings(record.Concepts)),
            ("Version", $"ConceptExpress {record.Version}"),
        ];
        var negative = settings.NegativePrompt.Length == 0 ? "" : $"Negative prompt: {spelling.ForA1111(settings.NegativePrompt)}\n";
        var line = string.Join(", ", fields.Where(field => field.Value is not null)
            .Select(field => $"{field.Name}: {Quoted(field.Value!)}"));
        return $"{spelling.ForA1111(settings.Prompt)}\n{negative}{line}".Trim();
    }

    static string Number(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    // A value that would end too early is written as a JSON string.
    static string Quoted(string value) => value.AsSpan().IndexOfAny(",:\n") < 0 ? value : JsonSerializer.Serialize(value, Quoting);

    static string ShortHash(string hash) =>
        hash[(hash.IndexOf(':') + 1)..] is { Length: > HashLength } digits ? digits[..HashLength] : hash;

    static string? Embeddings(IReadOnlyList<PictureConcept> concepts)
    {
        var hashes = concepts.Where(concept => concept.Sha256 is { Length: >= EmbeddingHashLength })
            .Select(concept => (Name: PromptSpelling.NameOf(concept, concepts), Hash: concept.Sha256![..EmbeddingHashLength]))
            .Select(each => $"{each.Name.Replace(":", "").Replace(",", "")}: {each.Hash}").ToList();
        return hashes.Count == 0 ? null : string.Join(", ", hashes);
    }
}
