namespace ConceptExpress.Imaging;

/// <summary>The interpolation kernel for resizing. Both kernels widen when an image shrinks, to avoid aliasing.</summary>
public enum ResizeFilter
{
    /// <summary>Triangle kernel with a support of 1 pixel to each side.</summary>
    Bilinear,

    /// <summary>Keys' cubic kernel with a = -0.5 and a support of 2 pixels to each side.</summary>
    Bicubic,
}
