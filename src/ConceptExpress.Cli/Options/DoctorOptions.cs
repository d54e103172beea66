using System.CommandLine;
using ConceptExpress.Jobs.Health;
using ConceptExpress.Jobs.Models;

namespace ConceptExpress.Cli.Options;

/// <summary>The options of <c>doctor</c>.</summary>
sealed class DoctorOptions
{
    readonly ModelOptions model = new();
    readonly Option<string> output = OptionKinds.Text("--output", "DIR",
        "Folder in which results shall be written (default: the current folder); nothing is left there.");
    readonly Option<string?> device = CommonOptions.NewDevice();
    readonly Option<bool> skip = new("--skip-self-test") { Description = "Compute nothing; look at the machine only." };
    readonly Option<bool> json =
        new("--json") { Description = "Print the result as one JSON object, and nothing else, on standard output." };

    public void AddTo(Command command)
    {
        model.AddTo(command);
        foreach (var option in new Option[] { output, device, skip, json }) command.Options.Add(option);
    }

    /// <summary>Whether the result is printed as JSON.</summary>
    public bool Json(ParseResult parse) => parse.GetValue(json);

    /// <summary>The request of the options.</summary>
    public HealthRequest Request(ParseResult parse)
    {
        var (request, compute) = (new HealthRequest(), new ComputeSettings());
        return request with
        {
            Model = model.Model(parse),
            Output = parse.GetValue(output) ?? request.Output,
            Compute = compute with { Device = parse.GetValue(device) ?? compute.Device },
            SelfTest = !parse.GetValue(skip),
        };
    }
}
