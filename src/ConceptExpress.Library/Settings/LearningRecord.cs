using System.Text.Json.Serialization;
using ConceptExpress.Extraction.Learning;

namespace ConceptExpress.Library.Settings;

/// <summary>The JSON form of <see cref="LearningSettings"/>. A field means what the property of the same name means there.</summary>
sealed record LearningRecord
{
    public required int Passes { get; init; }
    public required int MergePass { get; init; }
    public required int SplitTokens { get; init; }

    /// <summary><see cref="LearningSettings.Vectors"/>. Missing in older results, whose words have one vector.</summary>
    /// <value>The default is 1.</value>
    public int Vectors { get; init; } = 1;

    public required int BatchSize { get; init; }

    /// <summary><see cref="LearningSettings.AtOnce"/>. Missing in older results.</summary>
    /// <value>The default is null.</value>
    public int? AtOnce { get; init; }

    public required StartRecord Start { get; init; }
    public required OptimizerRecord Optimizer { get; init; }
    public required bool Flips { get; init; }

    /// <summary><see cref="CloseUpSettings.Fill"/>; null if there are no close-ups.</summary>
    public required double? CloseUpFill { get; init; }

    /// <summary>Converts settings to their JSON form.</summary>
    public static LearningRecord Of(LearningSettings settings) => new()
    {
        Passes = settings.Passes,
        MergePass = settings.MergePass,
        SplitTokens = settings.SplitTokens,
        Vectors = settings.Vectors,
        BatchSize = settings.BatchSize,
        AtOnce = settings.AtOnce,
        Start = StartRecord.Of(settings.Start),
        Optimizer = OptimizerRecord.Of(settings.Optimizer),
        Flips = settings.Flips,
        CloseUpFill = settings.CloseUps?.Fill,
    };

    /// <summary>Converts the JSON form back to settings.</summary>
    public LearningSettings ToSettings() => new()
    {
        Passes = Passes,
        MergePass = MergePass,
        SplitTokens = SplitTokens,
        Vectors = Vectors,
        BatchSize = BatchSize,
        AtOnce = AtOnce,
        Start = Start.ToSettings(),
        Optimizer = Optimizer.ToSettings(),
        Flips = Flips,
        CloseUps = CloseUpFill is { } fill ? new CloseUpSettings { Fill = fill } : null,
    };
}

/// <summary>The JSON form of <see cref="OptimizerSettings"/>, with the same names.</summary>
sealed record OptimizerRecord
{
    public required double LearningRate { get; init; }
    public required RateUnit RateUnit { get; init; }
    public required double FinalShare { get; init; }
    public required double Beta1 { get; init; }
    public required double Beta2 { get; init; }
    public required double Epsilon { get; init; }
    public required double WeightDecay { get; init; }
    public required double MaxGradientNorm { get; init; }

    public static OptimizerRecord Of(OptimizerSettings settings) => new()
    {
        LearningRate = settings.LearningRate,
        RateUnit = settings.RateUnit,
        FinalShare = settings.FinalShare,
        Beta1 = settings.Beta1,
        Beta2 = settings.Beta2,
        Epsilon = settings.Epsilon,
        WeightDecay = settings.WeightDecay,
        MaxGradientNorm = settings.MaxGradientNorm,
    };

    public OptimizerSettings ToSettings() => new()
    {
        LearningRate = LearningRate,
        RateUnit = RateUnit,
        FinalShare = FinalShare,
        Beta1 = Beta1,
        Beta2 = Beta2,
        Epsilon = Epsilon,
        WeightDecay = WeightDecay,
        MaxGradientNorm = MaxGradientNorm,
    };
}

/// <summary>The JSON form of <see cref="TokenStart"/>; the field <c>kind</c> says which one it is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = LocatingRecord.Kind)]
[JsonDerivedType(typeof(LateWordsRecord), "late-words")]
[JsonDerivedType(typeof(MeanWordRecord), "mean-word")]
[JsonDerivedType(typeof(RandomRowsRecord), "random-rows")]
[JsonDerivedType(typeof(BestWordsRecord), "best-words")]
abstract record StartRecord
{
    public abstract TokenStart ToSettings();

