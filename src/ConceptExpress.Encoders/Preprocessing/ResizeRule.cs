namespace ConceptExpress.Encoders.Preprocessing;

/// <summary>Which sides of a picture are resized to a given size.</summary>
enum ResizeRule
{
    /// <summary>The shorter side gets the size. The longer side is scaled with it and rounded down.</summary>
    ShortestEdge,

    /// <summary>Both sides get the size; the aspect ratio is lost.</summary>
    Square,
}

/// <summary>How the margin of a centre crop is rounded if it is half a pixel.</summary>
enum CropRounding
{
    /// <summary>Rounded down: the crop moves up or left (transformers).</summary>
    Down,

    /// <summary>Rounded to the even number (torchvision; the code of CLIP, DINO and DINOv2).</summary>
    HalfToEven,
}
