using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Losses;

// Shapes: B batch, K tokens of the prompt, T tokens, D vectors per token, E width, h x w latent grid, g x g' word grid

/// <summary>The inputs of the losses in one optimizer step.</summary>
/// <param name="Predicted">(B,4,h,w) the prediction of the UNet.</param>
/// <param name="Wanted">(B,4,h,w) the correct prediction: noise or velocity.</param>
/// <param name="Mask">(1,1,h,w), 0 or 1: the union of the masks of the prompt's concepts.</param>
/// <param name="Maps">(B,K,g,g') the cross-attention maps of the prompt's tokens.</param>
/// <param name="Features">(K,h,w) the feature maps of these tokens' concepts.</param>
/// <param name="Rows">(T,D*E) the vectors of all tokens; a token's vectors are side by side.</param>
/// <param name="Concepts">Number n of concepts; token t belongs to concept t mod n.</param>
sealed record LossInputs(Tensor Predicted, Tensor Wanted, Tensor Mask, Tensor Maps, Tensor Features, Tensor Rows, int Concepts);

/// <summary>One term of the training loss.</summary>
/// <param name="Name">Its name in logs, charts and events.</param>
/// <param name="Weight">Its weight in the sum, above 0.</param>
/// <param name="Of">Computes the unweighted loss, a scalar.</param>
sealed record LossTerm(string Name, double Weight, Func<LossInputs, Tensor> Of)
{
    /// <summary>Returns the terms of a phase. Terms with weight 0 are left out. Add new losses here.</summary>
    /// <param name="settings">The weights and kinds of the losses.</param>
    /// <param name="split">Whether concepts still have several tokens, which token contrast needs.</param>
    public static IReadOnlyList<LossTerm> All(LossSettings settings, bool split) =>
    [
        .. new LossTerm[]
        {
            new("denoising", 1, inputs => settings.Denoising.PerMaskedElement
                ? MaskedDenoisingLoss.PerMaskedElement(inputs.Predicted, inputs.Wanted,
                    inputs.Mask.expand(inputs.Predicted.shape[0], -1, -1, -1))
                : MaskedDenoisingLoss.Of(inputs.Predicted, inputs.Wanted, inputs.Mask)),
            new("alignment", settings.AlignmentWeight, inputs => settings.Alignment.Of(inputs.Maps, inputs.Features)),
            new("contrast", split ? settings.ContrastWeight : 0,
                inputs => TokenContrastLoss.Of(inputs.Rows, inputs.Concepts, settings.ContrastTemperature)),
        }.Where(term => term.Weight > 0),
    ];
}

/// <summary>Values of the training loss: its unweighted terms and their weighted sum.</summary>
/// <param name="Terms">
/// The terms with their names, in this order: <c>denoising</c>, <c>alignment</c>, <c>contrast</c>. Terms that are left out are missing.
/// </param>
/// <param name="Total">The weighted sum, which learning minimises.</param>
public sealed record LossValues(IReadOnlyList<KeyValuePair<string, double>> Terms, double Total)
{
    /// <summary>The name of the sum in <see cref="All"/>.</summary>
    public const string TotalName = "total";

    /// <summary>A term by name; 0 if there is no such term.</summary>
    /// <param name="name">A name from <see cref="Terms"/>. <see cref="TotalName"/> is none of them.</param>
    public double this[string name] => Terms.FirstOrDefault(term => term.Key == name).Value;

    /// <summary>The terms, followed by the sum with the name <see cref="TotalName"/>.</summary>
    public IEnumerable<KeyValuePair<string, double>> All => Terms.Append(KeyValuePair.Create(TotalName, Total));

    /// <summary>Returns the mean over several steps. A term that some steps lack is averaged over the others.</summary>
    /// <param name="values">The losses of the steps, in any order.</param>
    /// <returns>The mean values; null if there are no steps.</returns>
    public static LossValues? MeanOf(IReadOnlyCollection<LossValues> values) => values.Count == 0 ? null : new(
        [.. values.SelectMany(value => value.Terms).GroupBy(term => term.Key, term => term.Value)
            .Select(term => KeyValuePair.Create(term.Key, term.Average()))],
        values.Average(value => value.Total));
}
