using ConceptExpress.Diffusion.Text;
using ConceptExpress.Testing;

namespace ConceptExpress.Diffusion.Tests.Text;

/// <summary>The tokenizer of the embedded checkpoint, which every test can have.</summary>
static class ToyboxTokenizer
{
    public static string Folder => Path.Combine(TestFolders.Toybox, "tokenizer");

    public static ClipTokenizer Load() => ClipTokenizer.Load(Folder);

    /// <summary>The ids between begin and end of text.</summary>
    public static long[] Body(this TokenizedPrompt prompt) => prompt.Ids[1..prompt.EndOfText];
}
