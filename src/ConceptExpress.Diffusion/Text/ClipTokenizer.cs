using System.Text;
using ConceptExpress.Diffusion.Checkpoints;

namespace ConceptExpress.Diffusion.Text;

/// <summary>
/// CLIP's tokenizer ("Learning Transferable Visual Models From Natural Language Supervision"). Text is cleaned, put in lower case and split
/// into byte-pair tokens; added words are never split. Immutable and thread-safe.
/// </summary>
sealed class ClipTokenizer
{
    readonly TokenizerFiles files;
    readonly BytePairEncoder encoder;
    readonly string[] words; // by id: vocabulary, added words, placeholders; "" for all ids of a placeholder but the first
    readonly Dictionary<string, int> ownWords; // added words and placeholders, with their first ids
    readonly Dictionary<int, int> expansions; // placeholders: first id to number of ids
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

    /// <summary>Paths of the files that the tokenizer was read from.</summary>
    public IReadOnlyList<string> Files => files.Read;

    /// <summary>Number of the checkpoint's ids, without placeholders. The first placeholder has this number as its id.</summary>
    public int VocabularySize => files.Vocabulary.Count + files.AddedWords.Count;

    /// <summary>Number of ids in every encoded prompt.</summary>
    public int ModelMaxLength => files.ModelMaxLength;

    /// <summary>Id at the start of every encoded prompt.</summary>
    public int BeginOfTextId => files.BeginOfText.Id;

    /// <summary>Id after the last token of a prompt.</summary>
    public int EndOfTextId => files.EndOfText.Id;

    /// <summary>Id that fills the rest of an encoded prompt. May be the same as <see cref="EndOfTextId"/>.</summary>
    public int PaddingId => files.Padding.Id;

    /// <summary>Id of a comma that ends a word; null if the vocabulary has none.</summary>
    public int? CommaId => files.Vocabulary.TryGetValue(",</w>", out var id) ? id : null;

    /// <summary>
    /// Whole words and pieces that have an id: the vocabulary, words that the checkpoint's authors added, and placeholders.
    /// </summary>
    public IEnumerable<string> KnownWords => files.Vocabulary.Keys.Concat(ownWords.Keys);

    /// <summary>Returns whether a text is one of <see cref="KnownWords"/>, so that no placeholder can have its name.</summary>
    public bool Knows(string word) => files.Vocabulary.ContainsKey(word) || ownWords.ContainsKey(word);

    /// <summary>Words added by <see cref="WithPlaceholders"/>, in the order of their ids.</summary>
    public IReadOnlyList<Placeholder> Placeholders { get; }

    /// <summary>
    /// Returns the ids of vocabulary entries that are whole words of at least <paramref name="letters"/> letters a to z, in ascending
    /// order. Pieces of words, digits and punctuation are left out.
    /// </summary>
    public IReadOnlyList<long> WholeWords(int letters)
    {
        const string EndOfWord = "</w>";
        return [.. files.Vocabulary
            .Where(entry => entry.Key.EndsWith(EndOfWord, StringComparison.Ordinal) && entry.Key.Length - EndOfWord.Length >= letters
                && entry.Key.AsSpan(0, entry.Key.Length - EndOfWord.Length).IndexOfAnyExceptInRange('a', 'z') < 0)
            .Select(entry => (long)entry.Value).Order()];
    }

    /// <summary>Reads a tokenizer folder.</summary>
    /// <param name="folder">
    /// Folder with tokenizer_config.json and either vocab.json and merges.txt or tokenizer.json; special_tokens_map.json and
    /// added_tokens.json are optional.
    /// </param>
    /// <param name="positions">
    /// Number of ids in a prompt if the folder sets no limit: the positions of its text encoder. The default is CLIP's 77.
    /// </param>
    /// <exception cref="CheckpointException">A file is missing or malformed; the message names it.</exception>
    public static ClipTokenizer Load(string folder, int positions = 77)
    {
        var files = new TokenizerFiles(folder, positions);
        return new ClipTokenizer(files, new BytePairEncoder(files.Vocabulary, files.Ranks, files.Unknown.Id), []);
    }

