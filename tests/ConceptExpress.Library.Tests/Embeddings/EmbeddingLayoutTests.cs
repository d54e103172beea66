using ConceptExpress.Library.Embeddings;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Library.Tests.Embeddings;

/// <summary>Every layout that a program writes, in every container: the same vectors under the right words.</summary>
public sealed class EmbeddingLayoutTests : IDisposable
{
    const string Stem = "my.file";
    const int Width = 768;

    readonly TemporaryFolder temp = new();

    /// <summary>A layout: its tensors, and the words that they are, each with the paths of its tensors.</summary>
    internal sealed record Layout(StoredVectors[] Tensors, params (string Word, string[] Parts)[] Words);

    static readonly Dictionary<string, Layout> Layouts = new()
    {
        ["diffusers, one vector"] = new([new("<cat>", [Width])], ("<cat>", ["<cat>"])),
        ["diffusers, several vectors"] = new([new("<cat>", [3, Width])], ("<cat>", ["<cat>"])),
        ["one key without brackets"] = new([new("cat", [2, Width])], ($"<{Stem}>", ["cat"])),
        ["one key *"] = new([new("*", [Width])], ($"<{Stem}>", ["*"])),
        ["original ConceptExpress"] = new([new("<asset0>", [Width]), new("<asset1>", [Width], 3)],
            ("<asset0>", ["<asset0>"]), ("<asset1>", ["<asset1>"])),
        ["A1111"] = new([new("string_to_param/*", [2, Width])], ($"<{Stem}>", ["string_to_param/*"])),
        ["A1111, with ids"] = new([new("string_to_token/*", [], 5, ScalarType.Int64), new("string_to_param/*", [2, Width])],
            ($"<{Stem}>", ["string_to_param/*"])),
        ["original textual inversion, own placeholder"] = new([new("string_to_param/<cat>", [1, Width])],
            ("<cat>", ["string_to_param/<cat>"])),
        ["original textual inversion, several"] = new([new("string_to_param/cat", [1, Width]), new("string_to_param/dog", [2, Width], 1)],
            ("<cat>", ["string_to_param/cat"]), ("<dog>", ["string_to_param/dog"])),
        ["bare tensor"] = new([new("", [4, Width])], ($"<{Stem}>", [""])),
        ["kohya"] = new([new("emb_params", [4, Width])], ($"<{Stem}>", ["emb_params"])),
        ["OneTrainer"] = new([new("emp_params", [2, Width])], ($"<{Stem}>", ["emp_params"])),
        ["OneTrainer, with output"] = new([new("emp_params", [2, Width]), new("emp_params_out", [2, Width], 9)],
            ($"<{Stem}>", ["emp_params"])),
        ["bundle in a LoRA"] = new(
            [
                new("lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", [4, Width]),
                new("bundle_emb/cat/string_to_param/*", [1, Width], 1), new("bundle_emb/<dog>/string_to_param/*", [2, Width], 2),
            ],
            ("<cat>", ["bundle_emb/cat/string_to_param/*"]), ("<dog>", ["bundle_emb/<dog>/string_to_param/*"])),
        ["bundle of one word"] = new([new("bundle_emb/<v1.5>/clip_l", [1, Width])], ("<v1.5>", ["bundle_emb/<v1.5>/clip_l"])),
        ["SDXL"] = new([new("clip_g", [2, 1280], 1), new("clip_l", [2, Width])], ($"<{Stem}>", ["clip_l", "clip_g"])),
        ["bundle for SDXL"] = new([new("bundle_emb/cat/clip_g", [2, 1280], 1), new("bundle_emb/cat/clip_l", [2, Width])],
            ("<cat>", ["bundle_emb/cat/clip_l", "bundle_emb/cat/clip_g"])),
        ["clip_l alone"] = new([new("clip_l", [1, Width])], ($"<{Stem}>", ["clip_l"])),
        ["clip_g alone"] = new([new("clip_g", [1, 1280])], ($"<{Stem}>", ["clip_g"])),
    };

