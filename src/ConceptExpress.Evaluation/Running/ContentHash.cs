using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ConceptExpress.Evaluation.Data;
using ConceptExpress.Extraction;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Evaluation.Running;

/// <summary>What results are kept under: a digest of everything that they depend on.</summary>
public static class ContentHash
{
    // To be raised whenever the same settings come to mean something else.
    const string Meaning = "conceptexpress/evaluation-item@4";
    const int KeyLength = 32; // hexadecimal digits: enough that no two keys are ever alike

    /// <summary>The key of one picture's result with one method and seed.</summary>
    /// <param name="settings">With seed and resolution.</param>
    /// <param name="picture">Its pixels, masks and toys count, its name does not.</param>
    /// <param name="plan">Its samples count.</param>
    /// <param name="computing">The model's fingerprint and how it computes.</param>
    public static string OfItem(ExtractionSettings settings, EvaluationPicture picture, EvaluationPlan plan, ComputingRecord computing) =>
        Digest(JsonSerializer.Serialize(
            new
            {
                Meaning, Settings = settings, Picture = OfPicture(picture), computing.Model, computing.Precision, computing.Device, computing.ThreadsPerWorker,
                Samples = plan.LocalizationOnly ? null : plan.Samples,
            }, LibraryJson.Compact));

    /// <summary>The key of what an encoder saw in an item.</summary>
    public static string OfView(EvaluationEncoder encoder) => Digest($"{encoder.Hash} {encoder.Sources}");

    /// <summary>The key of what a judge said of an item.</summary>
    /// <param name="judgeHash">SHA-256 of its files.</param>
    public static string OfView(string judgeHash) => Digest(judgeHash);

    /// <summary>SHA-256 of a model's folder: configurations, vocabularies and weights, with their names.</summary>
    public static string OfFolder(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Directory.EnumerateFiles(folder).Where(IsContent).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}\n"));
            using var stream = File.OpenRead(path);
            hash.AppendData(SHA256.HashData(stream));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static bool IsContent(string path) => Path.GetExtension(path) is ".json" or ".txt" or ".safetensors";

    static string OfPicture(EvaluationPicture picture)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{picture.Image.Width}x{picture.Image.Height}\n"));
        hash.AppendData(picture.Image.Pixels);
        foreach (var mask in picture.Masks) hash.AppendData(mask.ToImage().Pixels);
        foreach (var toy in picture.Toys ?? []) hash.AppendData(Encoding.UTF8.GetBytes($"{toy.Phrase}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..KeyLength];
}

/// <summary>What computes an evaluation, as far as results depend on it.</summary>
/// <param name="Model">The checkpoint's fingerprint.</param>
/// <param name="Precision">fp32, bf16 or fp16.</param>
/// <param name="Device">cpu or cuda.</param>
/// <param name="ThreadsPerWorker">Of torch; it decides the order of sums.</param>
public sealed record ComputingRecord(string Model, string Precision, string Device, int ThreadsPerWorker);
