namespace ConceptExpress.Extraction;

/// <summary>Which set of defaults.</summary>
public enum Preset
{
    /// <summary>The published method, with its published numbers.</summary>
    Paper,
    /// <summary>The same learning on better localization, scaled to the checkpoint.</summary>
    Express,
}

/// <summary>How concepts are found.</summary>
public enum LocalizationMethod
{
    /// <summary>FINCH, end-of-text saliency, FINCH again (method 1).</summary>
    EndOfText,
    /// <summary>Cells that attend little to the picture's border, above Otsu's threshold, split into connected regions, and these where a normalized cut is cheap.</summary>
    BorderCells,
    /// <summary>FINCH clusters whose cells attend little to the picture's border, above Otsu's threshold, split into connected regions.</summary>
    BorderClusters,
}

/// <summary>How concept tokens begin.</summary>
public enum TokenStart
{
    /// <summary>Copies of late vocabulary rows, one per token (golden semantics 19).</summary>
    LateWords,
    /// <summary>The mean of the vocabulary's rows, and, where tokens are split, a little noise (a tenth of a row's typical length) that tells them apart.</summary>
    MeanWord,
    /// <summary>The sum of the few vocabulary words that denoise the concept best, and the same little noise.</summary>
    BestWords,
    /// <summary>Random rows: in every dimension normal, with mean and deviation of the vocabulary's rows.</summary>
    RandomRows,
}

/// <summary>How cells are clustered before clusters are scored (method 1, pre-cluster).</summary>
public enum PreClustering
{
    /// <summary>FINCH, at the last level with at least 10 clusters.</summary>
    Finch,
    /// <summary>k-means on the same rows of self-attention, with a number of clusters that is given.</summary>
    KMeans,
}

/// <summary>What pulls a token's attention to its concept.</summary>
public enum AlignmentKind
{
    /// <summary>The earth mover's distance to the concept's feature (method 2, attention alignment).</summary>
    EarthMover,
    /// <summary>The mean squared difference from it, both scaled to a largest value of 1.</summary>
    MeanSquared,
}

/// <summary>Everything that decides an extraction's result. <see cref="Paper"/> is the published run, <see cref="Express"/> is ours.</summary>
public sealed record ExtractionSettings
{
    /// <summary>Where the other settings began.</summary>
    public Preset Preset { get; init; }

    /// <summary>Side of the square that the picture is resized to, in pixels; 0 for the side that the checkpoint was trained at.</summary>
    public int Resolution { get; init; }

    /// <summary>Seed of every random stream.</summary>
    public long Seed { get; init; } = 20;

    /// <summary>
    /// With <see cref="LocalizationMethod.BorderCells"/> and <see cref="LocalizationMethod.BorderClusters"/>, at least so many concepts, as far as the picture can be
    /// parted: where fewer stand apart, things that touch are cut, where that parts them best. 0 for as many as stand apart.
    /// </summary>
    public int MinConcepts { get; init; }

    /// <summary>At most so many concepts: the most salient ones, with Express those of most saliency times area; 0 for all.</summary>
    public int MaxConcepts { get; init; }

    /// <summary>How concepts are found.</summary>
    public LocalizationMethod Localization { get; init; }

    /// <summary>
    /// Concepts lie where masks that are given say; <see cref="Localization"/> then only says how features and saliency are read, and
    /// <see cref="MaxConcepts"/> nothing. Off by default.
    /// </summary>
    public bool GivenMasks { get; init; }

    /// <summary>With <see cref="LocalizationMethod.EndOfText"/>, how cells are clustered first. FINCH by default.</summary>
    public PreClustering PreClustering { get; init; }

    /// <summary>With <see cref="PreClustering.KMeans"/>, the number of clusters: by default 10, the least that FINCH's level has.</summary>
    public int KMeansClusters { get; init; } = 10;

    /// <summary>With <see cref="LocalizationMethod.EndOfText"/>, drop clusters that do not stand out (method 1, filter). On by default.</summary>
    public bool SaliencyFilter { get; init; } = true;

