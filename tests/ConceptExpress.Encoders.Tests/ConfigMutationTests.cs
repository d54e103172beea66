using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;

namespace ConceptExpress.Encoders.Tests;

/// <summary>Thousands of damaged configurations of encoders: each is read or refused, and costs little.</summary>
public sealed class ConfigMutationTests
{
    const long MaxAllocated = 40_000_000;

    [Fact]
    public void MutatedConfigurations_AreReadOrRefused()
    {
        var encoders = new[] { "clip", "vit", "dinov2", "dinov2_with_registers" }.Select(TinyEncoder.Create).ToList();
        var files = encoders.SelectMany(tiny => new[] { "config.json", "preprocessor_config.json" }.Select(name =>
            (tiny.Path, File: tiny.File(name), Text: File.ReadAllText(tiny.File(name))))).ToList();
        new MutationRun("JSON of encoders", 6, MaxAllocated, typeof(CheckpointException)) { Every = 5 }.Run(
            (i, random) => Mutation.OfJson(files[i % files.Count].Text, random),
            (bytes, i) =>
            {
                var (folder, file, text) = files[i % files.Count];
                File.WriteAllBytes(file, bytes);
                try
                {
                    ImageEncoders.Load(folder).Dispose();
                }
                finally
                {
                    File.WriteAllText(file, text);
                }
            });
        foreach (var tiny in encoders) tiny.Dispose();
    }
}
