namespace ConceptExpress.Toybox.Scenes;

/// <summary>What a difficulty allows. Sizes are relative to the picture's side.</summary>
/// <param name="MinToys">Minimum number of toys.</param>
/// <param name="MaxToys">Maximum number of toys.</param>
/// <param name="Nearness">Minimum distance between the centers of two toys, in units of their mean size.</param>
/// <param name="Inset">Minimum distance between a toy's center and the picture's border, in units of the toy's size.</param>
/// <param name="VisibleShare">Minimum share of a toy that other toys do not hide.</param>
/// <param name="VisibleArea">Minimum visible area of a toy, as a share of the picture.</param>
/// <param name="MaxClutter">Maximum number of small things that count as background.</param>
/// <param name="Sizes">Minimum and maximum size of a toy in scenes of 1, 2, ... toys.</param>
sealed record SceneRules(
    int MinToys, int MaxToys, double Nearness, double Inset, double VisibleShare, double VisibleArea, int MaxClutter,
    (double Low, double High)[] Sizes)
{
    // Toys that must be as large as these rules say are not made smaller to find room.
    const double Shrinks = 0.985;

    static readonly SceneRules Easy = new(1, 3, 0.95, 0.52, 1, 0.03, 0,
        [(0.45, 0.7), (0.34, 0.46), (0.31, 0.4), (0.28, 0.34), (0.26, 0.31)]);
    static readonly SceneRules Normal = new(1, 4, 0.62, 0.51, 0.6, 0.028, 0,
        [(0.42, 0.7), (0.34, 0.52), (0.3, 0.44), (0.27, 0.38), (0.26, 0.34)]);
    static readonly SceneRules Hard = new(2, 5, 0.5, 0.44, 0.45, 0.014, 14,
        [(0.25, 0.5), (0.22, 0.42), (0.22, 0.38), (0.21, 0.34), (0.2, 0.31)]);
    static readonly SceneRules Touching = new(2, 3, 0.5, 0.51, 0.75, 0.02, 0, [(0, 0), (0.34, 0.46), (0.28, 0.36)])
    {
        AreAlike = true,
        MustTouch = true,
        IsFixed = true,
    };
    static readonly SceneRules Border = new(1, 3, 0.95, 0, 0.9, 0.02, 0, [(0.42, 0.7), (0.36, 0.54), (0.32, 0.46)])
    {
        Outside = (0.15, 0.5),
        IsFixed = true,
    };
    static readonly SceneRules Large = new(1, 1, 0, 0.4, 1, 0.4, 0, [(0.8, 1.25)])
    {
        MaxVisibleArea = 0.6,
        Outside = (0, 0.25),
        Shrinking = 1,
        IsFixed = true,
    };
    static readonly SceneRules Empty = new(0, 0, 0, 0, 0, 0, 0, []) { IsFixed = true };

    /// <summary>Maximum visible area of a toy, as a share of the picture.</summary>
    public double MaxVisibleArea { get; init; } = 1;

    /// <summary>Share of each toy that must, and may, be outside the picture; null if it does not matter.</summary>
    public (double Low, double High)? Outside { get; init; }

    /// <summary>Whether all toys have the same words.</summary>
    public bool AreAlike { get; init; }

    /// <summary>Whether each toy must touch another one.</summary>
    public bool MustTouch { get; init; }

    /// <summary>Factor of all sizes after each failed attempt.</summary>
    public double Shrinking { get; init; } = Shrinks;

    /// <summary>Whether no other numbers of toys are allowed than those of these rules.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Whether the picture's border may cut toys off.</summary>
    public bool MayCrop => Inset < 0.5;

    /// <summary>The numbers of toys that scenes may have.</summary>
    public (int Low, int High) Counts => IsFixed ? (MinToys, MaxToys) : (1, SceneSettings.MaxToys);

    /// <summary>The rules of a difficulty.</summary>
    public static SceneRules Of(SceneDifficulty difficulty) => difficulty switch
    {
        SceneDifficulty.Easy => Easy,
        SceneDifficulty.Normal => Normal,
        SceneDifficulty.Touching => Touching,
        SceneDifficulty.Border => Border,
        SceneDifficulty.Large => Large,
        SceneDifficulty.Empty => Empty,
        _ => Hard,
    };
}
