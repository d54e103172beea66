using System.Globalization;
using ConceptExpress.Diffusion.Text.Prompts;
using FsCheck;
using FsCheck.Xunit;

namespace ConceptExpress.Diffusion.Tests.Text.Prompts;

public sealed class ParsedPromptTests
{
    // The cases are those that A1111 documents beside its own parser, and what its rules give for others.
    [Theory]
    [InlineData("normal text", "normal text@1")]
    [InlineData("an (important) word", "an @1|important@1.1| word@1")]
    [InlineData("(unbalanced", "unbalanced@1.1")]
    [InlineData("[unbalanced", "unbalanced@0.909")]
    [InlineData(@"\(literal\]", "(literal]@1")]
    [InlineData("(unnecessary)(parens)", "unnecessaryparens@1.1")]
    [InlineData("a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
        "a @1|house@1.573| @1.1|on@1| a @1.1|hill@0.55|, sun, @1.1|sky@1.464|.@1.1")]
    [InlineData("((a))", "a@1.21")]
    [InlineData("[a]", "a@0.909")]
    [InlineData("[[a]]", "a@0.826")]
    [InlineData("(a: 1.3 )", "a@1.3")]
    [InlineData("(a:b:2)", "a:b@2")]
    [InlineData("(a:-0.5)", "a@-0.5")]
    [InlineData("(a:)", "a:@1.1")]
    [InlineData("(a:x)", "a:x@1.1")]
    [InlineData("a:1.3)", "a:1.3)@1")]
    [InlineData("a) b]", "a) b]@1")]
    [InlineData(@"back\\slash \x", @"back\slash x@1")]
    [InlineData("[a:b]", "a:b@0.909")]
    [InlineData("", "")]
    [InlineData("one BREAK two", "one@1 / two@1")]
    [InlineData("BREAK two", "@1 / two@1")]
    [InlineData("(one BREAK two:1.5)", "one@1.5 / two@1.5")]
    [InlineData("BREAKFAST", "BREAKFAST@1")]
    [InlineData("break", "break@1")]
    [InlineData("a {b|c} | d", "a {b|c} | d@1")]
    public void A1111_IsReadAsA1111ReadsIt(string prompt, string expected) => Assert.Equal(expected, Read(prompt, PromptSyntax.A1111));

    [Theory]
    [InlineData("normal text", "normal text@1")]
    [InlineData("an (important) word", "an @1|important@1.1| word@1")]
    [InlineData("((a))", "a@1.21")]
    [InlineData("((a:1.3))", "a@1.3")]
    [InlineData("((a:1.3) b)", "a@1.3| b@1.1")]
    [InlineData("(a (b):2)", "a @2|b@2.2")]
    [InlineData("(a:1e-1)", "a@0.1")]
    [InlineData("(a:x)", "a:x@1.1")]
    [InlineData("(:1.3)", ":1.3@1.1")]
    [InlineData("(unbalanced", "(unbalanced@1")]
    [InlineData("a) (b)", "a) (b)@1")]
    [InlineData(@"\(literal\)", "(literal)@1")]
    [InlineData(@"(a \(b\):1.5)", "a (b)@1.5")]
    [InlineData(@"back\\slash", @"back\\slash@1")]
    [InlineData("[a] BREAK b AND [c:d:0.5]", "[a] BREAK b AND [c:d:0.5]@1")]
    [InlineData("", "")]
    public void ComfyUI_IsReadAsComfyUIReadsIt(string prompt, string expected) =>
        Assert.Equal(expected, Read(prompt, PromptSyntax.ComfyUI));

    [Theory]
    [InlineData("a [b:c:0.5]", "[b:c:0.5]", "prompt editing")]
    [InlineData("a [b:0.5]", "[b:0.5]", "prompt editing")]
    [InlineData("a [b::3]", "[b::3]", "prompt editing")]
    [InlineData("[(a:1.3):b: .5]", "[(a:1.3):b: .5]", "prompt editing")]
    [InlineData("[a|(b:1.1)]", "[a|(b:1.1)]", "alternation")]
    [InlineData("a cat AND a dog", "AND", "composition")]
    [InlineData("a <lora:cat:0.8>", "<lora:cat:0.8>", "lora files")]
    [InlineData("<hypernet:x:1> a", "<hypernet:x:1>", "hypernet files")]
    public void WhatA1111Has_AndThisHasNot_IsRefusedByName(string prompt, string part, string why)
    {
        var message = Assert.Throws<SettingsException>(() => Read(prompt, PromptSyntax.A1111)).Message;
        Assert.StartsWith($"the prompt has '{part}': ", message);
        Assert.Contains(why, message);
        Assert.Equal($"{prompt}@1", Read(prompt, PromptSyntax.Plain));
    }

