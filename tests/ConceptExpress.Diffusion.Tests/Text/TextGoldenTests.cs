using ConceptExpress.Diffusion.Text;
using ConceptExpress.Testing;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Text;

public class TextGoldenTests
{
    public static TheoryData<string> Checkpoints => GoldenCheckpoint.Names;

    [Theory, MemberData(nameof(Checkpoints))]
    public void HiddenStates_EqualGolden_WithPlaceholderRows(string checkpoint)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var encoder = GoldenCheckpoint.TextEncoder(checkpoint);
        using var golden = GoldenFile.Open($"components/{checkpoint}/text.safetensors", committed: true);
        var ids = golden.Stored("input_ids").to(int64);
        var prompts = Enumerable.Range(0, (int)ids.shape[0]).Select(i => ids[i].data<long>().ToArray()).ToList();
        var lookup = new TokenEmbedding(encoder.Vocabulary, encoder.Vocabulary.shape[0]).Lookup(prompts, golden["placeholder_rows"]);

        var last = golden.Stored("last_hidden_state");
        Close.OfDeviation(last, Close.FirstRows(last, encoder.call(lookup.Embeddings)), 1e-4, $"{checkpoint} last hidden state");
        var states = encoder.HiddenStates(lookup.Embeddings);
        foreach (var (key, groups) in golden.Matching(@"hidden_state_(\d+)"))
        {
            var expected = golden.Stored(key);
            Close.OfDeviation(expected, Close.FirstRows(expected, states[int.Parse(groups[1].Value)]), 1e-4, $"{checkpoint} {key}");
        }
    }
}
