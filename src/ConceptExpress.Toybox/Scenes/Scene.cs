namespace ConceptExpress.Toybox.Scenes;

/// <summary>The description of a scene: toys on a background.</summary>
/// <param name="Background">
/// One of <see cref="ToyWords.Backgrounds"/>; without toys it may also be one of <see cref="Backgrounds.Nothings.Names"/>.
/// </param>
/// <param name="Toys">The toys in drawing order: later ones hide earlier ones.</param>
sealed record Scene(string Background, IReadOnlyList<Toy> Toys)
{
    /// <summary>Seed of the background's tones, texture and clutter.</summary>
    public ulong BackgroundSeed { get; init; }

    /// <summary>Direction towards the light, in radians clockwise from the right; -pi/2 is straight up.</summary>
    /// <value>The default is -0.7 pi.</value>
    public double LightDirection { get; init; } = -0.7 * Math.PI;

    /// <summary>Number of small things (pebbles, leaves, confetti) that count as background.</summary>
    /// <value>The default is 0.</value>
    public int Clutter { get; init; }

    /// <summary>The full caption, such as "a photo of a red dotted mushroom and a blue kite on grass".</summary>
    public string Caption => Toys.Count == 0
        ? $"a photo of {Background}"
        : $"a photo of {string.Join(" and ", Toys.Select(toy => toy.Phrase))} on {Background}";
}
