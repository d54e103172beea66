using System.Globalization;
using System.Text.Json;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Generated;

/// <summary>How a picture was generated: told in the picture's own text chunks, once as other programs read it and once as JSON.</summary>
/// <param name="Schema"><see cref="CurrentSchema"/>.</param>
/// <param name="Version">Of ConceptExpress.</param>
/// <param name="Model">The checkpoint.</param>
/// <param name="Settings">Prompt, size, sampler and seed, all as used.</param>
/// <param name="Concepts">The learned words in the prompt, and where they came from.</param>
public sealed record PictureRecord(string Schema, string Version, ModelRecord Model, GenerationSettings Settings, IReadOnlyList<PictureConcept> Concepts)
{
    public const string CurrentSchema = "conceptexpress/picture@2";

    /// <summary>The keyword that A1111, and all that read its pictures, look for.</summary>
    public const string ParametersKeyword = "parameters";

    /// <summary>The keyword of the JSON.</summary>
    public const string JsonKeyword = "conceptexpress";

    /// <summary>The texts of the picture's PNG, by keyword.</summary>
    public IReadOnlyDictionary<string, string> Texts() => new Dictionary<string, string>
    {
        [ParametersKeyword] = Parameters(),
        [JsonKeyword] = JsonSerializer.Serialize(this, LibraryJson.Compact),
    };

    /// <summary>A1111's form: the prompt, a line for the negative prompt if any, a line of settings.</summary>
    string Parameters()
    {
        var negative = Settings.NegativePrompt.Length == 0 ? "" : $"Negative prompt: {Settings.NegativePrompt}\n";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Settings.Prompt}\n{negative}Steps: {Settings.Sampling.Steps}, Sampler: {SamplerName()}, CFG scale: {Settings.Sampling.Guidance}, Seed: {Settings.Seed}, "
            + $"Size: {Settings.Width}x{Settings.Height}, Model hash: {ShortHash()}, Model: {Model.Name}, Version: ConceptExpress {Version}");
    }

    string SamplerName() => Settings.Sampling.Sampler switch { "ddim" => "DDIM", "pndm" => "PLMS", "dpm++" => "DPM++ 2M", var other => other };

    string ShortHash() => Model.Hash[(Model.Hash.IndexOf(':') + 1)..] is { Length: > 10 } hash ? hash[..10] : Model.Hash;
}

/// <summary>A learned word that a prompt used.</summary>
/// <param name="Token">As the prompt says it.</param>
/// <param name="Original">As its folder says it.</param>
/// <param name="Image">The picture it came from.</param>
/// <param name="ImageSha256">That picture's digest.</param>
public sealed record PictureConcept(string Token, string Original, string Image, string ImageSha256);
