namespace ConceptExpress.Library.Drawing;

/// <summary>A color with 8 bits per channel.</summary>
readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    public static Rgb White { get; } = new(255, 255, 255);
    public static Rgb Black { get; } = new(0, 0, 0);

    static readonly Rgb[] Distinct =
    [
        new(230, 25, 75), new(0, 130, 200), new(60, 180, 75), new(245, 130, 48), new(145, 30, 180), new(0, 170, 170),
        new(240, 50, 230), new(150, 140, 0), new(170, 110, 40), new(70, 70, 200), new(200, 90, 120), new(100, 120, 40),
    ];

    /// <summary>The number of colors that differ.</summary>
    public static int Count => Distinct.Length;

    /// <summary>Returns the color of a concept or curve by its number, from 0. The twelve colors repeat.</summary>
    public static Rgb Of(int index) => Distinct[index % Distinct.Length];
}