    [Theory]
    [InlineData(@"\[a|b\]")]
    [InlineData("a | b")]
    [InlineData("[a:b]")]
    [InlineData("[a:2x]")]
    [InlineData("SAND")]
    public void WhatOnlyLooksLikeIt_IsNotRefused(string prompt) => Assert.NotEmpty(Read(prompt, PromptSyntax.A1111));

    [Theory, InlineData("{day|night}", "random choice"), InlineData("a <lora:cat:0.8>", "lora files")]
    public void WhatComfyUIHas_AndThisHasNot_IsRefusedByName(string prompt, string why) => Assert.Contains(why,
        Assert.Throws<SettingsException>(() => Read(prompt, PromptSyntax.ComfyUI)).Message);

    [Theory, InlineData(PromptSyntax.A1111), InlineData(PromptSyntax.ComfyUI)]
    public void WeightsBeyondReason_AreRefused(PromptSyntax syntax)
    {
        Assert.Contains("weight 101", Assert.Throws<SettingsException>(() => Read("a (cat:101)", syntax)).Message);
        Assert.Equal("cat@100", Read("(cat:100)", syntax));
        Assert.Throws<SettingsException>(() => Read(new string('(', 200_000) + "cat" + new string(')', 200_000), syntax));
    }

    [Theory]
    [InlineData("embedding:cat", "<cat>@1")]
    [InlineData("a embedding:cat, sitting", "a <cat>, sitting@1")]
    [InlineData("(embedding:cat:1.3)", "<cat>@1.3")]
    [InlineData("embedding:cat.safetensors.", "<cat>.@1")]
    [InlineData("embedding:cat's eye", "<cat>'s eye@1")]
    [InlineData("embedding:<cat>", "<cat>@1")]
    [InlineData("embedding:cat.v2", "<cat.v2>@1")]
    [InlineData("embedding:cat-2", "<cat-2>@1")]
    [InlineData("embedding:dog!", "<dog>!@1")]
    [InlineData("an embedding: cat", "an embedding: cat@1")]
    [InlineData("reembedding:cat", "reembedding:cat@1")]
    [InlineData(@"(embedding:owl-\(2\):1.2) and <owl-(2)>", "<owl-(2)>@1.2| and <owl-(2)>@1")]
    [InlineData("<a:b>", "<a:b>@1")]
    public void EmbeddingNames_AreWords(string prompt, string expected)
    {
        Assert.Equal(expected, Read(prompt, PromptSyntax.A1111));
        Assert.Equal(expected, Read(prompt, PromptSyntax.ComfyUI));
        Assert.Equal($"{prompt}@1", Read(prompt, PromptSyntax.Plain));
    }

    [Property]
    public void TextWithoutSyntax_IsReadAsItIs(NonNull<string> text, PromptSyntax syntax)
    {
        var plain = new string([.. text.Get.Where(character => !@"()[]\{}<>:".Contains(character))]);
        Assert.Equal(plain, string.Concat(ParsedPrompt.Parse(plain, syntax, []).Sections[0].Select(each => each.Text)));
    }

    [Property]
    public void Escaped_AnyTextIsReadAsItIs_ByA1111(NonNull<string> text)
    {
        var plain = text.Get.Replace("<", "", StringComparison.Ordinal);
        var escaped = string.Concat(plain.Select(character => @"()[]\".Contains(character) ? $@"\{character}" : character.ToString()));
        Assert.Equal(plain, string.Concat(ParsedPrompt.Parse(escaped, PromptSyntax.A1111, []).Sections[0].Select(each => each.Text)));
    }

    [Property]
    public void NestedBrackets_Multiply(byte round, byte square)
    {
        var (up, down) = (round % 12, square % 12);
        var prompt = new string('(', up) + new string('[', down) + "a" + new string(']', down) + new string(')', up);
        var (text, weight) = Assert.Single(ParsedPrompt.Parse(prompt, PromptSyntax.A1111, []).Sections[0]);
        Assert.Equal("a", text);
        Assert.Equal(Math.Pow(1.1, up - down), weight, 1e-9);
    }

    [Property]
    public void AnyPrompt_IsReadOrRefusedInOneSentence(NonNull<string> text, PromptSyntax syntax)
    {
        // Short alphabets find brackets that belong together.
        var prompt = string.Concat(text.Get.Select(character => "()[]:|\\{}<>1.aB \n"[character % 17]));
        try
        {
            Assert.NotEmpty(ParsedPrompt.Parse(prompt, syntax, ["<a>"]).Sections);
        }
        catch (SettingsException e)
        {
            Assert.EndsWith(".", e.Message);
        }
    }

    static string Read(string prompt, PromptSyntax syntax) => string.Join(" / ", ParsedPrompt.Parse(prompt, syntax, Words).Sections
        .Select(section => string.Join("|", section.Select(each => string.Create(CultureInfo.InvariantCulture,
            $"{each.Text}@{each.Weight:0.###}")))));

    static readonly string[] Words = ["<cat>", "<cat.v2>", "<cat-2>", "<dog>", "<owl-(2)>", "<a:b>"];
}
