namespace ConceptExpress.Toybox.Scenes;

/// <summary>Toys on a ground.</summary>
/// <param name="Background">One of <see cref="ToyWords.Backgrounds"/>.</param>
/// <param name="Toys">In the order they are drawn: later ones hide earlier ones.</param>
public sealed record Scene(string Background, IReadOnlyList<Toy> Toys)
{
    /// <summary>Decides the ground's tones and texture.</summary>
    public ulong BackgroundSeed { get; init; }

    /// <summary>Where the light comes from: radians clockwise from the right; -pi/2 is from above.</summary>
    public double LightDirection { get; init; } = -0.7 * Math.PI;

    /// <summary>Small things on the ground (pebbles, leaves, confetti) that count as ground.</summary>
    public int Clutter { get; init; }

    /// <summary>What there is to see: "a photo of a red dotted mushroom and a blue kite on grass".</summary>
    public string Caption => $"a photo of {string.Join(" and ", Toys.Select(toy => toy.Phrase))} on {Background}";
}
