namespace ConceptExpress.Toybox.Scenes;

/// <summary>One toy and its place. Lengths are in sides of the picture, so that a scene renders at any size.</summary>
/// <param name="Category">One of <see cref="ToyWords.Categories"/>.</param>
/// <param name="Color">One of <see cref="ToyWords.Colors"/>.</param>
/// <param name="Pattern">One of <see cref="ToyWords.Patterns"/>.</param>
public sealed record Toy(string Category, string Color, string Pattern)
{
    /// <summary>The centre, from the left; 0 to 1.</summary>
    public double X { get; init; } = 0.5;

    /// <summary>The centre, from the top; 0 to 1.</summary>
    public double Y { get; init; } = 0.5;

    /// <summary>Side of the square that the toy nearly fills.</summary>
    public double Size { get; init; } = 0.5;

    /// <summary>Clockwise, in radians.</summary>
    public double Rotation { get; init; }

    /// <summary>Whether left and right are exchanged.</summary>
    public bool Mirrored { get; init; }

    /// <summary>Width over height; 1 as designed.</summary>
    public double Stretch { get; init; } = 1;

    /// <summary>Sideways shift per height; 0 upright.</summary>
    public double Skew { get; init; }

    /// <summary>How much nearer one side is than the middle: over the half width, and over the half height; 0 flat, 0.15 strong.</summary>
    public (double Across, double Down) Perspective { get; init; }

    /// <summary>Decides proportions and small details.</summary>
    public ulong DetailSeed { get; init; }

    /// <summary>As it is said: "a red dotted mushroom". A plain toy's pattern is not said.</summary>
    public string Phrase => Pattern == ToyWords.Patterns[0] ? $"a {Color} {Category}" : $"a {Color} {Pattern} {Category}";
}
