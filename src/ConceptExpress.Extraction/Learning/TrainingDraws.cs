using ConceptExpress.Diffusion;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Learning;

/// <summary>The random numbers of one optimizer step.</summary>
/// <param name="PosteriorNoise">(B,4,h,w) standard normal: which sample of the autoencoder's posterior.</param>
/// <param name="Noise">(B,4,h,w) standard normal: what the UNet shall find.</param>
/// <param name="Timesteps">(B) int64.</param>
public sealed record TrainingDraw(Tensor PosteriorNoise, Tensor Noise, Tensor Timesteps);

/// <summary>Where the training's random numbers come from: streams of a seed, or a recorded run. A pass has its own, so that a run can begin with any pass.</summary>
public interface ITrainingDraws
{
    /// <summary>The numbers of a pass; dispose of it after the pass.</summary>
    /// <param name="pass">Counted from 0.</param>
    /// <param name="step">The pass's first optimizer step, counted from 0 over the whole run.</param>
    IPassDraws OfPass(int pass, int step);
}

/// <summary>The random numbers of one pass.</summary>
public interface IPassDraws : IDisposable
{
    /// <summary>Whether the pass trains on the mirrored picture.</summary>
    bool Flip();

    /// <summary>Which concepts a joint prompt names when not all fit: a random choice of <paramref name="count"/> out of <paramref name="concepts"/>, ascending.</summary>
    int[] Choose(int count, int concepts);

    /// <summary>The numbers of the pass's next step, for latents of shape (B,4,h,w).</summary>
    TrainingDraw Next(long[] shape, int timesteps, Device device);
}

/// <summary>Independent streams for flips, choices, posterior samples, noise and timesteps of every pass: <c>noise/17</c>.</summary>
public sealed class SeededTrainingDraws(long seed) : ITrainingDraws
{
    /// <inheritdoc/>
    public IPassDraws OfPass(int pass, int step) => new OnePass(seed, pass);

    sealed class OnePass(long seed, int pass) : IPassDraws
    {
        readonly RandomStream flips = new(seed, $"flips/{pass}"), choices = new(seed, $"joint prompts/{pass}"), posterior = new(seed, $"posterior/{pass}"),
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
