using ConceptExpress.Imaging;
using static TorchSharp.torch;

namespace ConceptExpress.Encoders.Naming;

// Shapes: W words, D width of the features

/// <summary>
/// Finds the words that say what a picture shows, by CLIP: the features of "a photo of a WORD" that are nearest to the picture's. Knows
/// nothing of what the words mean. Each text is read once. Not thread-safe.
/// </summary>
/// <param name="encoder">The pair of towers. It stays the caller's to dispose of.</param>
/// <param name="words">The words to choose from, at least one.</param>
sealed class PictureWords(ClipEncoder encoder, IReadOnlyList<string> words) : IDisposable
{
    const int Batch = 256; // texts per call

    Tensor? features; // (W,D), of length 1

    /// <summary>
    /// Returns the nearest words with their cosines, rounded to three digits, the nearest first; of equal ones the first.
    /// </summary>
    /// <param name="picture">A picture of one thing (<see cref="CloseUpView"/>).</param>
    /// <param name="count">Maximum number of words, 1 or more.</param>
    public IReadOnlyList<(string Word, double Cosine)> Nearest(RgbImage picture, int count)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        features ??= Read().DetachFromDisposeScope();
        var cosines = features.mv(Unit(encoder.Encode([picture]))[0]).cpu().data<float>().ToArray();
        return [.. words.Zip(cosines, (word, cosine) => (word, Math.Round(cosine, 3))).OrderByDescending(near => near.Item2).Take(count)];
    }

    Tensor Read() => cat([.. words.Select(word => $"a photo of a {word}").Chunk(Batch).Select(some => Unit(encoder.EncodeText(some)))], 0);

    static Tensor Unit(Tensor rows) => nn.functional.normalize(rows, dim: 1);

    public void Dispose() => features?.Dispose();
}
