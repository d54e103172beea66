namespace ConceptExpress.Imaging;

/// <summary>The interpolation kernel of a resize; both widen when the picture shrinks, which keeps it free of aliasing.</summary>
public enum ResizeFilter
{
    /// <summary>Triangle, support 1.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5, support 2.</summary>
    Bicubic,
}
