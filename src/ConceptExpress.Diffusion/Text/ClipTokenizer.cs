using System.Text;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Diffusion.Text;

/// <summary>
/// CLIP's tokenizer ("Learning Transferable Visual Models From Natural Language Supervision"): clean lower-case text to byte-pair tokens,
/// with added words that are never split. Unchangeable, so safe from several threads.
/// </summary>
public sealed class ClipTokenizer
{
    readonly TokenizerFiles files;
    readonly BytePairEncoder encoder;
    readonly string[] words; // by id: vocabulary, added words, placeholders; "" for the further ids of a placeholder
    readonly Dictionary<string, int> ownWords; // added words and placeholders, by their first ids
    readonly Dictionary<int, int> expansions; // of placeholders: first id to number of ids
    readonly UnsplitWords unsplit;
    readonly string[] markers;
    readonly HashSet<int> special;

    ClipTokenizer(TokenizerFiles files, BytePairEncoder encoder, IReadOnlyList<Placeholder> placeholders)
    {
        (this.files, this.encoder, Placeholders) = (files, encoder, placeholders);
        ownWords = new Dictionary<string, int>(files.AddedWords, StringComparer.Ordinal);
        expansions = [];
        var next = VocabularySize;
        foreach (var placeholder in placeholders)
        {
            ownWords.Add(placeholder.Word, next);
            expansions.Add(next, placeholder.Ids);
            next += placeholder.Ids;
        }
        words = new string[next];
        Array.Fill(words, "");
        foreach (var (word, id) in files.Vocabulary.Concat(ownWords)) words[id] = word;
        SpecialWord[] roles = [files.BeginOfText, files.EndOfText, files.Unknown, files.Padding];
        special = [.. roles.Select(role => role.Id)];
        markers = [files.BeginOfText.Word, files.EndOfText.Word];
        unsplit = new UnsplitWords(
            roles.Select(role => KeyValuePair.Create(role.Word, role.Id)).Concat(ownWords).DistinctBy(pair => pair.Key));
    }

    /// <summary>The files that it was read from.</summary>
    public IReadOnlyList<string> Files => files.Read;

    /// <summary>Number of words in the checkpoint; the first placeholder has this id.</summary>
    public int VocabularySize => files.Vocabulary.Count + files.AddedWords.Count;

    /// <summary>Number of ids in every encoded prompt.</summary>
    public int ModelMaxLength => files.ModelMaxLength;

    public int BeginOfTextId => files.BeginOfText.Id;
    public int EndOfTextId => files.EndOfText.Id;
    public int PaddingId => files.Padding.Id;

    /// <summary>The words that were added, in the order of their ids.</summary>
    public IReadOnlyList<Placeholder> Placeholders { get; }

    /// <summary>Ids of the vocabulary's entries that are a whole word of at least so many letters, ascending; no pieces of words, no signs.</summary>
    public IReadOnlyList<long> WholeWords(int letters)
    {
        const string EndOfWord = "</w>";
        return [.. files.Vocabulary
            .Where(entry => entry.Key.EndsWith(EndOfWord, StringComparison.Ordinal) && entry.Key.Length - EndOfWord.Length >= letters
                && entry.Key.AsSpan(0, entry.Key.Length - EndOfWord.Length).IndexOfAnyExceptInRange('a', 'z') < 0)
            .Select(entry => (long)entry.Value).Order()];
    }

    /// <summary>Reads a tokenizer folder.</summary>
    /// <param name="folder">Has vocab.json, merges.txt, tokenizer_config.json and special_tokens_map.json.</param>
    /// <exception cref="CheckpointException">A file is missing or malformed; names it.</exception>
    public static ClipTokenizer Load(string folder)
    {
        var files = new TokenizerFiles(folder);
        return new ClipTokenizer(files, new BytePairEncoder(files.Vocabulary, files.Ranks, files.Unknown.Id), []);
    }

