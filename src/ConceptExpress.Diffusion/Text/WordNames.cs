namespace ConceptExpress.Diffusion.Text;

/// <summary>The names of learned words on a checkpoint: <c>&lt;asset0&gt;</c>, <c>&lt;asset1&gt;</c>, ...</summary>
/// <param name="Stem">The name without its number.</param>
sealed record WordNames(string Stem)
{
    /// <summary>The usual stem, as published.</summary>
    public const string UsualStem = "asset";

    /// <summary>
    /// Returns names of which the tokenizer knows none: the usual ones, or, if the checkpoint's authors used them up, the first of
    /// <c>&lt;assetb0&gt;</c>, <c>&lt;assetc0&gt;</c>, ... that are free.
    /// </summary>
    public static WordNames FreeIn(ClipTokenizer tokenizer)
    {
        bool IsFree(WordNames names) => !tokenizer.KnownWords.Any(names.Includes);
        return Enumerable.Range(0, int.MaxValue).Select(i => new WordNames(i == 0 ? UsualStem : UsualStem + Letters(i))).First(IsFree);
    }

    /// <summary>Returns the name of a word, counted from 0.</summary>
    public string Of(int index) => $"<{Stem}{index}>";

    bool Includes(string word) => word.Length > Stem.Length + 2 && word.StartsWith($"<{Stem}", StringComparison.Ordinal) && word[^1] == '>'
        && word.AsSpan(Stem.Length + 1, word.Length - Stem.Length - 2).IndexOfAnyExceptInRange('0', '9') < 0;

    // 1 is b, 25 is z, 26 is ba.
    static string Letters(int number) => (number >= 26 ? Letters(number / 26) : "") + (char)('a' + number % 26);
}
