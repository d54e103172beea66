using ConceptExpress.Library.Drawing;
using FsCheck.Xunit;

namespace ConceptExpress.Library.Tests.Drawing;

public sealed class LossScaleTests
{
    const double Underflow = 1.4e-45; // the smallest float

    [Fact]
    public void TwoDecades_AreLinear_AndMoreAreNot()
    {
        Assert.False(LossScale.Of([0.01, 0.5, 1]).Logarithmic);
        Assert.True(LossScale.Of([0.009, 0.5, 1]).Logarithmic);
    }

    [Fact]
    public void ValuesBelowZero_AreLinear() => Assert.False(LossScale.Of([-1, 1e-9, 1e9]).Logarithmic);

    [Fact]
    public void OneUnderflow_DoesNotMakeAnAxisLogarithmic() =>
        Assert.False(LossScale.Of([.. Enumerable.Repeat(0.3, 20), Underflow]).Logarithmic);

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void Underflows_DoNotStretchALogarithmicAxis_HoweverMany(double share)
    {
        var values = Enumerable.Range(0, 1000).Select(i => i * 7 % 1000 < 1000 * share ? Underflow * (1 + i % 7) : Math.Pow(10, -0.003 * i))
            .ToList();
        var scale = LossScale.Of(values);
        Assert.True(scale.Logarithmic);
        Assert.InRange(scale.Low, 1e-4, 1);
        Assert.InRange(scale.High, 0.1, 10);
    }

    [Fact]
    public void Divergence_DoesNotHideWhatCameBefore()
    {
        var scale = LossScale.Of([.. Enumerable.Repeat(0.5, 100), .. Enumerable.Range(0, 100).Select(i => Math.Pow(10, 0.35 * i))]);
        Assert.True(scale.Shows(0.5));
        Assert.InRange(Math.Log10(scale.High / scale.Low), 1, 8);
    }

    [Fact]
    public void UnderflowAlone_IsShown() => Assert.True(LossScale.Of([Underflow, 3 * Underflow]).Shows(Underflow));

    [Fact]
    public void LinearAxis_BeginsWithZero_WhereThatIsNotFar()
    {
        Assert.InRange(LossScale.Of([0.4, 1]).Low, -0.05, 0);
        Assert.InRange(LossScale.Of([0.6, 1]).Low, 0.5, 0.6);
    }

    [Property]
    public void EveryAxis_HasAnExtent_AndShowsWhatItSays(float[] numbers)
    {
        double[] finite = [.. numbers.Select(number => (double)number).Where(double.IsFinite)];
        var scale = LossScale.Of(finite);
        Assert.True(double.IsFinite(scale.Low) && double.IsFinite(scale.High) && scale.Low < scale.High, $"{scale}");
        var (low, high) = scale.Axis;
        foreach (var value in finite)
            Assert.Equal(scale.Shows(value), scale.PlaceOf(value) >= low - 1e-9 * Math.Abs(low) && scale.PlaceOf(value) <= high
                + 1e-9 * Math.Abs(high));
        if (!scale.Logarithmic) Assert.All(finite, value => Assert.True(scale.Shows(value)));
        if (scale.Logarithmic) Assert.InRange(scale.Decades.Count(), 2, 7);
    }

    [Property]
    public void LogarithmicAxis_ShowsMostValuesThatAreNoUnderflow(byte[] exponents)
    {
        double[] values = [1e-3, 1, .. exponents.Select(exponent => Math.Pow(10, -exponent / 64.0))];
        var scale = LossScale.Of(values);
        Assert.True(scale.Logarithmic);
        Assert.True(values.Count(scale.Shows) >= 0.97 * values.Length);
    }

    [Fact]
    public void NotShown_CountsWhatIsMissing()
    {
        var scale = new LossScale(true, 1e-6, 10);
        Assert.Equal("", scale.NotShown([1e-6, 1, 10]));
        Assert.Equal("not shown of 6 values: 2 below 1e-6, 1 above 10, 2 not finite",
            scale.NotShown([0, 1e-45, 5, 11, double.NaN, double.PositiveInfinity]));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.123456, "0.123")]
    [InlineData(-0.123456, "-0.123")]
    [InlineData(0.00099999, "1e-3")]
    [InlineData(1234.5678, "1230")]
    [InlineData(99999, "100000")]
    [InlineData(123456, "1.23e5")]
    [InlineData(1e-45, "1e-45")]
    [InlineData(double.NaN, "not a number")]
    [InlineData(double.NegativeInfinity, "infinite")]
    public void Text_IsShort(double value, string text) => Assert.Equal(text, LossScale.Text(value, 3));
}
