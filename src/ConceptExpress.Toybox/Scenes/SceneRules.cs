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
    static readonly SceneRules Easy = new(1, 3, 0.95, 0.52, 1, 0.03, 0,
        [(0.45, 0.7), (0.34, 0.46), (0.31, 0.4), (0.28, 0.34), (0.26, 0.31)]);
    static readonly SceneRules Normal = new(1, 4, 0.62, 0.51, 0.6, 0.028, 0,
        [(0.42, 0.7), (0.34, 0.52), (0.3, 0.44), (0.27, 0.38), (0.26, 0.34)]);
    static readonly SceneRules Hard = new(2, 5, 0.5, 0.44, 0.45, 0.014, 14,
        [(0.25, 0.5), (0.22, 0.42), (0.22, 0.38), (0.21, 0.34), (0.2, 0.31)]);

    /// <summary>Whether the picture's border may cut toys off.</summary>
    public bool MayCrop => Inset < 0.5;

    /// <summary>The rules of a difficulty.</summary>
    public static SceneRules Of(SceneDifficulty difficulty) => difficulty switch
    {
        SceneDifficulty.Easy => Easy,
        SceneDifficulty.Normal => Normal,
        _ => Hard,
    };
}
