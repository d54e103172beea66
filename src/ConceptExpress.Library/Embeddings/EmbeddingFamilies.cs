namespace ConceptExpress.Library.Embeddings;

/// <summary>Which models take vectors of which width. A width alone proves nothing, but it tells people what a file was made for.</summary>
static class EmbeddingFamilies
{
    /// <summary>Returns the family of models whose vectors have this many values; null if no known one has.</summary>
    public static string? Of(int width) => width switch
    {
        768 => "Stable Diffusion 1.x",
        1024 => "Stable Diffusion 2.x",
        1280 => "the second text encoder of SDXL (clip_g)",
        768 + 1280 => "SDXL",
        _ => null,
    };
}