    /// <summary>Timesteps at which attention is read, and averaged. 0 means the clean latent without noise.</summary>
    public IReadOnlyList<int> LocalizationTimesteps { get; init; } = [0];

    /// <summary>Noise draws per timestep that are averaged (one is enough at timestep 0, which has no noise).</summary>
    public int LocalizationDraws { get; init; } = 1;

    /// <summary>Passes over all prompts.</summary>
    public int Passes { get; init; } = 500;

    /// <summary>The pass before which split tokens are merged; 0, or <see cref="Passes"/> and more, merges at the start or the end.</summary>
    public int MergePass { get; init; } = 100;

    /// <summary>Tokens per concept before the merge.</summary>
    public int SplitTokens { get; init; } = 5;

    /// <summary>Timesteps and noises per optimizer step.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>How concept tokens begin.</summary>
    public TokenStart TokenStart { get; init; }

    /// <summary>Placeholder rows of the published table, which decide where <see cref="TokenStart.LateWords"/> begin.</summary>
    public int Placeholders { get; init; } = 50;

    /// <summary>AdamW's learning rate. Relative to the typical length of a vocabulary row where <see cref="RelativeLearningRate"/> says so.</summary>
    public double LearningRate { get; init; } = 5e-4;

    /// <summary>Whether <see cref="LearningRate"/> is in units of the median length of the vocabulary's rows.</summary>
    public bool RelativeLearningRate { get; init; }

    /// <summary>Share of the learning rate that is left at the last pass; it falls along a half cosine. 1 keeps it constant.</summary>
    public double FinalLearningRate { get; init; } = 1;

    /// <summary>AdamW: decay of the gradient's running mean.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW: decay of the squared gradient's running mean.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>AdamW: added to the root of the latter.</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>AdamW: share of a row, times the learning rate, that each step takes away.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Largest gradient norm; larger ones are scaled down to it.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>Average the denoising loss over the mask's elements instead of all.</summary>
    public bool NormaliseByMask { get; init; }

    /// <summary>
    /// By how much the denoising loss looks beyond a concept's mask, as a share of the picture's longer side. Inside alone, stuff of the right colour and pattern
    /// explains as much as the thing itself; its outline tells what it is.
    /// </summary>
    public double MaskMargin { get; init; }

    /// <summary>
    /// Words are also compared, and every other pass trained, on a close-up of the concept: cut out, enlarged, with the other concepts painted over. Off by default.
    /// </summary>
    public bool CloseUps { get; init; }

    /// <summary>What the attention alignment loss measures. The earth mover's distance by default.</summary>
    public AlignmentKind Alignment { get; init; }

    /// <summary>Weight of the attention alignment loss.</summary>
    public double AlignmentWeight { get; init; } = 1e-5;

    /// <summary>Weight of the token contrast loss, before the merge.</summary>
    public double ContrastWeight { get; init; } = 1e-3;

    /// <summary>Temperature of the token contrast loss.</summary>
    public double ContrastTemperature { get; init; } = 0.07;

    /// <summary>Train on the mirrored picture half of the time.</summary>
    public bool Flips { get; init; } = true;

    /// <summary>The published run (method 1 and 2).</summary>
    public static ExtractionSettings Paper { get; } = new() { Preset = Preset.Paper };

    /// <summary>Ours; what differs from <see cref="Paper"/> stands in <c>docs/deviations.md</c> with its measurement.</summary>
    public static ExtractionSettings Express { get; } = new()
    {
        Preset = Preset.Express,
        Localization = LocalizationMethod.BorderCells,
        LocalizationTimesteps = [50, 150, 250],
        Passes = 30,
        MergePass = 6,
        SplitTokens = 1,
        BatchSize = 4,
        TokenStart = TokenStart.BestWords,
        LearningRate = 0.01,
        RelativeLearningRate = true,
        FinalLearningRate = 0.1,
        NormaliseByMask = true,
        MaskMargin = 0.04,
        CloseUps = true,
    };

    /// <summary>The defaults of a preset.</summary>
    public static ExtractionSettings For(Preset preset) => preset == Preset.Paper ? Paper : Express;
}
