using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Losses;

// Shapes: B batch, K tokens of the prompt, T tokens, D vectors per token, E width, h x w latent grid, g x g' word grid

/// <summary>What a loss can look at in one optimizer step.</summary>
/// <param name="Predicted">(B,4,h,w) what the UNet says.</param>
/// <param name="Wanted">(B,4,h,w) what it should say: noise or velocity.</param>
/// <param name="Mask">(1,1,h,w), 0 or 1: the union of the prompt's concepts.</param>
/// <param name="Maps">(B,K,g,g') the tokens' cross-attention.</param>
/// <param name="Features">(K,h,w) the concepts' features.</param>
/// <param name="Rows">(T,D*E) the tokens, each with its vectors side by side.</param>
/// <param name="Concepts">How many concepts; token t belongs to concept t mod this.</param>
public sealed record LossInputs(Tensor Predicted, Tensor Wanted, Tensor Mask, Tensor Maps, Tensor Features, Tensor Rows, int Concepts);

/// <summary>One term of the training loss.</summary>
/// <param name="Name">In logs, charts and events.</param>
/// <param name="Weight">In the sum; above 0.</param>
/// <param name="Of">A scalar, unweighted.</param>
public sealed record LossTerm(string Name, double Weight, Func<LossInputs, Tensor> Of)
{
    /// <summary>The terms of a phase, those of weight 0 left out. A further loss is a further line here.</summary>
    /// <param name="settings">Weights and kinds.</param>
    /// <param name="split">Whether concepts still have several tokens, which contrast needs.</param>
    public static IReadOnlyList<LossTerm> All(LossSettings settings, bool split) =>
    [
        .. new LossTerm[]
        {
            new("denoising", 1, inputs => settings.Denoising.PerMaskedElement
                ? MaskedDenoisingLoss.PerMaskedElement(inputs.Predicted, inputs.Wanted, inputs.Mask.expand(inputs.Predicted.shape[0], -1, -1, -1))
                : MaskedDenoisingLoss.Of(inputs.Predicted, inputs.Wanted, inputs.Mask)),
            new("alignment", settings.AlignmentWeight, inputs => settings.Alignment.Of(inputs.Maps, inputs.Features)),
            new("contrast", split ? settings.ContrastWeight : 0, inputs => TokenContrastLoss.Of(inputs.Rows, inputs.Concepts, settings.ContrastTemperature)),
        }.Where(term => term.Weight > 0),
    ];
}

/// <summary>The terms of the training loss, each unweighted, and their weighted sum.</summary>
/// <param name="Terms">By name, in their order.</param>
/// <param name="Total">What was minimised.</param>
public sealed record LossValues(IReadOnlyList<KeyValuePair<string, double>> Terms, double Total)
{
    /// <summary>What the sum is called beside the terms.</summary>
    public const string TotalName = "total";

    /// <summary>A term by its name; 0 where it is left out.</summary>
    public double this[string name] => Terms.FirstOrDefault(term => term.Key == name).Value;

    /// <summary>The terms, and the sum as the last.</summary>
    public IEnumerable<KeyValuePair<string, double>> All => Terms.Append(KeyValuePair.Create(TotalName, Total));

    /// <summary>The mean of several steps; a term that not all have is averaged over those that do.</summary>
    /// <returns>Null for no steps.</returns>
    public static LossValues? MeanOf(IReadOnlyCollection<LossValues> values) => values.Count == 0 ? null : new(
        [.. values.SelectMany(value => value.Terms).GroupBy(term => term.Key, term => term.Value).Select(term => KeyValuePair.Create(term.Key, term.Average()))],
        values.Average(value => value.Total));
}
