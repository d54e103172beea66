using System.Text.Json.Nodes;
using ConceptExpress.Diffusion.Checkpoints;
using ConceptExpress.Testing;
using TorchSharp;

namespace ConceptExpress.Cli.Tests;

/// <summary>A copy of the embedded checkpoint, to be changed.</summary>
/// <param name="folder">Where the copy is.</param>
sealed class ModelCopy(string folder)
{
    /// <summary>Copies the embedded checkpoint to a new folder.</summary>
    public static ModelCopy Make(string folder)
    {
        foreach (var file in Directory.GetFiles(TestFolders.Toybox, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(TestFolders.Toybox, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return new ModelCopy(folder);
    }

    public string Folder => folder;

    public string At(string file) => Path.Combine(folder, file);

    /// <summary>Path of a part's weights.</summary>
    public string WeightsOf(string part) => Directory.GetFiles(At(part), "*.safetensors").Single();

    /// <summary>Writes a file, in place of one that may be a link.</summary>
    public void Write(string file, string text)
    {
        File.Delete(At(file));
        File.WriteAllText(At(file), text);
    }

    /// <summary>Sets fields of a JSON file, which may not exist, to JSON as Python writes it; null removes a field.</summary>
    public void Edit(string file, params IReadOnlyList<(string Field, string? Json)> fields)
    {
        var old = File.Exists(At(file)) ? JsonNode.Parse(File.ReadAllText(At(file)))!.AsObject() : [];
        foreach (var (field, _) in fields) old.Remove(field);
        var kept = old.Select(pair => $"{JsonValue.Create(pair.Key).ToJsonString()}:{pair.Value?.ToJsonString() ?? "null"}");
        Write(file, $"{{{string.Join(',', kept.Concat(fields.Where(f => f.Json is not null).Select(f => $"\"{f.Field}\":{f.Json}")))}}}");
    }

    /// <summary>Rewrites a part's weights. A tensor that becomes null is left out, and others may be added.</summary>
    public void Rewrite(string part, Func<string, torch.Tensor, (string, torch.Tensor)?> change, params (string, torch.Tensor)[] more)
    {
        using var scope = torch.NewDisposeScope();
        var path = WeightsOf(part);
        List<(string, torch.Tensor)> tensors;
        using (var file = SafeTensorsFile.Open(path))
            tensors = [.. file.Names.Select(name => change(name, file.Read(name))).OfType<(string, torch.Tensor)>(), .. more];
        SafeTensorsWriter.Write(path + ".changed", tensors);
        File.Move(path + ".changed", path, overwrite: true);
    }
}
