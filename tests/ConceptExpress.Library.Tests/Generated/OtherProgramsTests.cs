using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ConceptExpress.Diffusion;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Generated;
using FsCheck;
using FsCheck.Xunit;

namespace ConceptExpress.Library.Tests.Generated;

/// <summary>The texts for other programs, read by the rules of these programs.</summary>
public sealed partial class OtherProgramsTests
{
    const string Sha = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    static readonly PictureConcept Asset = new("<asset0>", "<asset0>", "toys.png", Sha, null, "/words/embeddings/asset0.safetensors", Sha);
    static readonly PictureConcept Tom =
        new("<tom>", "<tom>", null, null, new ImportRecord("cat (2).pt", Sha), @"C:\words\cat (2).pt", Sha);

    [Fact]
    public void A1111_ReadsEveryField()
    {
        var read = ReadParameters(Record("a <asset0>, (red:1.3)\non grass", PromptSyntax.A1111, negative: "blur, [dark]"));
        Assert.Equal("a asset0, (red:1.3)\non grass", read["Prompt"]);
        Assert.Equal("blur, [dark]", read["Negative prompt"]);
        Assert.Equal(("30", "DPM++ 2M", "Uniform", "4.5", "7", "96", "64"), (read["Steps"], read["Sampler"], read["Schedule type"],
            read["CFG scale"], read["Seed"], read["Size-1"], read["Size-2"]));
        Assert.Equal(("aaaaaaaaaa", "my, \"model\"", "ConceptExpress 0.1.0"), (read["Model hash"], read["Model"], read["Version"]));
        Assert.Equal("asset0: 0123456789ab", read["TI hashes"]);
    }

