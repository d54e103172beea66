namespace ConceptExpress.Encoders.Preprocessing;

/// <summary>What a picture's size becomes.</summary>
public enum ResizeRule
{
    /// <summary>The shorter side becomes the size, the other follows, rounded down.</summary>
    ShortestEdge,

    /// <summary>Both sides become the size; the aspect is lost.</summary>
    Square,
}

/// <summary>Where the middle lies when it lies between two pixels.</summary>
public enum CropRounding
{
    /// <summary>The upper or left one (transformers).</summary>
    Down,

    /// <summary>The one of even number (torchvision; the programs of CLIP, DINO and DINOv2).</summary>
    HalfToEven,
}
