using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Output;
using ConceptExpress.Library.Settings;

namespace ConceptExpress.Evaluation.Items;

/// <summary>Computes the keys that results are stored under: digests of everything that a result depends on.</summary>
static class ContentHash
{
    // Increase the number whenever the same settings lead to another result.
    const string Meaning = "conceptexpress/evaluation-item@6";
    const int KeyLength = 32; // hexadecimal digits, 128 bits: enough to rule out collisions

    /// <summary>The key of one item.</summary>
    /// <param name="settings">The method's settings, with seed and resolution.</param>
    /// <param name="givenMasks">Whether the method learns on the true masks.</param>
    /// <param name="picture">The digest of the picture (<see cref="OfPicture"/>).</param>
    /// <param name="plan">The plan. Only how samples are drawn enters the key, not its methods and seeds.</param>
    /// <param name="computing">The checkpoint's fingerprint and how it is run.</param>
    /// <returns>32 hexadecimal digits.</returns>
    public static string OfItem(
        ExtractionSettings settings, bool givenMasks, string picture, EvaluationPlan plan, ComputingRecord computing) =>
        OfText(JsonSerializer.Serialize(
            new
            {
                Meaning,
                Settings = SettingsRecord.Of(settings),
                GivenMasks = givenMasks,
                Picture = picture,
                computing.Model,
                computing.Precision,
                computing.Device,
                computing.ThreadsPerWorker,
                Samples = SamplesRecord.Of(plan),
            }, LibraryJson.Compact));

    /// <summary>A digest of a picture's size, pixels, masks and labels. The name is not part of it.</summary>
    public static string OfPicture(EvaluationPicture picture)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{picture.Image.Size}\n"));
        hash.AppendData(picture.Image.Pixels);
        foreach (var mask in picture.Masks) hash.AppendData(MemoryMarshal.AsBytes(mask.Pixels));
        foreach (var labels in picture.Labels ?? [])
        {
            var ordered = labels.OrderBy(label => label.Key, StringComparer.Ordinal).ToDictionary();
            hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(ordered, LibraryJson.Compact));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 of the files of a model's folder with their names: configurations, vocabularies and weights.</summary>
    /// <exception cref="CheckpointException">A file cannot be read.</exception>
    public static string OfFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".json" or ".txt" or ".safetensors");
        return FileDigest.Of(folder, files);
    }

    /// <summary>The key of a text: the first 32 hexadecimal digits of its SHA-256.</summary>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..KeyLength];
}

/// <summary>The checkpoint of an evaluation and how it is run, as far as results depend on it.</summary>
/// <param name="Model">
/// The checkpoint's fingerprint (<see cref="Diffusion.StableDiffusion.Fingerprint"/>): <c>sha256:</c> and 64 hexadecimal digits.
/// </param>
/// <param name="Precision">The number format of the computation: fp32, bf16, fp16 or fp64.</param>
/// <param name="Device">The kind of device: cpu or cuda.</param>
/// <param name="ThreadsPerWorker">
/// Number of torch threads per worker, 1 or more. Results depend on it because it changes the order of sums.
/// </param>
public sealed record ComputingRecord(string Model, string Precision, string Device, int ThreadsPerWorker);
