namespace ConceptExpress.Diffusion.Text.Prompts;

/// <summary>A part of a prompt that a text encoder reads at once.</summary>
/// <param name="Ids">
/// Begin of text, up to <see cref="ClipTokenizer.ModelMaxLength"/> - 2 tokens, end of text, padding: always
/// <see cref="ClipTokenizer.ModelMaxLength"/> ids.
/// </param>
/// <param name="Weights">The weight of each id; 1 for those that are no token of the prompt.</param>
sealed record PromptChunk(long[] Ids, float[] Weights);

/// <summary>Divides prompts into chunks.</summary>
static class PromptChunks
{
    /// <summary>The largest number of chunks of one prompt.</summary>
    public const int MaxChunks = 20;

    // A1111 moves the end of a full chunk into the next one if the last comma is at most this many tokens away (its default).
    const int CommaBacktrack = 20;

    // ComfyUI divides only texts and words of at least this many tokens.
    const int MinDivided = 8;

    /// <summary>Returns the chunks of a prompt, at least one.</summary>
    /// <exception cref="SettingsException">
    /// The prompt has more than <see cref="MaxChunks"/> chunks, or a word with more vectors than a chunk has tokens.
    /// </exception>
    public static IReadOnlyList<PromptChunk> Of(ParsedPrompt prompt, ClipTokenizer tokenizer) => prompt.Syntax switch
    {
        PromptSyntax.Plain => [Cut(prompt.Sections[0][0].Text, tokenizer)],
        PromptSyntax.A1111 => InSections(prompt, new ChunkList(tokenizer)),
        PromptSyntax.ComfyUI => InGroups(prompt, new ChunkList(tokenizer)),
        _ => throw new ArgumentOutOfRangeException(nameof(prompt)),
    };

    static PromptChunk Cut(string text, ClipTokenizer tokenizer)
    {
        var ids = tokenizer.Encode(text).Ids;
        return new PromptChunk(ids, [.. Enumerable.Repeat(1f, ids.Length)]);
    }

    static IReadOnlyList<PromptChunk> InSections(ParsedPrompt prompt, ChunkList chunks)
    {
        foreach (var (i, section) in prompt.Sections.Index())
        {
            if (i > 0) chunks.Close();
            var comma = -1; // its place in the open chunk
            foreach (var (text, weight) in section)
                foreach (var (id, count) in chunks.Tokenizer.Pieces(text))
                {
                    if (id == chunks.Tokenizer.CommaId) comma = chunks.Open.Count;
                    else if (chunks.Left == 0 && comma >= 0 && chunks.Open.Count - comma <= CommaBacktrack)
                    {
                        chunks.Close(comma + 1);
                        comma = -1;
                    }
                    if (chunks.Left < count)
                    {
                        chunks.Close();
                        comma = -1;
                    }
                    SettingsCheck.Rule(count <= chunks.Left,
                        $"a word in the prompt has {count} vectors, more than the {chunks.Left} tokens of a chunk; use a word with fewer.");
                    chunks.Add(Enumerable.Range(id, count), weight);
                }
        }
        return chunks.Done(keepEmptyEnd: false);
    }

    static IReadOnlyList<PromptChunk> InGroups(ParsedPrompt prompt, ChunkList chunks)
    {
        foreach (var (text, weight) in prompt.Sections[0])
            foreach (var whole in Groups(text, chunks.Tokenizer))
            {
                var group = whole;
                while (group.Length > chunks.Left)
                {
                    var taken = whole.Length >= MinDivided || whole.Length > chunks.Room ? chunks.Left : 0;
                    chunks.Add(group[..taken], weight);
                    group = group[taken..];
                    chunks.Close();
                }
                chunks.Add(group, weight);
            }
        return chunks.Done(keepEmptyEnd: true);
    }

    // The texts between added words, and these.
    static IEnumerable<int[]> Groups(string text, ClipTokenizer tokenizer)
    {
        var run = new List<int>();
        foreach (var (id, count) in tokenizer.Pieces(text))
        {
            if (id < tokenizer.VocabularySize)
            {
                run.Add(id);
                continue;
            }
            yield return [.. run];
            run.Clear();
            yield return [.. Enumerable.Range(id, count)];
        }
        yield return [.. run];
    }

    /// <summary>Chunks that are done, and the one that is being filled.</summary>
    sealed class ChunkList(ClipTokenizer tokenizer)
    {
        readonly List<PromptChunk> done = [];

        public ClipTokenizer Tokenizer => tokenizer;

        /// <summary>Tokens of the chunk that is being filled, with their weights.</summary>
        public List<(int Id, float Weight)> Open { get; } = [];

        /// <summary>Number of tokens that fit into a chunk.</summary>
        public int Room => tokenizer.ModelMaxLength - 2;

        /// <summary>Number of tokens that the open chunk can still take.</summary>
        public int Left => Room - Open.Count;

        public void Add(IEnumerable<int> ids, double weight) => Open.AddRange(ids.Select(id => (id, (float)weight)));

        /// <summary>Ends the open chunk after all its tokens.</summary>
        public void Close() => Close(Open.Count);

        /// <summary>Ends the open chunk after some of its tokens; the rest begins the next one.</summary>
        public void Close(int count)
        {
            SettingsCheck.Rule(done.Count < MaxChunks, $"the prompt has more than {MaxChunks} chunks of {Room} tokens; make it shorter.");
            var weights = Enumerable.Repeat(1f, tokenizer.ModelMaxLength).ToArray();
            for (var i = 0; i < count; i++) weights[i + 1] = Open[i].Weight;
            done.Add(new PromptChunk(tokenizer.Framed([.. Open.Take(count).Select(token => token.Id)]), weights));
            Open.RemoveRange(0, count);
        }

        public IReadOnlyList<PromptChunk> Done(bool keepEmptyEnd)
        {
            if (Open.Count > 0 || done.Count == 0 || keepEmptyEnd) Close();
            return done;
        }
    }
}
