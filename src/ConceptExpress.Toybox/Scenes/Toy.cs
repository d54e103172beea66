namespace ConceptExpress.Toybox.Scenes;

/// <summary>One toy and its pose. Lengths are relative to the picture's side, so that a scene can be drawn at any size.</summary>
/// <param name="Category">One of <see cref="ToyWords.Categories"/>.</param>
/// <param name="Color">One of <see cref="ToyWords.Colors"/>.</param>
/// <param name="Pattern">One of <see cref="ToyWords.Patterns"/>.</param>
sealed record Toy(string Category, string Color, string Pattern)
{
    /// <summary>Horizontal position of the center, from the left, 0 to 1.</summary>
    public double X { get; init; } = 0.5;

    /// <summary>Vertical position of the center, from the top, 0 to 1.</summary>
    public double Y { get; init; } = 0.5;

    /// <summary>Side of the square that the toy nearly fills, as a share of the picture's side.</summary>
    public double Size { get; init; } = 0.5;

    /// <summary>Clockwise rotation in radians.</summary>
    public double Rotation { get; init; }

    /// <summary>Whether the toy is flipped left-right.</summary>
    public bool Mirrored { get; init; }

    /// <summary>Width divided by height; 1 is the original shape.</summary>
    public double Stretch { get; init; } = 1;

    /// <summary>Horizontal shift per unit of height; 0 is upright.</summary>
    public double Skew { get; init; }

    /// <summary>Perspective: how much nearer one side is than the middle, horizontally and vertically. 0 is flat, 0.15 is strong.</summary>
    public (double Across, double Down) Perspective { get; init; }

    /// <summary>Seed of proportions, small details and the pattern's position.</summary>
    public ulong DetailSeed { get; init; }

    /// <summary>The toy in a caption, such as "a red dotted mushroom". "Plain" is left out.</summary>
    public string Phrase => Pattern == ToyWords.Patterns[0] ? $"a {Color} {Category}" : $"a {Color} {Pattern} {Category}";
}
