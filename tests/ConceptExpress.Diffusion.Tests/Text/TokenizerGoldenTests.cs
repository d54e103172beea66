using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ConceptExpress.Diffusion.Text;
using ConceptExpress.Testing;

namespace ConceptExpress.Diffusion.Tests.Text;

public class TokenizerGoldenTests
{
    public static TheoryData<string> Checkpoints => GoldenCheckpoint.Names;

    static JsonElement Golden(string checkpoint) =>
        JsonDocument.Parse(File.ReadAllText(TestFolders.Golden($"components/{checkpoint}/tokenizer.json"))).RootElement;

    // The golden's placeholders are <asset0>, <asset1>, ... up to the largest id in use.
    static ClipTokenizer Tokenizer(string checkpoint, JsonElement golden)
    {
        var tokenizer = ClipTokenizer.Load(TestFolders.Golden($"{checkpoint}/tokenizer"));
        var examples = golden.GetProperty("cases").EnumerateArray().Concat(golden.GetProperty("decode_examples").EnumerateArray());
        var largest = examples.SelectMany(Ids).Max();
        return tokenizer.WithPlaceholders(Enumerable.Range(0, Math.Max(0, (int)largest - tokenizer.VocabularySize + 1))
            .Select(i => new Placeholder($"<asset{i}>")));
    }

    // A text that was decoded wrongly (letters like Ã next to controls or signs) need not be repaired as the reference's library does.
    static bool Agrees(JsonElement example, long[] ids) => ids.SequenceEqual(Ids(example)) ||
        (WronglyDecoded(example.GetProperty("text").GetString()!) &&
            example.TryGetProperty("ids_without_ftfy", out var raw) && ids.SequenceEqual(raw.EnumerateArray().Select(id => id.GetInt64())));

    static readonly Regex LeadAndTrail = new("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u203a\u20ac\u2122]");

    // Code pages that texts in UTF-8 are read in by mistake: western, central European, Cyrillic, Greek, Turkish, Baltic, DOS, Macintosh.
    static readonly int[] CodePages = [1252, 1250, 1251, 1253, 1254, 1257, 437, 10000];

    // A run of letters beyond ASCII which is that of another text's bytes.
    static bool WronglyDecoded(string text) =>
        LeadAndTrail.IsMatch(text) || Regex.Matches(text, @"[^\u0000-\u007f]{2,}")
            .Any(run => CodePages.Any(page => IsUtf8(run.Value, page)));

    static bool IsUtf8(string run, int page)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        try
        {
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(encoding.GetBytes(run));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    static List<JsonElement> Examples(JsonElement golden, string list)
    {
        var examples = golden.GetProperty(list).EnumerateArray().ToList();
        Assert.NotEmpty(examples);
        return examples;
    }

    static long[] Ids(JsonElement example) => [.. example.GetProperty("ids").EnumerateArray().Select(id => id.GetInt64())];

    [Theory, MemberData(nameof(Checkpoints))]
    public void Encode_EqualsGolden(string checkpoint)
    {
        var golden = Golden(checkpoint);
        var tokenizer = Tokenizer(checkpoint, golden);
        var wrong = Examples(golden, "cases")
            .Where(example => !Agrees(example, tokenizer.Encode(example.GetProperty("text").GetString()!).Ids))
            .Select(example => example.GetProperty("text").GetString());
        Assert.Empty(wrong);
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void Encode_FindsTheEnd_AndTellsOfACut(string checkpoint)
    {
        var golden = Golden(checkpoint);
        var tokenizer = Tokenizer(checkpoint, golden);
        var endOfText = golden.GetProperty("eos_token_id").GetInt64();
        foreach (var example in Examples(golden, "cases"))
        {
            var text = example.GetProperty("text").GetString()!;
            var prompt = tokenizer.Encode(text);
            Assert.Equal(Array.IndexOf(Ids(example), endOfText), prompt.EndOfText);
            // A text that fills the prompt exactly is not cut: one more word then changes no id but tells.
            if (example.GetProperty("length").GetInt32() < tokenizer.ModelMaxLength) Assert.False(prompt.WasCut, text);
            else Assert.True(tokenizer.Encode(text + " word").WasCut, text);
        }
    }

    [Theory, MemberData(nameof(Checkpoints))]
    public void Decode_EqualsGolden(string checkpoint)
    {
        var golden = Golden(checkpoint);
        var tokenizer = Tokenizer(checkpoint, golden);
        var markers = new[] { "bos_token", "eos_token", "pad_token" }
            .Where(role => golden.TryGetProperty(role, out _)).Select(role => golden.GetProperty(role).GetString()!);
        foreach (var example in Examples(golden, "decode_examples"))
        {
            var (text, ids) = (example.GetProperty("text").GetString()!, Ids(example));
            var hasMarkers = ids.Any(id => id == tokenizer.BeginOfTextId || id == tokenizer.EndOfTextId || id == tokenizer.PaddingId);
            string Bare(string decoded) => hasMarkers ? Without(decoded, ["<|startoftext|>", "<|endoftext|>", .. markers]) : decoded;
            Assert.Equal(Bare(text), Bare(tokenizer.Decode(ids)));
        }
    }

    // Marks of begin, end and padding (in Stable Diffusion 2 the sign "!") are no text for us, whatever the reference was asked to show.
    static string Without(string text, IEnumerable<string> markers) =>
        Regex.Replace(markers.Aggregate(text, (left, marker) => left.Replace(marker, " ", StringComparison.Ordinal)), @"\s+", " ").Trim();

    [Theory, MemberData(nameof(Checkpoints))]
    public void Settings_EqualGolden(string checkpoint)
    {
        var golden = Golden(checkpoint);
        var tokenizer = Tokenizer(checkpoint, golden);
        Assert.Equal(golden.GetProperty("model_max_length").GetInt32(), tokenizer.ModelMaxLength);
        Assert.Equal(golden.GetProperty("bos_token_id").GetInt32(), tokenizer.BeginOfTextId);
        Assert.Equal(golden.GetProperty("eos_token_id").GetInt32(), tokenizer.EndOfTextId);
        Assert.Equal(golden.GetProperty("pad_token_id").GetInt32(), tokenizer.PaddingId);
        Assert.Equal(golden.GetProperty("first_placeholder_id").GetInt32(), tokenizer.VocabularySize);
    }
}