    [Theory]
    [InlineData(PromptSyntax.A1111, "(<asset0>:1.3)'s [ear]", "(asset0:1.3)'s [ear]", "(embedding:asset0:1.3)'s |(ear:0.9091)")]
    [InlineData(PromptSyntax.A1111, "a<asset0>b, <tom>", @"a asset0 b, cat \(2\)", @"a embedding:asset0 b, embedding:cat \(2\)")]
    [InlineData(PromptSyntax.A1111, @"a \(b\) embedding:asset0.", @"a \(b\) asset0.", @"a \(b\) embedding:asset0 .")]
    [InlineData(PromptSyntax.A1111, "one BREAK two", "one BREAK two", "one / two")]
    [InlineData(PromptSyntax.ComfyUI, "((<asset0>:1.3) b) [c] AND", @"(asset0:1.3)( b:1.1) \[c\] and",
        "((embedding:asset0:1.3) b) [c] AND")]
    [InlineData(PromptSyntax.Plain, @"(a) [<asset0>] BREAK\", @"\(a\) \[asset0\] break\\", @"\(a\) [ embedding:asset0 ] BREAK\")]
    public void Prompts_AreSpelledAsEachProgramNeedsThem(PromptSyntax syntax, string prompt, string a1111, string comfy)
    {
        var record = Record(prompt, syntax);
        Assert.Equal(a1111, ReadParameters(record)["Prompt"]);
        Assert.Equal(comfy.Replace("|", "", StringComparison.Ordinal), string.Join(" / ", Prompts(record, "positive")));
    }

    [Fact]
    public void ComfyUI_LoadsTheGraph_AndFindsAllThatItNeeds()
    {
        var graph = Graph(Record("a <asset0> in the 雪", PromptSyntax.A1111, negative: "blur BREAK dark BREAK <tom>"));
        var sampler = Assert.Single(graph, node => (string?)node.Value!["class_type"] == "KSampler").Value!["inputs"]!;
        Assert.Equal(("dpmpp_2m", "normal", 30, 4.5, 7L), ((string?)sampler["sampler_name"], (string?)sampler["scheduler"],
            (int)sampler["steps"]!, (double)sampler["cfg"]!, (long)sampler["seed"]!));
        Assert.Equal("model.safetensors", (string?)graph[(string)sampler["model"]![0]!]!["inputs"]!["ckpt_name"]);
        Assert.Equal((96, 64), ((int)graph[(string)sampler["latent_image"]![0]!]!["inputs"]!["width"]!,
            (int)graph[(string)sampler["latent_image"]![0]!]!["inputs"]!["height"]!));
        Assert.Equal(["a embedding:asset0 in the 雪"], Texts(graph, sampler["positive"]!));
        Assert.Equal(["blur", "dark", @"embedding:cat \(2\)"], Texts(graph, sampler["negative"]!));
        foreach (var (_, node) in graph) // every wire leads to a node
            foreach (var (_, input) in node!["inputs"]!.AsObject())
                if (input is JsonArray wire) Assert.True(graph.ContainsKey((string)wire[0]!));
        Assert.Contains(graph, node => (string?)node.Value!["class_type"] == "SaveImage");
    }

    [Fact]
    public void TwoWordsOfOneFile_HaveTheirOwnNames() => Assert.Equal("asset0 and tom",
        ReadParameters(Record("<asset0> and <tom>", PromptSyntax.A1111, concepts: [Asset, Tom with { File = Asset.File }]))["Prompt"]);

    // What a person writes in one syntax means the same in the other program's, as far as it has the same means.
    [Property]
    public void AnyText_IsTextForA1111(NonNull<string> text, PromptSyntax syntax)
    {
        var prompt = new string([.. text.Get.Where(each =>
            !char.IsControl(each) && !char.IsSurrogate(each) && !"(){}[]<>|:\\".Contains(each))]);
        var escaped = syntax == PromptSyntax.Plain ? $"({prompt})" : $@"\({prompt}\)";
        Assert.Equal($@"\({prompt}\)".Trim(), ReadParameters(Record(escaped, syntax))["Prompt"]);
    }

    static PictureRecord Record(string prompt, PromptSyntax syntax, string negative = "", IReadOnlyList<PictureConcept>? concepts = null) =>
        new(PictureRecord.CurrentSchema, "0.1.0",
            new ModelRecord("my, \"model\"", "/models/model.safetensors", "sha256:" + new string('a', 64), "fp32"),
            new GenerationSettings
            {
                Prompt = prompt,
                NegativePrompt = negative,
                Syntax = syntax,
                Width = 96,
                Height = 64,
                Seed = 7,
                Sampling = new SamplingSettings { Sampler = "dpm++", Steps = 30, Guidance = 4.5 },
            }, concepts ?? [Asset, .. prompt.Contains(Tom.Token) || negative.Contains(Tom.Token) ? (PictureConcept[])[Tom] : []]);

    // A1111: lines are the prompt until "Negative prompt:"; the last one is settings if it has three of them; quoted values are JSON.
    static Dictionary<string, string> ReadParameters(PictureRecord record)
    {
        var lines = record.Texts()[PictureRecord.ParametersKeyword].Trim().Split('\n');
        var fields = Field().Matches(lines[^1]);
        Assert.True(fields.Count >= 3);
        var (prompt, negative, isNegative) = (new List<string>(), new List<string>(), false);
        foreach (var line in lines[..^1].Select(line => line.Trim()))
        {
            isNegative |= line.StartsWith("Negative prompt:", StringComparison.Ordinal);
            (isNegative ? negative : prompt).Add(line.StartsWith("Negative prompt:", StringComparison.Ordinal) ? line[16..].Trim() : line);
        }
        var read = new Dictionary<string, string>
        {
            ["Prompt"] = string.Join('\n', prompt),
            ["Negative prompt"] = string.Join('\n', negative),
        };
        foreach (Match field in fields)
        {
            var (name, value) = (field.Groups[1].Value, field.Groups[2].Value);
            if (value is ['"', .., '"']) value = JsonSerializer.Deserialize<string>(value)!;
            if (Size().Match(value) is { Success: true } size)
                (read[$"{name}-1"], read[$"{name}-2"]) = (size.Groups[1].Value, size.Groups[2].Value);
            else read[name] = value;
        }
        return read;
    }

    static JsonObject Graph(PictureRecord record)
    {
        var json = record.Texts()[PictureRecord.GraphKeyword];
        Assert.True(json.All(char.IsAscii));
        return JsonNode.Parse(json)!.AsObject();
    }

    static IEnumerable<string> Prompts(PictureRecord record, string side)
    {
        var graph = Graph(record);
        return Texts(graph, graph.Single(node => (string?)node.Value!["class_type"] == "KSampler").Value!["inputs"]![side]!);
    }

    static IEnumerable<string> Texts(JsonObject graph, JsonNode wire)
    {
        var inputs = graph[(string)wire[0]!]!["inputs"]!;
        return inputs["text"] is { } text
            ? [(string)text!]
            : Texts(graph, inputs["conditioning_to"]!).Concat(Texts(graph, inputs["conditioning_from"]!));
    }

    [GeneratedRegex("""\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)""")]
    private static partial Regex Field();

    [GeneratedRegex(@"^(\d+)x(\d+)$")]
    private static partial Regex Size();
}
