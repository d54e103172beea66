namespace ConceptExpress.Imaging;

/// <summary>The interpolation kernel for resizing. Both kernels widen when an image shrinks, to avoid aliasing.</summary>
public enum ResizeFilter
{
    /// <summary>Triangle kernel with support 1.</summary>
    Bilinear,

    /// <summary>Keys' cubic kernel with a = -0.5 and support 2.</summary>
    Bicubic,
}
