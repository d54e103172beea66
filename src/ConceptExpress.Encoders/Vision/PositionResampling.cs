namespace ConceptExpress.Encoders.Vision;

/// <summary>
/// How a table of position embeddings is resampled to another grid of patches. It is always cubic interpolation, but published
/// implementations sample at different places. The features of a picture differ by a few percent between them.
/// </summary>
enum PositionResampling
{
    /// <summary>Scales exactly from the old size to the new (transformers from 4.45 on; DINOv2's own code with an offset of 0).</summary>
    Size,

    /// <summary>
    /// Scales by the factor (n + 0.1) / N for n new rows and N old ones (the code of DINO and DINOv2; transformers up to 4.44).
    /// </summary>
    Offset,

    /// <summary>Like <see cref="Size"/>, with a kernel that is widened if the grid shrinks (DINOv2 with registers).</summary>
    Antialiased,
}
