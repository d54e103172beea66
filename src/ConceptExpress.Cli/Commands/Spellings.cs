using ConceptExpress.Library.Programs;

namespace ConceptExpress.Cli.Commands;

/// <summary>Tells people what to type in other programs.</summary>
static class Spellings
{
    /// <summary>Prints how each program spells a word.</summary>
    /// <param name="name">The base name of the word's file.</param>
    /// <param name="output">Where to print it.</param>
    public static void Print(string name, TextWriter output)
    {
        output.WriteLine("Use them elsewhere: conceptexpress concepts export (docs/using-words.md). There, prompts say:");
        foreach (var (programs, spelling) in DrawingProgram.SpellingsOf(name)) output.WriteLine($"  {spelling}  in {programs}");
    }
}
