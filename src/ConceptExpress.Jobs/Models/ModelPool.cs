using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Jobs.Models;

/// <summary>
/// Checkpoints in memory, shared by all jobs: each is read once, and serves one job at a time on a torch thread of its own. Safe from several threads.
/// </summary>
/// <param name="capacity">Checkpoints that are kept, 1 or more; the one whose last job is longest ago makes room.</param>
/// <param name="store">Where they are found; null for this machine.</param>
public sealed class ModelPool(int capacity = 1, IModelStore? store = null) : IDisposable
{
    /// <summary>The one name of the phase in which a checkpoint is waited for and read.</summary>
    public const string LoadPhase = "load";

    readonly IModelStore store = store ?? new LocalModels();
    readonly List<PooledModel> models = []; // the most recently used last
    readonly Lock turn = new();

    /// <summary>How often a checkpoint was read from disk.</summary>
    public int Loads { get; private set; }

    /// <summary>The folder of a checkpoint; null for the one that comes along.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public string FolderOf(ModelReference? model) => store.Find(model ?? ModelReference.Embedded);

    /// <summary>Does work with the checkpoint that a result was made with. A folder that a result names is used only if it holds that very checkpoint.</summary>
    /// <param name="record">What the result tells; not trusted.</param>
    /// <param name="compute">As for <see cref="Use{T}"/>.</param>
    /// <param name="context">As for <see cref="Use{T}"/>.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="CheckpointException">The checkpoint is missing or damaged, or is another one.</exception>
    public T UseRecorded<T>(ModelRecord record, ComputeSettings compute, JobContext context, Func<LoadedModel, T> work)
    {
        var model = ModelReference.Parse(record.Path);
        return UseAt(store.FindRecorded(model), model, compute, context, loaded => model is EmbeddedModel || loaded.Record.Hash == record.Hash
            ? work(loaded)
            : throw new CheckpointException($"{record.Path} holds another checkpoint than the words were learned on ({record.Name}, {record.Hash}); name the checkpoint to draw with it all the same."));
    }

    /// <summary>Does work with a checkpoint on the checkpoint's thread, after the jobs that asked for it before, and waits for its end.</summary>
    /// <param name="model">The checkpoint; null for the one that comes along.</param>
    /// <param name="compute">Where and how to compute.</param>
    /// <param name="context">Receives the phase of loading, and a warning for a slow combination; its token cancels work that has not begun.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="CheckpointException">The checkpoint is missing, damaged or hostile.</exception>
    /// <exception cref="SettingsException">There is no such device.</exception>
    public T Use<T>(ModelReference? model, ComputeSettings compute, JobContext context, Func<LoadedModel, T> work) =>
        UseAt(FolderOf(model), model ?? ModelReference.Embedded, compute, context, work);

    T UseAt<T>(string folder, ModelReference model, ComputeSettings compute, JobContext context, Func<LoadedModel, T> work)
    {
        SettingsCheck.Require(compute, "compute");
        var device = Devices.Resolve(compute.Device);
        if (device.type == DeviceType.CPU && compute.Precision == ComputePrecision.Fp16)
            context.Report(new Warned("processors compute fp16 very slowly; fp32 and bf16 are faster here."));
        var pooled = Take(new ModelKey(Path.GetFullPath(folder), compute.Precision, device.ToString()));
        try
        {
            return pooled.Thread.Do(() =>
            {
                context.Report(new PhaseBegan(LoadPhase));
                pooled.Model ??= Load(folder, compute.Precision, device);
                return work(new LoadedModel(pooled.Model, model is FolderModel ? new FolderModel(Path.GetFullPath(folder)) : model, compute));
            }, compute.ThreadCount, context.Stop);
        }
        finally
        {
            Release(pooled);
        }
    }

    StableDiffusion Load(string folder, ComputePrecision precision, Device device)
    {
        lock (turn) Loads++;
        return StableDiffusion.Load(folder, precision, device);
    }

    PooledModel Take(ModelKey key)
    {
        lock (turn)
        {
            var pooled = models.FirstOrDefault(model => model.Key == key);
            if (pooled is null)
            {
                while (models.Count >= capacity && models.FirstOrDefault(model => model.Users == 0) is { } idle) Remove(idle);
                pooled = new PooledModel(key);
            }
            models.Remove(pooled);
            models.Add(pooled);
            pooled.Users++;
            return pooled;
        }
    }

    void Release(PooledModel pooled)
    {
        lock (turn)
        {
            pooled.Users--;
            // A model that could not be read is forgotten: the next job tries again. One too many goes when nobody uses it.
            if (pooled.Users == 0 && (pooled.Model is null || models.Count > capacity)) Remove(pooled);
        }
    }

    void Remove(PooledModel pooled)
    {
        models.Remove(pooled);
        pooled.Dispose();
    }

    /// <summary>Waits for running jobs, and forgets all checkpoints.</summary>
    public void Dispose()
    {
        foreach (var pooled in models) pooled.Dispose();
        models.Clear();
    }

    sealed record ModelKey(string Folder, ComputePrecision Precision, string Device);

    sealed class PooledModel(ModelKey key) : IDisposable
    {
        public ModelKey Key => key;
        public TorchThread Thread { get; } = new();
        public StableDiffusion? Model { get; set; }
        public int Users { get; set; }

        public void Dispose()
        {
            Thread.Dispose();
            Model?.Dispose();
        }
    }
}
