using ConceptExpress.Diffusion;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Hub;
using ConceptExpress.Library.Models;
using ConceptExpress.Library.Output;

namespace ConceptExpress.Jobs.Checkpoints;

/// <summary>Gives a short name to a checkpoint that lies somewhere on this machine. Nothing is copied.</summary>
sealed record ModelImportRequest : JobRequest<ImportedModel>
{
    /// <summary>Path of its folder or single file.</summary>
    public required string Path { get; init; }

    /// <summary>The short name: lower-case ASCII letters, digits, <c>-._</c>, at most 64. It must be free.</summary>
    public required string Name { get; init; }

    /// <inheritdoc/>
    /// <exception cref="SettingsException">The name is invalid or taken.</exception>
    /// <exception cref="CheckpointException">The checkpoint cannot be loaded.</exception>
    /// <exception cref="OutputException">The user's file of short names cannot be written.</exception>
    public override ImportedModel Work(JobContext context) => Observed(context, Perform);

    ImportedModel Perform(JobContext context)
    {
        SettingsCheck.Rule(ModelSources.IsName(Name),
            $"name '{Name}' is not a short name; use lower-case letters, digits, dashes and points.");
        if (ModelSources.Load().Find(Name) is { } taken)
            throw new SettingsException($"name {Name} already stands for {taken.Path ?? taken.Hub}; choose another one"
                + (taken.IsUsers ? ", or remove it first." : "."));
        SettingsCheck.Rule(System.IO.Path.Exists(Path), $"path {Path} does not exist.");
        var full = RealPath.Of(HubFolder.Resolve(Path));
        StableDiffusion.Check(full);
        ModelSources.Change(Name, new ModelSource { Path = full, Licence = ModelLicences.Of(full) });
        context.Report(new Produced(ModelSources.UserFile));
        return new ImportedModel(Name, full, ModelLicences.Of(full), ModelSources.UserFile);
    }
}

/// <summary>A checkpoint that has a short name now.</summary>
/// <param name="Name">The short name.</param>
/// <param name="Path">Full path of its folder or file.</param>
/// <param name="Licence">What its model card says; null if it says nothing.</param>
/// <param name="File">Full path of the file that holds the name.</param>
sealed record ImportedModel(string Name, string Path, ModelLicence? Licence, string File);
