using ConceptExpress.Diffusion;
using ConceptExpress.Hub;
using ConceptExpress.Jobs.Models;
using ConceptExpress.Library.Models;

namespace ConceptExpress.Jobs.Health;

/// <summary>
/// Checks whether this machine can run the program: native libraries, devices, memory, disks, caches, checkpoints, and a short self-test.
/// Nothing is changed. It runs where libtorch cannot be loaded, and says why.
/// </summary>
sealed record HealthRequest : JobRequest<HealthReport>
{
    /// <summary>A checkpoint to check besides the embedded one; null for none.</summary>
    /// <value>The default is null.</value>
    public ModelReference? Model { get; init; }

    /// <summary>A folder in which results shall be written. It need not exist.</summary>
    /// <value>The default is the current folder.</value>
    public string Output { get; init; } = ".";

    /// <summary>Where the self-test computes.</summary>
    /// <value>The default has each property's default.</value>
    public ComputeSettings Compute { get; init; } = new();

    /// <summary>Whether to run the self-test, which takes at most one minute.</summary>
    /// <value>The default is true.</value>
    public bool SelfTest { get; init; } = true;

    /// <inheritdoc/>
    /// <exception cref="SettingsException">A compute setting is invalid.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public override HealthReport Work(JobContext context) => Observed(context, Perform);

    HealthReport Perform(JobContext context)
    {
        SettingsCheck.Require(Compute, "compute");
        var (found, room) = (new List<Finding>(LibraryCheck.Findings()), new RoomCheck(context.Machine));
        var libtorch = LibraryCheck.HasTorch;
        var versions = VersionRecord.Read(libtorch);
        found.AddRange(LibraryCheck.Findings(versions));
        found.AddRange(DeviceCheck.Findings(libtorch, Compute));
        found.Add(room.OfMemory());
        found.Add(room.OfFolder("results", Output));
        found.Add(room.OfFolder("temporary files", Path.GetTempPath()));
        if (CacheFolder() is { } cache) found.Add(room.OfFolder("downloads", cache));
        found.AddRange(CacheCheck.OfHub(libtorch, context.Stop));
        found.AddRange(CacheCheck.OfNames());
        found.Add(CheckpointCheck.OfEmbedded(context.Models));
        if (Model is not null && libtorch) found.Add(CheckpointCheck.Of(context.Models, Model));
        context.Stop.ThrowIfCancellationRequested();
        SelfTestTimes? times = null;
        if (SelfTest && found.All(finding => finding is not { Severity: Severity.Problem, Area: HealthArea.Libraries }))
        {
            (var finding, times) = Health.SelfTest.Run(Compute, context);
            found.Add(finding);
        }
        return new HealthReport(versions, found, times);
    }

    // A variable that cannot be used is reported with the cache.
    static string? CacheFolder()
    {
        try
        {
            return HubSettings.FromEnvironment().Cache;
        }
        catch (HubException)
        {
            return null;
        }
    }
}

/// <summary>What was found.</summary>
/// <param name="Versions">The versions on this machine.</param>
/// <param name="Findings">The findings, in the order of the checks.</param>
/// <param name="SelfTest">The times of the self-test; null if it did not run, or did not come to its end.</param>
sealed record HealthReport(VersionRecord Versions, IReadOnlyList<Finding> Findings, SelfTestTimes? SelfTest)
{
    /// <summary>The findings that make something fail.</summary>
    public IEnumerable<Finding> Problems => Findings.Where(finding => finding.Severity == Severity.Problem);
}
