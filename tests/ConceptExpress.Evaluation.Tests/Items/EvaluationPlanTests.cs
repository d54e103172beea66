using ConceptExpress.Diffusion;
using ConceptExpress.Evaluation.Items;
using ConceptExpress.Extraction;
using ConceptExpress.Testing;

namespace ConceptExpress.Evaluation.Tests.Items;

public sealed class EvaluationPlanTests
{
    static readonly ExtractionSettings paper = ExtractionSettings.Paper;
    static readonly EvaluationPlan plan = new()
    {
        Methods = [new("paper", paper), new("express", ExtractionSettings.Express)],
        Seeds = [1, 2],
    };

    [Fact]
    public void APlanThatCannotBe_IsRefused_AndSaysWhat()
    {
        Assert.Same(plan, plan.Validated());
        (EvaluationPlan Plan, string Setting)[] wrong =
        [
            (plan with { Methods = [] }, "methods"),
            (plan with { Methods = [plan.Methods[0], plan.Methods[0]] }, "methods"),
            (With(paper with { Learning = new() { Passes = 0 } }), "methods[0].settings.learning.passes"),
            (With(paper with { Learning = new() { Passes = 5, MergePass = 6 } }), "learning.mergePass"),
            (plan with { Seeds = [] }, "seeds"),
            (plan with { Seeds = [1, 1] }, "seeds"),
            (plan with { Seeds = [-1] }, "seeds[0]"),
            (plan with { Samples = new SamplePlan { Count = -1 } }, "samples.count"),
            (plan with { Samples = new SamplePlan { Sampling = new() { Guidance = double.NaN } } }, "samples.sampling.guidance"),
            (plan with { Samples = new SamplePlan { Sampling = new SamplingSettings { Sampler = "none" } } }, "sampler"),
        ];
        Assert.All(wrong, one => Assert.StartsWith(one.Setting, Assert.Throws<SettingsException>(() => one.Plan.Validated()).Message));
    }

    [Fact]
    public void AValidatedPlan_HasTheCheckpointsResolutions_AndNoStepsBeyondItsSchedule()
    {
        using var model = StableDiffusion.Load(TestFolders.Toybox);
        Assert.Equal([96, 96], plan.ValidatedFor(model).Methods.Select(method => method.Settings.Resolution));
        var odd = With(paper with { Resolution = 65 });
        Assert.Contains("resolution 65", Assert.Throws<SettingsException>(() => odd.ValidatedFor(model)).Message);
        var beyond = plan with { Samples = new SamplePlan { Sampling = new SamplingSettings { Steps = 1000, Sampler = "dpm++" } } };
        Assert.Contains("steps is 1000", Assert.Throws<SettingsException>(() => beyond.ValidatedFor(model)).Message);
        Assert.NotNull((beyond with { LocalizationOnly = true }).ValidatedFor(model)); // nothing is drawn
    }

    static EvaluationPlan With(ExtractionSettings settings) => plan with { Methods = [new("x", settings)] };
}
