using ConceptExpress.Diffusion;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

/// <summary>The random numbers of one optimizer step.</summary>
/// <param name="PosteriorNoise">(B,4,h,w) standard normal; selects the sample of the autoencoder's posterior.</param>
/// <param name="Noise">(B,4,h,w) standard normal; added to the latents.</param>
/// <param name="Timesteps">(B) int64, one timestep per latent.</param>
sealed record TrainingDraw(Tensor PosteriorNoise, Tensor Noise, Tensor Timesteps);

/// <summary>
/// A source of the random numbers for learning: streams of a seed, or a recorded run. Every pass has its own numbers, so a run can start
/// with any pass.
/// </summary>
interface ITrainingDraws
{
    /// <summary>Returns the random numbers of a pass. Dispose of them after the pass.</summary>
    /// <param name="pass">Number of the pass, counted from 0.</param>
    /// <param name="step">Number of the pass's first optimizer step in the whole run, counted from 0.</param>
    IPassDraws OfPass(int pass, int step);
}

/// <summary>The random numbers of one pass.</summary>
interface IPassDraws : IDisposable
{
    /// <summary>Draws whether the pass uses the mirrored picture.</summary>
    bool Flip();

    /// <summary>
    /// Chooses the concepts of a joint prompt that cannot name all: <paramref name="count"/> random numbers below
    /// <paramref name="concepts"/>, all different, in ascending order.
    /// </summary>
    int[] Choose(int count, int concepts);

    /// <summary>Draws the numbers of the pass's next optimizer step.</summary>
    /// <param name="shape">Shape of the latents, (B,4,h,w).</param>
    /// <param name="timesteps">Number of timesteps of the schedule; drawn timesteps are below it.</param>
    /// <param name="device">Device of the returned tensors.</param>
    TrainingDraw Next(long[] shape, int timesteps, Device device);
}

/// <summary>
/// Draws from streams of one seed. Every pass has independent streams for flips, choices, posterior samples, noise and timesteps, named
/// for example <c>noise/17</c>.
/// </summary>
sealed class SeededTrainingDraws(long seed) : ITrainingDraws
{
    /// <inheritdoc/>
    public IPassDraws OfPass(int pass, int step) => new OnePass(seed, pass);

    sealed class OnePass(long seed, int pass) : IPassDraws
    {
        readonly RandomStream flips = new(seed, $"flips/{pass}"), choices = new(seed, $"joint prompts/{pass}"),
        posterior = new(seed, $"posterior/{pass}"),
            noise = new(seed, $"noise/{pass}"), times = new(seed, $"timesteps/{pass}");

        public bool Flip() => flips.Coin();

        public int[] Choose(int count, int concepts) => [.. choices.Permutation(concepts).Take(count).Select(i => (int)i).Order()];

        public TrainingDraw Next(long[] shape, int timesteps, Device device)
        {
            var t = Enumerable.Range(0, (int)shape[0]).Select(_ => times.Integer(timesteps)).ToArray();
            return new TrainingDraw(posterior.Normal(shape, device), noise.Normal(shape, device), tensor(t, dtype: int64, device: device));
        }

        public void Dispose()
        {
            foreach (var stream in new[] { flips, choices, posterior, noise, times }) stream.Dispose();
        }
    }
}
