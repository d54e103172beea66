namespace ConceptExpress.Encoders.Vision;

/// <summary>
/// How a table of position embeddings is brought to another grid of patches: always by cubic interpolation, but the published programs
/// differ in where they sample. The features of one picture differ by some percent between them.
/// </summary>
public enum PositionResampling
{
    /// <summary>Exactly from the old size to the new (transformers from 4.45 on; DINOv2's own code with an offset of 0).</summary>
    Size,

    /// <summary>By the factor (n + 0.1) / N for n new rows and N old ones (the code of DINO and DINOv2; transformers up to 4.44).</summary>
    Offset,

    /// <summary>As <see cref="Size"/>, with a kernel that widens when the grid shrinks (DINOv2 with registers).</summary>
    Antialiased,
}
