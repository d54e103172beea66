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

/// <summary>What results are kept under: a digest of everything that they depend on.</summary>
public static class ContentHash
{
    // To be raised whenever the same settings come to mean something else.
    const string Meaning = "conceptexpress/evaluation-item@5";
    const int KeyLength = 32; // hexadecimal digits: enough that no two keys are ever alike

    /// <summary>The key of one picture's result with one method and seed.</summary>
    /// <param name="settings">With seed and resolution.</param>
    /// <param name="givenMasks">Whether the true masks are given.</param>
    /// <param name="picture">The picture's digest.</param>
    /// <param name="plan">Its samples count, methods and seeds do not.</param>
    /// <param name="computing">The model's fingerprint and how it computes.</param>
    public static string OfItem(
        ExtractionSettings settings, bool givenMasks, string picture, EvaluationPlan plan, ComputingRecord computing) =>
        OfText(JsonSerializer.Serialize(
            new
            {
                Meaning, Settings = SettingsRecord.Of(settings), GivenMasks = givenMasks, Picture = picture,
                computing.Model, computing.Precision, computing.Device, computing.ThreadsPerWorker, Samples = SamplesRecord.Of(plan),
            }, LibraryJson.Compact));

    /// <summary>A picture's digest: its size, pixels, masks and labels count, its name does not.</summary>
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

    /// <summary>SHA-256 of a model's folder: configurations, vocabularies and weights, with their names.</summary>
    /// <exception cref="CheckpointException">A file cannot be read.</exception>
    public static string OfFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".json" or ".txt" or ".safetensors");
        return FileDigest.Of(folder, files);
    }

    /// <summary>The key of what a text says.</summary>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..KeyLength];
}

/// <summary>What computes an evaluation, as far as results depend on it.</summary>
/// <param name="Model">The checkpoint's fingerprint.</param>
/// <param name="Precision">fp32, bf16 or fp16.</param>
/// <param name="Device">cpu or cuda.</param>
/// <param name="ThreadsPerWorker">Of torch; it decides the order of sums.</param>
public sealed record ComputingRecord(string Model, string Precision, string Device, int ThreadsPerWorker);
