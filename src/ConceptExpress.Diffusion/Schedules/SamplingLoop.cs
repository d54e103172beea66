using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Schedules;

/// <summary>What all samplers share: the loop over timesteps, with every tensor of a step disposed of at its end.</summary>
internal static class SamplingLoop
{
    /// <summary>
    /// Goes through all timesteps; <paramref name="step"/> makes the next latent from one, the model's output and the timestep's index.
    /// </summary>
    public static Tensor Run(
        Tensor noise, IReadOnlyList<long> timesteps, Func<Tensor, long, Tensor> predict, Func<Tensor, Tensor, int, Tensor> step,
        Action<int, Tensor>? onStep, CancellationToken stop)
    {
        using var quiet = no_grad();
        using var all = NewDisposeScope();
        var latent = noise.clone();
        for (var i = 0; i < timesteps.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            var before = latent;
            using (NewDisposeScope())
            {
                var output = predict(before, timesteps[i]).to(before.dtype);
                latent = step(before, output, i).MoveToOuterDisposeScope();
            }
            before.Dispose();
            onStep?.Invoke(i + 1, latent);
        }
        return latent.MoveToOuterDisposeScope();
    }
}

/// <summary>The last few tensors of a run, newest first, that outlive the step which made them.</summary>
internal sealed class RecentTensors(int capacity)
{
    readonly List<Tensor> tensors = [];

    public int Count => tensors.Count;

    public Tensor this[int age] => tensors[age];

    /// <summary>Keeps a copy. Call it within a step's scope.</summary>
    public void Add(Tensor tensor)
    {
        tensors.Insert(0, tensor.clone().MoveToOuterDisposeScope());
        if (tensors.Count <= capacity) return;
        tensors[capacity].Dispose();
        tensors.RemoveAt(capacity);
    }
}
