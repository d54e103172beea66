namespace ConceptExpress.Toybox.Scenes;

/// <summary>What a difficulty allows. Lengths are in sides of the picture.</summary>
/// <param name="FewestToys">The fewest toys of a scene.</param>
/// <param name="MostToys">The most.</param>
/// <param name="Nearness">Least distance of two toys' centres, in means of their sizes.</param>
/// <param name="Inset">Least distance of a centre from the picture's border, in sizes of the toy.</param>
/// <param name="VisibleShare">Least share of a toy that others leave visible.</param>
/// <param name="VisibleArea">Least visible area of a toy, as a share of the picture.</param>
/// <param name="MostClutter">The most small things on the ground.</param>
/// <param name="Sizes">Smallest and largest size of a toy for 1, 2, ... toys.</param>
sealed record SceneRules(
    int FewestToys, int MostToys, double Nearness, double Inset, double VisibleShare, double VisibleArea, int MostClutter,
    (double Low, double High)[] Sizes)
{
    static readonly SceneRules Easy = new(1, 3, 0.95, 0.52, 1, 0.03, 0,
        [(0.45, 0.7), (0.34, 0.46), (0.31, 0.4), (0.28, 0.34), (0.26, 0.31)]);
    static readonly SceneRules Normal = new(1, 4, 0.62, 0.51, 0.6, 0.028, 0,
        [(0.42, 0.7), (0.34, 0.52), (0.3, 0.44), (0.27, 0.38), (0.26, 0.34)]);
    static readonly SceneRules Hard = new(2, 5, 0.5, 0.44, 0.45, 0.014, 14,
        [(0.25, 0.5), (0.22, 0.42), (0.22, 0.38), (0.21, 0.34), (0.2, 0.31)]);

    /// <summary>Whether toys may reach over the picture's border.</summary>
    public bool MayCrop => Inset < 0.5;

    public static SceneRules Of(SceneDifficulty difficulty) => difficulty switch
    {
        SceneDifficulty.Easy => Easy,
        SceneDifficulty.Normal => Normal,
        _ => Hard,
    };
}
