using System.Diagnostics;
using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Diffusion.Costs;
using ConceptExpress.Jobs.Estimates;
using ConceptExpress.Jobs.Telemetry;
using ConceptExpress.Library.Concepts;
using ConceptExpress.Library.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ConceptExpress.Jobs.Models;

/// <summary>
/// Keeps checkpoints in memory, shared by all jobs. Each is read at its first use, and serves one job at a time on its own torch thread.
/// The same folder with another precision, on another device or read in another way counts as another checkpoint. Safe from several
/// threads, except <see cref="Dispose"/>.
/// </summary>
/// <param name="capacity">
/// Maximum number of checkpoints to keep, 1 or more. The least recently used one is removed first. Checkpoints in use are never removed,
/// so jobs that run at once may exceed the maximum. The default is 1.
/// </param>
/// <param name="store">
/// Finds the folders of checkpoints; null for the embedded checkpoints and all folders of this machine. The default is null.
/// </param>
public sealed class ModelPool(int capacity = 1, IModelStore? store = null) : IDisposable
{
    /// <summary>Name of the phase in which a job waits for its checkpoint and reads it.</summary>
    public const string LoadPhase = "load";

    readonly IModelStore store = store ?? new LocalModels();
    readonly List<PooledModel> models = []; // the most recently used last
    readonly Lock turn = new();

    /// <summary>Number of times that this pool read a checkpoint from disk, failed attempts included.</summary>
    public int Loads { get; private set; }

    /// <summary>Returns the path of a checkpoint's folder, without reading the checkpoint.</summary>
    /// <param name="model">The checkpoint; null for <see cref="ModelReference.Embedded"/>.</param>
    /// <exception cref="CheckpointException">The checkpoint does not exist, or the store does not offer it.</exception>
    public string FolderOf(ModelReference? model) => store.Find(model ?? ModelReference.Embedded);

    /// <summary>
    /// Runs work with the checkpoint that a result was made with. A folder that the result names is used only if it contains exactly this
    /// checkpoint. Otherwise like <see cref="Use{T}"/>.
    /// </summary>
    /// <param name="record">The record in the result, which is not trusted.</param>
    /// <param name="compute">As for <see cref="Use{T}"/>.</param>
    /// <param name="context">As for <see cref="Use{T}"/>.</param>
    /// <param name="work">As for <see cref="Use{T}"/>.</param>
    /// <param name="need">As for <see cref="Use{T}"/>.</param>
    /// <exception cref="CheckpointException">The checkpoint is missing, damaged, or a different one.</exception>
    /// <exception cref="SettingsException">A compute setting is invalid, or there is no such device.</exception>
    internal T UseRecorded<T>(ModelRecord record, ComputeSettings compute, JobContext context, Func<LoadedModel, T> work,
        MemoryNeed? need = null)
    {
        var model = ModelReference.Parse(record.Path) with { Options = record.Options ?? new CheckpointOptions() };
        return UseAt(store.FindRecorded, model, compute, context, loaded => model is EmbeddedModel
            || loaded.Record.Hash == record.Hash
            ? work(loaded)
            : throw new CheckpointException(
                $"{record.Path} holds another checkpoint than the one that was used ({record.Name}, {record.Hash}); name the checkpoint "
                + "explicitly to draw with it anyway."), need);
    }

    /// <summary>
    /// Runs work with a checkpoint on the checkpoint's thread, after earlier jobs with this checkpoint, and waits for its end.
    /// </summary>
    /// <param name="model">The checkpoint; null for the embedded one.</param>
    /// <param name="compute">Where and how to compute.</param>
    /// <param name="context">
    /// Receives the phase <see cref="LoadPhase"/>, and a warning for a slow combination (fp16 on CPU). Its token cancels work that has not
    /// started.
    /// </param>
    /// <param name="work">The work. The checkpoint that it receives is valid only until it returns.</param>
    /// <param name="need">
    /// The memory that the work needs, which is checked before weights are read. The default is null: that of drawing a picture, which only
    /// counts if the precision is to be chosen.
    /// </param>
    /// <exception cref="MemoryShortageException">The work is not expected to fit into the free memory.</exception>
    /// <exception cref="CheckpointException">The checkpoint is missing, damaged or hostile.</exception>
    /// <exception cref="SettingsException">A compute setting is invalid, or there is no such device.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled before the work started.</exception>
    internal T Use<T>(ModelReference? model, ComputeSettings compute, JobContext context, Func<LoadedModel, T> work,
        MemoryNeed? need = null) =>
        UseAt(store.Find, model ?? ModelReference.Embedded, compute, context, work, need);

