using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Generated;

/// <summary>
/// How a picture was generated. Stored in the text chunks of its PNG twice: in the form that other programs read, and as JSON.
/// </summary>
/// <param name="Schema"><see cref="CurrentSchema"/>.</param>
/// <param name="Version">The version of ConceptExpress.</param>
/// <param name="Model">The checkpoint that drew the picture.</param>
/// <param name="Settings">The prompts, size, sampler and seed that were used, with width and height filled in.</param>
/// <param name="Concepts">The learned words in the prompt or the negative prompt, each once, and their origins.</param>
public sealed record PictureRecord(string Schema, string Version, ModelRecord Model, GenerationSettings Settings,
    IReadOnlyList<PictureConcept> Concepts)
{
    /// <summary>The schema version that this program writes.</summary>
    public const string CurrentSchema = "conceptexpress/picture@2";

    /// <summary>
    /// The PNG keyword of the text that A1111 (Stable Diffusion web UI), and all programs that read its pictures, look for.
    /// </summary>
    public const string ParametersKeyword = "parameters";

    /// <summary>The PNG keyword of the JSON.</summary>
    public const string JsonKeyword = "conceptexpress";

    /// <summary>
    /// Returns the texts for the picture's PNG, by keyword: A1111's text under <see cref="ParametersKeyword"/>, and this record as JSON on
    /// one line under <see cref="JsonKeyword"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Texts() => new Dictionary<string, string>
    {
        [ParametersKeyword] = Parameters(),
        [JsonKeyword] = JsonSerializer.Serialize(this, LibraryJson.Compact),
    };

    /// <summary>Returns A1111's text: the prompt, a line for the negative prompt if there is one, and a line of settings.</summary>
    string Parameters()
    {
        var negative = Settings.NegativePrompt.Length == 0 ? "" : $"Negative prompt: {Settings.NegativePrompt}\n";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Settings.Prompt}\n{negative}Steps: {Settings.Sampling.Steps}, Sampler: {SamplerName()}, CFG scale: "
                + $"{Settings.Sampling.Guidance}, Seed: {Settings.Seed}, "
            + $"Size: {Settings.Width}x{Settings.Height}, Model hash: {ShortHash()}, Model: {Model.Name}, Version: ConceptExpress "
                + $"{Version}");
    }

    string SamplerName() =>
        Settings.Sampling.Sampler switch { "ddim" => "DDIM", "pndm" => "PLMS", "dpm++" => "DPM++ 2M", var other => other };

    string ShortHash() => Model.Hash[(Model.Hash.IndexOf(':') + 1)..] is { Length: > 10 } hash ? hash[..10] : Model.Hash;
}

/// <summary>A learned word that a prompt used.</summary>
/// <param name="Token">The word in the prompt.</param>
/// <param name="Original">
/// The word in its concept folder or embedding file; differs from <paramref name="Token"/> if a prefix was added.
/// </param>
/// <param name="Image">The file name of the picture that the word was learned from; null if it came from an embedding file.</param>
/// <param name="ImageSha256">
/// The SHA-256 of that file, 64 lower-case hexadecimal digits; null if the word came from an embedding file.
/// </param>
/// <param name="Imported">The embedding file that the word came from; null, the default, if it was learned from a picture.</param>
public sealed record PictureConcept(string Token, string Original, string? Image, string? ImageSha256,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImportRecord? Imported = null);
