using System.CommandLine;
using ConceptExpress.Cli.Options;
using ConceptExpress.Hub;
using ConceptExpress.Jobs.Checkpoints;

namespace ConceptExpress.Cli.Commands;

/// <summary><c>models</c>: downloads, lists, checks and deletes checkpoints.</summary>
static class ModelsCommand
{
    public static Command Create(Session session) => new("models",
        "Download checkpoints of Hugging Face's hub; list, check and delete those of this machine.")
    {
        List(session), Pull(session), Verify(session), Remove(session), Import(session),
    };

    /// <summary><c>models list</c>: what is here, and what has a short name.</summary>
    static Command List(Session session)
    {
        var command = new Command("list", "List the checkpoints of this machine and those with short names.");
        var json = CommonOptions.NewJson();
        command.Options.Add(json);
        command.SetAction(parse => session.Run(new ModelListRequest(), parse.GetValue(json), (result, output) =>
        {
            foreach (var model in result.Models)
                output.WriteLine($"{model.Name}  {Size(model)}  {model.Licence?.Name ?? "licence not stated"}  {model.Place}"
                    + (model.Note is null ? "" : $"  ({model.Note})"));
            output.WriteLine($"{ByteCount.Words(result.CacheBytes)} of checkpoints in {result.Cache}");
        }));
        return command;

        static string Size(ListedModel model) => model.IsHere ? ByteCount.Words(model.Bytes ?? 0) : "not on this machine";
    }

    /// <summary><c>models pull</c>: downloads a checkpoint.</summary>
    static Command Pull(Session session)
    {
        var command = new Command("pull", "Download a checkpoint, or continue to, into Hugging Face's cache.");
        var (json, pull) = (CommonOptions.NewJson(), new PullOptions());
        pull.AddTo(command);
        command.Options.Add(json);
        command.SetAction(parse => session.Run(pull.Request(parse), parse.GetValue(json), (result, output) =>
        {
            output.WriteLine($"{result.Id}: {ByteCount.Words(result.Bytes)} in {result.Path}, "
                + $"of which {ByteCount.Words(result.Downloaded)} were downloaded now");
            output.WriteLine($"Licence: {result.Licence?.ToString() ?? "not stated; see the publisher's page"}");
        }));
        return command;
    }

    /// <summary><c>models verify</c>: compares a checkpoint with its hashes.</summary>
    static Command Verify(Session session)
    {
        var command = new Command("verify", "Compare all files of a checkpoint with their hashes, and check that it can be loaded.");
        var (json, model) = (CommonOptions.NewJson(), NewModel());
        command.Arguments.Add(model);
        command.Options.Add(json);
        command.SetAction(parse => session.Run(new ModelVerifyRequest { Model = parse.GetRequiredValue(model) }, parse.GetValue(json),
            (result, output) => output.WriteLine(result.Files == 0
                ? $"{result.Path} can be loaded; it has no hashes to compare with"
                : $"{result.Files - result.Unchecked} of {result.Files} files ({ByteCount.Words(result.Bytes)}) "
                    + $"are right in {result.Path}")));
        return command;
    }

    /// <summary><c>models remove</c>: deletes a checkpoint, or the least recently used ones.</summary>
    static Command Remove(Session session)
    {
        var command = new Command("remove", "Delete a checkpoint, or the least recently used ones until the rest has a size.");
        var (json, remove) = (CommonOptions.NewJson(), new RemoveOptions());
        remove.AddTo(command);
        command.Options.Add(json);
        command.SetAction(parse => remove.MaxBytes(parse) is { } bytes
            ? Clean(session, bytes, remove.Yes(parse), parse.GetValue(json))
            : session.Run(new ModelRemoveRequest { Model = remove.Model(parse) }, parse.GetValue(json), Print));
        return command;
    }

    static int Clean(Session session, long bytes, bool yes, bool json)
    {
        var request = new ModelCleanRequest { MaxBytes = bytes };
        if (!yes)
        {
            var plan = session.Result(request);
            Print(plan, session.Error);
            if (plan.Models.Count > 0 && !session.Confirms("Delete them?"))
                throw new UsageException($"nothing was deleted; add --yes to delete {plan.Models.Count} "
                    + $"checkpoint{(plan.Models.Count == 1 ? "" : "s")} ({ByteCount.Words(plan.Bytes)}).");
        }
        return session.Run(request with { Delete = true }, json, Print);
    }

    static void Print(RemovedModels result, TextWriter output)
    {
        foreach (var model in result.Models) output.WriteLine($"{model.Model}  {ByteCount.Words(model.Bytes)}  {model.Place}");
        output.WriteLine($"{ByteCount.Words(result.Bytes)} {(result.IsDone ? "freed" : "would be freed")}");
    }

    /// <summary><c>models import</c>: gives a checkpoint on this machine a short name.</summary>
    static Command Import(Session session)
    {
        var command = new Command("import", "Give a short name to a checkpoint that lies somewhere on this machine; nothing is copied.");
        var (json, import) = (CommonOptions.NewJson(), new ModelImportOptions());
        import.AddTo(command);
        command.Options.Add(json);
        command.SetAction(parse => session.Run(import.Request(parse), parse.GetValue(json), (result, output) =>
            output.WriteLine($"{result.Name} stands for {result.Path} now (in {result.File})")));
        return command;
    }

    /// <summary>The argument that names a checkpoint.</summary>
    public static Argument<string> NewModel() => new("ID|NAME")
    {
        Description = "An id such as owner/name or owner/name@revision, or a short name such as sd15.",
    };
}
