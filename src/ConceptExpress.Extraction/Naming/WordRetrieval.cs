using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Text;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Naming;

// Shapes: W words, n prompts, D vectors of a word, E width of all text encoders together, P positions of the prompt's start

/// <summary>
/// Finds the words of a checkpoint's vocabulary that are nearest to a learned word: by vectors, and by features of the text encoder. Knows
/// nothing of what the words mean. Immutable; runs on the calling thread, between two uses of the checkpoint.
/// </summary>
/// <remarks>
/// A feature is the text encoder's state at the end of "a photo of WORD". Scores are cosines, rounded to three digits.
/// </remarks>
sealed class WordRetrieval
{
    /// <summary>Minimum number of letters of a word.</summary>
    public const int MinLetters = 3;

    // Prompts per call of the text encoder. Last digits depend on it, so it is not a setting.
    const int Batch = 256;

    /// <summary>Number of words that are added to a word to see whether it leads.</summary>
    public const int Company = 64;

    readonly StableDiffusion model;
    readonly Dictionary<string, long> ids;

    /// <param name="model">The checkpoint, which stays the caller's to dispose of.</param>
    public WordRetrieval(StableDiffusion model)
    {
        this.model = model;
        ids = model.Tokenizer.WholeWords(MinLetters).ToDictionary(id => model.Tokenizer.Decode([id]));
        Words = [.. ids.Keys];
    }

