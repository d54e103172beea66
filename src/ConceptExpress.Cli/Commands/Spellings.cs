using ConceptExpress.Library.Programs;

namespace ConceptExpress.Cli.Commands;

/// <summary>Tells people what to type in other programs.</summary>
static class Spellings
{
    /// <summary>The command that takes words to other programs, and where to read more.</summary>
    public const string HowToExport = "Use them elsewhere: conceptexpress concepts export (docs/using-words.md)";

    /// <summary>Prints how to take words to other programs, and how each program spells one of them.</summary>
    /// <param name="name">The base name of the word's file.</param>
    /// <param name="output">Where to print it.</param>
    public static void Print(string name, TextWriter output)
    {
        output.WriteLine($"{HowToExport}. There, prompts say:");
        PrintLines(name, output, indent: 2);
    }

    /// <summary>Prints how each program spells a word, one line per spelling.</summary>
    public static void PrintLines(string name, TextWriter output, int indent)
    {
        foreach (var (programs, spelling) in DrawingProgram.SpellingsOf(name))
            output.WriteLine($"{new string(' ', indent)}{spelling}  in {programs}");
    }
}