    T UseAt<T>(Func<ModelReference, string> find, ModelReference model, ComputeSettings compute, JobContext context,
        Func<LoadedModel, T> work, MemoryNeed? need)
    {
        string Full(ModelReference reference) => Path.GetFullPath(find(reference));
        string? Part(string what, string? path)
        {
            try
            {
                return path is null ? null : Full(new FolderModel(path));
            }
            catch (CheckpointException e)
            {
                throw new CheckpointException($"The {what} cannot be found: {e.Message}", e);
            }
        }
        var folder = Full(model);
        model = LocalModels.Named(model, folder) with
        {
            Options = model.Options with
            {
                Tokenizer = Part("tokenizer", model.Options.Tokenizer),
                Vae = Part("autoencoder", model.Options.Vae),
            },
        };
        SettingsCheck.Require(compute, "compute");
        var device = Devices.Resolve(compute.Device);
        if (device.type == DeviceType.CPU && compute.Precision == ComputePrecision.Fp16)
            context.Report(new Warned("fp16 is very slow on a CPU; use fp32 or bf16, which are faster here."));
        CheckpointShape? shape = null;
        CheckpointShape Shape() => shape ??= StableDiffusion.ShapeOf(folder, model.Options);
        if (compute.Precision is null)
        {
            compute = compute with { Precision = MemoryCheck.Choose(Shape(), need ?? MemoryNeed.OfDrawing, device, context.Machine) };
            context.Report(new Noted($"Computing in {compute.PrecisionWord}."));
        }
        var pooled = Take(new ModelKey(folder, model.Options, compute.Precision.Value, device.ToString()));
        var queued = Stopwatch.GetTimestamp();
        try
        {
            return pooled.Thread.Do(() =>
            {
                JobTelemetry.WaitDuration.Record(Stopwatch.GetElapsedTime(queued).TotalSeconds);
                if (need is not null && !compute.IgnoreEstimate)
                    MemoryCheck.Require(pooled.Model?.Shape ?? Shape(), compute.Precision.Value, need, device, context.Machine,
                        isLoaded: pooled.Model is not null);
                context.Report(new PhaseBegan(LoadPhase));
                pooled.Model ??= Load(pooled.Key, device);
                foreach (var note in pooled.Model.Notes) context.Report(note);
                return work(new LoadedModel(pooled.Model, model, compute));
            }, compute.ThreadCount, context.Stop);
        }
        finally
        {
            Release(pooled);
        }
    }

    StableDiffusion Load(ModelKey key, Device device)
    {
        lock (turn) Loads++;
        var began = Stopwatch.GetTimestamp();
        var tags = new TagList();
        try
        {
            return StableDiffusion.Load(key.Folder, key.Precision, device, key.Options);
        }
        catch (Exception e)
        {
            tags.Add(JobTelemetry.Error, JobTelemetry.ErrorOf(e));
            throw;
        }
        finally
        {
            JobTelemetry.LoadDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, tags);
        }
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
            // A model that could not be read is removed, so that the next job tries again. Models above the capacity go when unused.
            if (pooled.Users == 0 && (pooled.Model is null || models.Count > capacity)) Remove(pooled);
        }
    }

    void Remove(PooledModel pooled)
    {
        models.Remove(pooled);
        pooled.Dispose();
    }

    /// <summary>
    /// Waits for running and waiting jobs, frees the memory of all checkpoints, and ends their threads. No job may start during or after
    /// this call.
    /// </summary>
    public void Dispose()
    {
        foreach (var pooled in models) pooled.Dispose();
        models.Clear();
    }

    sealed record ModelKey(string Folder, CheckpointOptions Options, ComputePrecision Precision, string Device);

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