    /// <summary>
    /// The vocabulary: whole words of at least <see cref="MinLetters"/> letters a to z that are one token, in the order of their ids. In a
    /// byte-pair vocabulary, earlier words are more frequent. It may hold ends of words, which byte pairs do not tell from words.
    /// </summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>
    /// Returns the words whose vectors are nearest to a learned word, the nearest first. A word of several vectors is as near as the
    /// nearest of them.
    /// </summary>
    /// <param name="learned">Vectors of the learned word, D arrays of E values.</param>
    /// <param name="count">Maximum number of words, 1 or more.</param>
    public IReadOnlyList<NearWord> ByEmbedding(IReadOnlyList<float[]> learned, int count)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return Nearest(Words, Rows(Words), Stacked(learned), count);
    }

    /// <summary>Returns the words whose rows (W,E) have the highest cosines with any of the vectors (D,E), the highest first.</summary>
    internal static IReadOnlyList<NearWord> Nearest(IReadOnlyList<string> words, Tensor rows, Tensor vectors, int count) =>
        Nearest(words, Unit(rows).matmul(Unit(vectors).t()).amax([1L]), count);

    /// <summary>
    /// Returns the words whose features are nearest to those of a learned word, the nearest first. In a feature, the noun of a learned word
    /// counts more than what qualifies it.
    /// </summary>
    /// <param name="learned">Vectors of the learned word, D arrays of E values.</param>
    /// <param name="among">Some of <see cref="Words"/>. The text encoder reads a short prompt for each.</param>
    /// <param name="count">Maximum number of words, 1 or more.</param>
    public IReadOnlyList<NearWord> ByText(IReadOnlyList<float[]> learned, IReadOnlyList<string> among, int count)
    {
        using var read = Read(among);
        return read.Nearest(learned, count);
    }

    /// <summary>Reads words with the text encoder, once for all searches among them.</summary>
    /// <param name="among">Some of <see cref="Words"/>. The text encoder reads a short prompt for each.</param>
    public ReadWords Read(IReadOnlyList<string> among)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return new ReadWords(this, among,
            among.Count == 0 ? null : Unit(Features(Rows(among).unsqueeze(1))).DetachFromDisposeScope());
    }

    /// <summary>Words whose features are known. Dispose of it before the checkpoint.</summary>
    public sealed class ReadWords : IDisposable
    {
        readonly WordRetrieval retrieval;
        readonly IReadOnlyList<string> words;
        readonly Tensor? features; // (W,E), of length 1

        internal ReadWords(WordRetrieval retrieval, IReadOnlyList<string> words, Tensor? features) =>
            (this.retrieval, this.words, this.features) = (retrieval, words, features);

        /// <summary>Like <see cref="ByText"/>, among these words.</summary>
        /// <param name="learned">Vectors of the learned word, D arrays of E values.</param>
        /// <param name="count">Maximum number of words, 1 or more.</param>
        public IReadOnlyList<NearWord> Nearest(IReadOnlyList<float[]> learned, int count)
        {
            if (features is null) return [];
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var own = Unit(retrieval.Features(retrieval.Stacked(learned).unsqueeze(0)))[0];
            return WordRetrieval.Nearest(words, features.mv(own), count);
        }

        /// <summary>Frees the features.</summary>
        public void Dispose() => features?.Dispose();
    }

    /// <summary>
    /// Returns how far each word leads: -1 to 1, higher for nouns than for what qualifies them. The vectors of the word and of another are
    /// added, and the feature of the sum is compared with both: the cosine with the word's less the cosine with the other's. The mean is
    /// taken over a fixed sample of the vocabulary, weighted by squared length, because rows that were never trained are short.
    /// </summary>
    /// <param name="among">Some of <see cref="Words"/>. The text encoder reads <see cref="Company"/> short prompts for each.</param>
    public IReadOnlyList<double> Leads(IReadOnlyList<string> among)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var sample = Rows(Enumerable.Range(0, Math.Min(Company, Words.Count))
            .Select(i => Words[(int)((long)i * Words.Count / Math.Min(Company, Words.Count))]));
        var (weights, theirs) = (sample.square().sum([1L]), Unit(Features(sample.unsqueeze(1))));
        return [.. among.Select(word =>
        {
            using var inner = NewDisposeScope();
            var row = Rows([word]);
            var sums = Unit(Features((row + sample).unsqueeze(1)));
            var lead = sums.mv(Unit(Features(row.unsqueeze(1)))[0]) - (sums * theirs).sum([1L]);
            return Math.Round((lead.dot(weights) / weights.sum()).item<float>(), 3);
        })];
    }

    // The words with the highest scores (W), the highest first; of equal ones the first.
    static IReadOnlyList<NearWord> Nearest(IReadOnlyList<string> words, Tensor scores, int count) =>
        [.. words.Zip(scores.cpu().data<float>().ToArray(), (word, score) => new NearWord(word, Math.Round(score, 3)))
            .OrderByDescending(word => word.Score).Take(count)];

    // (n,D,E) vectors that end the prompt to the state (n,E) at the last of them. The text encoder is causal, so nothing need follow.
    Tensor Features(Tensor vectors) => cat([.. vectors.split(Batch).Select(some =>
    {
        var (states, column) = (new List<Tensor>(), 0L);
        foreach (var text in model.Texts)
        {
            var start = text.Tokenizer.Encode(PhotoPrompt.Start.Trim());
            var prompt = text.Model.Vocabulary.index_select(0, tensor(start.Ids[..start.EndOfText], device: model.Device)); // (P,E)
            var own = some.narrow(2, column, text.Width).to(prompt.dtype);
            var read = text.Model.call(cat([prompt.unsqueeze(0).expand(own.shape[0], -1, -1), own], 1));
            states.Add(read.select(1, read.shape[1] - 1));
            column += text.Width;
        }
        return cat(states, 1).to(float32);
    })], 0);

    Tensor Rows(IEnumerable<string> words) =>
        model.WordVectors.index_select(0, tensor([.. words.Select(word => ids[word])], device: model.Device)).to(float32);

    Tensor Stacked(IReadOnlyList<float[]> vectors) => stack([.. vectors.Select(vector => tensor(vector, device: model.Device))], 0);

    static Tensor Unit(Tensor rows) => nn.functional.normalize(rows, dim: 1);
}
