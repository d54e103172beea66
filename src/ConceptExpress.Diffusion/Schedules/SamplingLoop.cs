using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Schedules;

/// <summary>The loop over timesteps that all samplers share. It disposes of every tensor of a step at the step's end.</summary>
static class SamplingLoop
{
    /// <summary>
    /// Runs through all timesteps. <paramref name="step"/> computes the next latent from the current one, the model's output and the index
    /// of the timestep.
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

/// <summary>The last few tensors of a run. They outlive the step that made them.</summary>
/// <param name="capacity">Number of tensors that are kept.</param>
sealed class RecentTensors(int capacity)
{
    readonly List<Tensor> tensors = [];

    public int Count => tensors.Count;

    /// <summary>A tensor by age: 0 is the newest.</summary>
    public Tensor this[int age] => tensors[age];

    /// <summary>Adds a copy of a tensor, and drops the oldest one beyond the capacity. Call it within a step's dispose scope.</summary>
    public void Add(Tensor tensor)
    {
        tensors.Insert(0, tensor.clone().MoveToOuterDisposeScope());
        if (tensors.Count <= capacity) return;
        tensors[capacity].Dispose();
        tensors.RemoveAt(capacity);
    }
}
