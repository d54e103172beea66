using System.Text.Json;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Text;

/// <summary>
/// SDXL's two text encoders through the same seams as Stable Diffusion's one: added words of one vector and of two, their ids, and what the
/// encoders make of them.
/// </summary>
public class TwoTextEncodersGoldenTests
{
    const string Folder = "components/tiny-sdxl";

    [Fact]
    public void AddedWords_GiveTheRecordedIdsAndHiddenStates_InBothEncoders()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var golden = GoldenFile.Open($"{Folder}/ti.safetensors");
        string[] List(string key) => JsonSerializer.Deserialize<string[]>(golden.Metadata[key])!;
        var (tokens, files) = (List("tokens"), List("files").Select(file => GoldenFile.Open($"{Folder}/embeddings/{file}")).ToList());
        // Each word's rows: the vectors for the first encoder and for the second, side by side.
        var rows = cat([.. files.Select(file => cat([file["clip_l"], file["clip_g"]], 1))], 0);
        TextEncoderPart[] texts = [Part("tokenizer", "text_encoder"), Part("tokenizer_2", "text_encoder_2")];
        var prompts = new PromptEncoder(texts, tokens.Zip(files, (token, file) => new Placeholder(token, (int)file.Shape("clip_l")[0])));
        foreach (var (i, prompt) in List("prompts").Index())
        {
            var lookup = prompts.Lookup(prompt, rows);
            foreach (var (k, text) in texts.Index())
            {
                var tokenizer =
                    text.Tokenizer.WithPlaceholders(
                    tokens.Zip(files, (token, file) => new Placeholder(token, (int)file.Shape("clip_l")[0])));
                Assert.Equal(golden.Stored($"input_ids_{k + 1}")[i].data<long>().ToArray(), tokenizer.Encode(prompt).Ids);
                var penultimate = text.Model.HiddenStates(lookup.Encoders[k].Embeddings)[^2];
                Close.OfDeviation(golden[$"penultimate_{k + 1}"][i], penultimate[0], 1e-4, $"{prompt}, encoder {k + 1}, penultimate");
                Close.OfDeviation(golden[$"last_{k + 1}"][i], text.Model.call(lookup.Encoders[k].Embeddings)[0], 1e-4,
                    $"{prompt}, encoder {k + 1}, last");
            }
            // Side by side, as the UNet's context has them.
            var context = prompts.Encode(lookup).Context;
            Assert.Equal([1, texts[0].Tokenizer.ModelMaxLength, texts.Sum(text => text.Width)], context.shape);
            Assert.True(
                context.narrow(2, texts[0].Width,
                texts[1].Width).equal(texts[1].Model.call(lookup.Encoders[1].Embeddings)).all().item<bool>());
        }
    }

    static TextEncoderPart Part(string tokenizer, string encoder)
    {
        var folder = TestFolders.Golden($"tiny-sdxl/{encoder}");
        var file = Path.Combine(folder, "config.json");
        var config = ConfigCheck.Read<ClipTextConfig>(file).Validated(file);
        var model = new ClipTextModel(config);
        using var weights = WeightFiles.Open(folder);
        // The second pools its text, which Stable Diffusion's layers do not.
        StrictLoader.Load(model, weights, encoder, null, name => WeightNames.IsPositionIds(name) || name == "text_projection.weight");
        return new TextEncoderPart(ClipTokenizer.Load(TestFolders.Golden($"tiny-sdxl/{tokenizer}")), model, config);
    }
}
