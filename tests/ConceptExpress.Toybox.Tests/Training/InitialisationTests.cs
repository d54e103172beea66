using ConceptExpress.Diffusion;
using ConceptExpress.Toybox.Training;
using ConceptExpress.Toybox.Training.Stages;
using static TorchSharp.torch;

namespace ConceptExpress.Toybox.Tests.Training;

public sealed class InitialisationTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("toybox-architecture-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string> Stages => [.. ToyboxTraining.Stages];

    [Theory, MemberData(nameof(Stages))]
    public void EveryParameter_IsFilled_AndTheSameForTheSameSeed(string stage)
    {
        using var quiet = no_grad();
        var architecture = Architecture.LayOut("tiny", folder);
        var placing = new Placing(CPU, ComputePrecision.Fp32);
        using Replica replica = stage switch
        {
            "vae" => new VaeReplica(architecture.Vae, placing),
            "diffusion" => new DiffusionReplica(architecture, placing),
            "judge" => new JudgeReplica(placing),
            _ => new ClipReplica(architecture.Clip, placing),
        };
        var values = new List<float[]>();
        foreach (var garbage in (double[])[double.NaN, 1e30])
        {
            foreach (var (_, module) in replica.Modules)
                foreach (var parameter in module.parameters()) parameter.fill_(garbage);
            using var random = new RandomStream(1, "test");
            foreach (var (_, module) in replica.Modules) Initialisation.Fill(module, random);
            values.Add([.. new FlatParameters(replica.Modules).Read().data<float>()]);
        }
        Assert.All(values[0], value => Assert.True(Math.Abs(value) < 10));
        Assert.Equal(values[0], values[1]);
    }
}