    /// <summary>
    /// Returns a tokenizer that knows additional words. They are never split, and each expands to one id per vector. Their ids follow those
    /// of the vocabulary and of earlier placeholders; the ids of other text stay the same.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A word is blank, has space around it, is given twice, is in the vocabulary, or has no id.
    /// </exception>
    public ClipTokenizer WithPlaceholders(params IEnumerable<Placeholder> placeholders)
    {
        var all = Placeholders.ToList();
        var known = new HashSet<string>(ownWords.Keys, StringComparer.Ordinal);
        foreach (var placeholder in placeholders)
        {
            var word = placeholder.Word;
            if (string.IsNullOrWhiteSpace(word) || word.Trim() != word)
                throw new ArgumentException(
                    $"The placeholder '{word}' is blank or has space around it; use a word without spaces at its ends.",
                    nameof(placeholders));
            if (files.Vocabulary.ContainsKey(word))
                throw new ArgumentException($"The placeholder '{word}' is in the vocabulary; use another word.", nameof(placeholders));
            if (placeholder.Ids < 1)
                throw new ArgumentException($"The placeholder '{word}' expands to {placeholder.Ids} ids; it needs at least 1.",
                    nameof(placeholders));
            if (!known.Add(word))
                throw new ArgumentException($"The placeholder '{word}' is given twice; add each word once.", nameof(placeholders));
            all.Add(placeholder);
        }
        return new ClipTokenizer(files, encoder, all);
    }

    /// <summary>Returns the token ids of a prompt, cut or padded to <see cref="ModelMaxLength"/>.</summary>
    public TokenizedPrompt Encode(string text)
    {
        var tokens = Tokens(text).Take(ModelMaxLength - 1).ToList(); // one more than fits, to detect a cut
        var wasCut = tokens.Count > ModelMaxLength - 2;
        var ids = Framed(tokens[..Math.Min(tokens.Count, ModelMaxLength - 2)]);
        return new TokenizedPrompt(ids, Array.IndexOf(ids, EndOfTextId), wasCut);
    }

    /// <summary>
    /// Returns <see cref="ModelMaxLength"/> ids: begin of text, the given tokens, end of text, padding. At most
    /// <see cref="ModelMaxLength"/> - 2 tokens fit.
    /// </summary>
    public long[] Framed(IReadOnlyList<int> tokens)
    {
        var ids = new long[ModelMaxLength];
        Array.Fill(ids, PaddingId);
        ids[0] = BeginOfTextId;
        for (var i = 0; i < tokens.Count; i++) ids[i + 1] = tokens[i];
        ids[tokens.Count + 1] = EndOfTextId;
        return ids;
    }

    /// <summary>Returns all tokens of a text. Ids of one placeholder are one piece: its first id, and their number.</summary>
    public IEnumerable<(int Id, int Count)> Pieces(string text)
    {
        foreach (var (piece, unsplitId) in unsplit.Split(text))
        {
            if (unsplitId is { } id)
            {
                yield return (id, expansions.GetValueOrDefault(id, 1));
                continue;
            }
            foreach (var word in WordSplitter.Split(TextCleaning.Clean(piece), markers))
                foreach (var token in TokensOf(word))
                    yield return (token, 1);
        }
    }

    IEnumerable<int> Tokens(string text) => Pieces(text).SelectMany(piece => Enumerable.Range(piece.Id, piece.Count));

    IReadOnlyList<int> TokensOf(string word) =>
        word == files.BeginOfText.Word ? [BeginOfTextId] : word == files.EndOfText.Word ? [EndOfTextId] : encoder.Encode(word);

    /// <summary>Returns the text of token ids without begin, end and padding. Spaces before punctuation are removed.</summary>
    /// <exception cref="ArgumentException">An id is neither in the vocabulary nor a placeholder's.</exception>
    public string Decode(IEnumerable<long> ids)
    {
        var parts = new List<string>();
        var letters = new StringBuilder();
        foreach (var id in ids)
        {
            if (id < 0 || id >= words.Length)
                throw new ArgumentException($"The token id {id} is not from 0 to {words.Length - 1}; use ids of this tokenizer.",
                    nameof(ids));
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