    public static TheoryData<string, string, ScalarType, bool> Files
    {
        get
        {
            var data = new TheoryData<string, string, ScalarType, bool>();
            foreach (var layout in Layouts.Keys)
            {
                if (layout != "bare tensor") data.Add(layout, "safetensors", ScalarType.Float16, false); // each tensor has a name there
                data.Add(layout, "zip", ScalarType.Float32, false);
                data.Add(layout, "zip", ScalarType.BFloat16, true);
                data.Add(layout, "legacy", ScalarType.Float16, true);
            }
            foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 }) data.Add("A1111", "safetensors", type, false);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void ALayout_IsReadFromEveryContainer(string name, string container, ScalarType type, bool parameters)
    {
        var layout = Layouts[name];
        var tensors = layout.Tensors.Select(each => each.Type == ScalarType.Int64 ? each : each with { Type = type }).ToArray();
        // The content decides, so the extension is the wrong one.
        var path = EmbeddingFiles.Write(container, temp[Stem + (container == "safetensors" ? ".pt" : ".safetensors")], tensors, parameters,
            ("step", 500), ("name", "my name"), ("sd_checkpoint", null));
        var file = EmbeddingFile.Read(path);
        var words = file.Words.OrderBy(word => word.Token, StringComparer.Ordinal).ToList(); // safetensors have an order of their own
        Assert.Equal(layout.Words.Select(word => word.Word), words.Select(word => word.Token));
        foreach (var (expected, read) in layout.Words.Zip(words))
        {
            var parts = expected.Parts.Select(part => tensors.Single(tensor => tensor.Path == part).Rows).ToList();
            Assert.Equal(parts[0].Select((_, row) => parts.SelectMany(part => part[row])), read.Vectors);
        }
        Assert.Equal(64, file.Sha256.Length);
    }

    [Fact]
    public void WhatIsNotUsed_IsToldOf()
    {
        string Note(string layout) => Assert.Single(
            EmbeddingFile.Read(EmbeddingFiles.Write("safetensors", temp["a"], Layouts[layout].Tensors)).Notes);
        Assert.Contains("emp_params_out", Note("OneTrainer, with output"));
        Assert.Contains("its 1 other tensors are not", Note("bundle in a LoRA"));
    }

    [Fact]
    public void AFullyWrittenFile_HasNoNotes()
    {
        foreach (var layout in new[] { "diffusers, one vector", "A1111, with ids", "SDXL", "original ConceptExpress" })
            Assert.Empty(EmbeddingFile.Read(EmbeddingFiles.Write("zip", temp["a"], Layouts[layout].Tensors)).Notes);
    }

    /// <summary>Thousands of damaged files: each is read or refused in one sentence that names it.</summary>
    [Fact]
    public void MutatedFiles_AreReadOrRefused()
    {
        const int mutations = 2000;
        var random = new Random(20261127);
        var originals = Layouts.Values.SelectMany(layout => EmbeddingFiles.Containers
                .Where(container => container != "safetensors" || layout.Tensors[0].Path.Length > 0)
                .Select(container => File.ReadAllBytes(EmbeddingFiles.Write(container, temp["original"],
                    [.. layout.Tensors.Select(each => each with { Shape = [.. each.Shape.Select(size => Math.Min(size, 4))] })]))))
            .ToArray();
        var (read, refused) = (0, 0);
        for (var i = 0; i < mutations; i++)
        {
            var path = temp.Write("a", Mutated(originals[i % originals.Length], random));
            try
            {
                Assert.NotEmpty(EmbeddingFile.Read(path).Words);
                read++;
            }
            catch (EmbeddingException e)
            {
                Assert.Contains(path, e.Message);
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }
        Assert.True(read > mutations / 20 && refused > mutations / 4, $"{read} read, {refused} refused");
    }

    static byte[] Mutated(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                default: bytes.InsertRange(at, original.Skip(random.Next(original.Length)).Take(random.Next(1, 20))); break;
            }
            if (bytes.Count == 0) bytes.Add(0);
        }
        return [.. bytes];
    }

    public void Dispose() => temp.Dispose();
}