    public static StartRecord Of(TokenStart settings) => settings switch
    {
        LateWords late => new LateWordsRecord { Placeholders = late.Placeholders },
        MeanWord mean => new MeanWordRecord { Spread = mean.Spread },
        RandomRows => new RandomRowsRecord(),
        BestWords best => new BestWordsRecord { Spread = best.Spread, Search = SearchRecord.Of(best.Search) },
        _ => throw new NotSupportedException($"{settings.GetType().Name} cannot be written to a file"),
    };
}

/// <summary>The JSON form of <see cref="LateWords"/>.</summary>
sealed record LateWordsRecord : StartRecord
{
    public required int Placeholders { get; init; }

    public override TokenStart ToSettings() => new LateWords { Placeholders = Placeholders };
}

/// <summary>The JSON form of <see cref="MeanWord"/>.</summary>
sealed record MeanWordRecord : StartRecord
{
    public required double Spread { get; init; }

    public override TokenStart ToSettings() => new MeanWord { Spread = Spread };
}

/// <summary>The JSON form of <see cref="RandomRows"/>.</summary>
sealed record RandomRowsRecord : StartRecord
{
    public override TokenStart ToSettings() => new RandomRows();
}

/// <summary>The JSON form of <see cref="BestWords"/>.</summary>
sealed record BestWordsRecord : StartRecord
{
    public required double Spread { get; init; }
    public required SearchRecord Search { get; init; }

    public override TokenStart ToSettings() => new BestWords { Spread = Spread, Search = Search.ToSettings() };
}

/// <summary>The JSON form of <see cref="WordSearchSettings"/>, with the same names.</summary>
sealed record SearchRecord
{
    public required int MinLetters { get; init; }
    public required double MinGain { get; init; }
    public required double FirstTime { get; init; }
    public required double LastTime { get; init; }
    public required double Overlap { get; init; }
    public required int LargeLatent { get; init; }
    public required BudgetRecord Small { get; init; }
    public required BudgetRecord Large { get; init; }

    public static SearchRecord Of(WordSearchSettings settings) => new()
    {
        MinLetters = settings.MinLetters,
        MinGain = settings.MinGain,
        FirstTime = settings.FirstTime,
        LastTime = settings.LastTime,
        Overlap = settings.Overlap,
        LargeLatent = settings.LargeLatent,
        Small = BudgetRecord.Of(settings.Small),
        Large = BudgetRecord.Of(settings.Large),
    };

    public WordSearchSettings ToSettings() => new()
    {
        MinLetters = MinLetters,
        MinGain = MinGain,
        FirstTime = FirstTime,
        LastTime = LastTime,
        Overlap = Overlap,
        LargeLatent = LargeLatent,
        Small = Small.ToSettings(),
        Large = Large.ToSettings(),
    };
}

/// <summary>The JSON form of <see cref="SearchBudget"/>, with the same names.</summary>
sealed record BudgetRecord
{
    public required int MaxAsked { get; init; }
    public required int Words { get; init; }
    public required int Samples { get; init; }
    public required int AtOnce { get; init; }
    public required IReadOnlyList<int> Sums { get; init; }
    public required IReadOnlyList<RoundRecord> Rounds { get; init; }

    public static BudgetRecord Of(SearchBudget settings) => new()
    {
        MaxAsked = settings.MaxAsked,
        Words = settings.Words,
        Samples = settings.Samples,
        AtOnce = settings.AtOnce,
        Sums = settings.Sums,
        Rounds = [.. settings.Rounds.Select(round => new RoundRecord { Samples = round.Samples, Kept = round.Kept })],
    };

    public SearchBudget ToSettings() => new()
    {
        MaxAsked = MaxAsked,
        Words = Words,
        Samples = Samples,
        AtOnce = AtOnce,
        Sums = Sums,
        Rounds = [.. Rounds.Select(round => new SearchRound { Samples = round.Samples, Kept = round.Kept })],
    };
}

/// <summary>The JSON form of <see cref="SearchRound"/>, with the same names.</summary>
sealed record RoundRecord
{
    public required int Samples { get; init; }
    public required int Kept { get; init; }
}
