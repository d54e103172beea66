using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Embeddings;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Library.Programs;

/// <summary>A word that was put where a program finds it.</summary>
/// <param name="Name">The base name of its file.</param>
/// <param name="File">The path of its file.</param>
/// <param name="Spelling">What prompts say there to use it.</param>
/// <param name="IsNew">Whether the file was written now; false if the same file was there already.</param>
sealed record ExportedWord(string Name, string File, string Spelling, bool IsNew);

/// <summary>Puts words of concept folders where a program looks for embedding files. Replaces nothing that others put there.</summary>
/// <param name="program">The program.</param>
/// <param name="to">The program's own folder, or any folder.</param>
/// <param name="replace">Whether an earlier version of the same word may be replaced.</param>
sealed class WordExport(DrawingProgram program, string to, bool replace)
{
    // What the programs take for embedding files; A1111 also reads some from pictures.
    static readonly string[] Extensions = [".safetensors", ".pt", ".pth", ".ckpt", ".bin", ".png", ".webp", ".jxl", ".avif"];

    sealed record Planned(string Name, ConceptWord Word, IReadOnlyDictionary<string, string> Texts, string? Picture);

    readonly List<Planned> plan = [];

    /// <summary>The folder that the files go to: the one in which the program looks, if it is there, else the given one.</summary>
    public string Place { get; } = PlaceIn(to, program);

    /// <summary>Plans a word of a folder.</summary>
    /// <exception cref="SettingsException">A word of this name is planned already.</exception>
    /// <exception cref="EmbeddingException">The embedding file is missing or damaged.</exception>
    /// <exception cref="CheckpointException">The embedding file is damaged.</exception>
    public void Add(ConceptFolder folder, ConceptRecord concept)
    {
        SettingsCheck.Rule(!plan.Exists(each => each.Name.Equals(concept.Name, StringComparison.OrdinalIgnoreCase)),
            $"{folder.Path} and an earlier folder both have a concept called {concept.Name}; rename one of them.");
        var word = folder.Words.Single(each => each.Token == concept.Token) with { Token = $"<{concept.Name}>" };
        var texts = EmbeddingMetadata.For(program, EmbeddingMetadata.In(Path.Combine(folder.Path, concept.Embedding!)), concept.Name);
        var picture = Path.Combine(folder.Path, ResultNames.EmbeddingPreview(concept.Name));
        plan.Add(new Planned(concept.Name, word, texts, File.Exists(picture) ? picture : null));
    }

    /// <summary>Writes all planned words, after checking that none is in the way of another.</summary>
    /// <exception cref="OutputOccupiedException">
    /// The folder, or one in it, has another embedding file of the same name. The program would use only one of the two.
    /// </exception>
    /// <exception cref="OutputException">The folder cannot be written.</exception>
    public IReadOnlyList<ExportedWord> Write()
    {
        try
        {
            var isThere = plan.ConvertAll(IsThere);
            Directory.CreateDirectory(Place);
            return [.. plan.Zip(isThere, (word, done) => Write(word, done))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(
                $"{Place} cannot be written ({e.Message.TrimEnd('.')}); check its permissions and the space left.", e);
        }
    }

    ExportedWord Write(Planned word, bool isThere)
    {
        if (!isThere) EmbeddingWriter.Write(FileOf(word), word.Word, word.Texts, KeyOf(word));
        if (word.Picture is not null && (!isThere || !File.Exists(PictureOf(word))))
            WholeFile.Write(PictureOf(word), stream => stream.Write(File.ReadAllBytes(word.Picture)));
        return new ExportedWord(word.Name, FileOf(word), program.Spell(word.Name), !isThere);
    }

    /// <summary>Returns whether the same file is there already.</summary>
    bool IsThere(Planned word)
    {
        if (!Directory.Exists(Place)) return false;
        // Programs also look into folders below, and do not tell capital letters apart.
        var below = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        var inTheWay = Directory.EnumerateFiles(Place, "*", below)
            .Where(file => Path.GetFileNameWithoutExtension(file).Equals(word.Name, StringComparison.OrdinalIgnoreCase)
                && Extensions.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal).ToList();
        foreach (var file in inTheWay)
        {
            if (file != FileOf(word) || !IsOurs(file, word))
                throw new OutputOccupiedException(
                    $"{file} has the name of {word.Name}, and {program.Title} would use only one of them; rename the concept.");
            if (!IsSame(file, word) && !replace)
                throw new OutputOccupiedException($"{file} is another version of {word.Name}; rename the concept.", replaceable: true);
        }
        if (inTheWay.Count == 0 && word.Picture is not null && File.Exists(PictureOf(word)))
            throw new OutputOccupiedException(
                $"{PictureOf(word)} is the picture of something else; delete or move it, or rename the concept.");
        return inTheWay is [var only] && IsSame(only, word);
    }

    static bool IsOurs(string file, Planned word)
    {
        try
        {
            return EmbeddingMetadata.SameOrigin(EmbeddingMetadata.In(file), word.Texts);
        }
        catch (Exception e) when (e is EmbeddingException or CheckpointException)
        {
            return false;
        }
    }

    static bool IsSame(string file, Planned word)
    {
        var words = EmbeddingFile.Read(file).Words;
        return words is [var only] && EmbeddingWriter.Bytes(only).AsSpan().SequenceEqual(EmbeddingWriter.Bytes(word.Word));
    }

    string FileOf(Planned word) => Path.Combine(Place, $"{word.Name}.safetensors");

    string PictureOf(Planned word) => Path.Combine(Place, $"{word.Name}.preview.png");

    string? KeyOf(Planned word) =>
        program.TakesOnlySingleVectors && word.Word.Vectors.Count > 1 ? EmbeddingWriter.EmbeddingParameters : null;

    // The folders of some programs are written with other capital letters on other systems.
    static string PlaceIn(string to, DrawingProgram program)
    {
        var place = to;
        foreach (var part in program.Folder?.Split('/') ?? [])
        {
            if (!Directory.Exists(place) || Directory.EnumerateDirectories(place)
                .FirstOrDefault(each => Path.GetFileName(each).Equals(part, StringComparison.OrdinalIgnoreCase)) is not { } next) return to;
            place = next;
        }
        return place;
    }
}