    /// <summary>
    /// A tokenizer that knows more words, which are never split; each expands to as many ids as it has vectors. Their ids follow those of the vocabulary and of
    /// earlier placeholders; the ids of other text stay the same.
    /// </summary>
    /// <exception cref="ArgumentException">A word is blank, stands twice, is in the vocabulary, or has no id.</exception>
    public ClipTokenizer WithPlaceholders(params IEnumerable<Placeholder> placeholders)
    {
        var all = Placeholders.ToList();
        var known = new HashSet<string>(ownWords.Keys, StringComparer.Ordinal);
        foreach (var placeholder in placeholders)
        {
            var word = placeholder.Word;
            if (string.IsNullOrWhiteSpace(word) || word.Trim() != word)
                throw new ArgumentException($"The placeholder '{word}' is blank or has space around it.", nameof(placeholders));
            if (files.Vocabulary.ContainsKey(word))
                throw new ArgumentException($"The placeholder '{word}' is in the vocabulary.", nameof(placeholders));
            if (placeholder.Ids < 1) throw new ArgumentException($"The placeholder '{word}' expands to {placeholder.Ids} ids.", nameof(placeholders));
            if (!known.Add(word)) throw new ArgumentException($"The placeholder '{word}' stands twice.", nameof(placeholders));
            all.Add(placeholder);
        }
        return new ClipTokenizer(files, encoder, all);
    }

    /// <summary>Token ids of a prompt, cut or padded to <see cref="ModelMaxLength"/>.</summary>
    public TokenizedPrompt Encode(string text)
    {
        var tokens = Tokens(text).Take(ModelMaxLength - 1).ToList(); // one more than fits, to know
        var wasCut = tokens.Count > ModelMaxLength - 2;
        var ids = new long[ModelMaxLength];
        Array.Fill(ids, PaddingId);
        ids[0] = BeginOfTextId;
        var count = Math.Min(tokens.Count, ModelMaxLength - 2);
        for (var i = 0; i < count; i++) ids[i + 1] = tokens[i];
        ids[count + 1] = EndOfTextId;
        return new TokenizedPrompt(ids, Array.IndexOf(ids, EndOfTextId), wasCut);
    }

    IEnumerable<int> Tokens(string text)
    {
        foreach (var (piece, unsplitId) in unsplit.Split(text))
        {
            if (unsplitId is { } id)
            {
                for (var i = 0; i < expansions.GetValueOrDefault(id, 1); i++) yield return id + i;
                continue;
            }
            foreach (var word in WordSplitter.Split(TextCleaning.Clean(piece), markers))
                foreach (var token in TokensOf(word))
                    yield return token;
        }
    }

    IReadOnlyList<int> TokensOf(string word) =>
        word == files.BeginOfText.Word ? [BeginOfTextId] : word == files.EndOfText.Word ? [EndOfTextId] : encoder.Encode(word);

    /// <summary>The text of token ids, without begin, end and padding; spaces before punctuation are taken out.</summary>
    /// <exception cref="ArgumentException">An id is neither in the vocabulary nor a placeholder's.</exception>
    public string Decode(IEnumerable<long> ids)
    {
        var parts = new List<string>();
        var letters = new StringBuilder();
        foreach (var id in ids)
        {
            if (id < 0 || id >= words.Length)
                throw new ArgumentException($"The token id {id} is not one of 0 to {words.Length - 1}.", nameof(ids));
            if (special.Contains((int)id) || words[id].Length == 0) continue;
            if (id < files.Vocabulary.Count)
            {
                letters.Append(words[id]);
                continue;
            }
            Flush(letters, parts);
            parts.Add(words[id]);
        }
        Flush(letters, parts);
        return WithTightPunctuation(string.Join(' ', parts));
    }

    static void Flush(StringBuilder letters, List<string> parts)
    {
        if (letters.Length == 0) return;
        parts.Add(ByteAlphabet.Read(letters.ToString()).Replace("</w>", " ", StringComparison.Ordinal).Trim());
        letters.Clear();
    }

    static string WithTightPunctuation(string text)
    {
        foreach (var mark in (string[])[" .", " ?", " !", " ,", " ' ", " n't", " 'm", " 's", " 've", " 're"])
            text = text.Replace(mark, mark.Trim(), StringComparison.Ordinal);
        return text;
    }
}
