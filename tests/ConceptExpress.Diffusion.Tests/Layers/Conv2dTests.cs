using ConceptExpress.Diffusion.Layers;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion.Tests.Layers;

/// <summary>Convolutions whose channels do not fill libtorch's blocks, with garbage in the memory that it should not read.</summary>
public sealed class Conv2dTests
{
    const int Rounds = 5;

    public static TheoryData<int, int, int, int, ScalarType> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int, int, int, ScalarType>();
            foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
                foreach (var (inputs, outputs) in new[] { (64, 4), (4, 64), (3, 32) })
                    foreach (var batch in new[] { 1, 4 })
                        foreach (var side in new[] { 8, 24 }) shapes.Add(inputs, outputs, batch, side, type);
            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradient_ReadsNoGarbage(int inputs, int outputs, int batch, int side, ScalarType type)
    {
        using var layer = Layer(inputs, outputs, type);
        for (var round = 0; round < Rounds; round++)
        {
            using var scope = NewDisposeScope();
            var x = Values(batch, inputs, side).to(type).requires_grad_();
            LeaveGarbage();
            var y = layer.call(x);
            LeaveGarbage();
            y.sum().backward();
            Assert.True(x.grad!.isfinite().all().item<bool>());
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Output_IsThatOfExactArithmetic(int inputs, int outputs, int batch, int side, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var layer = Layer(inputs, outputs, type);
        var x = Values(batch, inputs, side).to(type);
        LeaveGarbage();
        var y = layer.call(x).to(float64);
        var (weight, bias) = (layer.get_parameter("weight")!.to(float64), layer.get_parameter("bias")!.to(float64));
        var exact = nn.functional.conv2d(x.to(float64), weight, bias, strides: [1, 1], padding: [1, 1]);
        Assert.True(
            (y - exact).abs().max().item<double>() <= exact.abs().max().item<double>() * (type == ScalarType.Float32 ? 1e-5 : 1e-2));
    }

    static Conv2d Layer(int inputs, int outputs, ScalarType type)
    {
        using var quiet = no_grad();
        using var placement = Placement.Use(type, CPU);
        var layer = new Conv2d(inputs, outputs, kernel: 3, padding: 1);
        foreach (var parameter in layer.parameters()) parameter.copy_(Waves(parameter.shape) * 0.1);
        return layer;
    }

    static Tensor Values(params long[] shape) => Waves([shape[0], shape[1], shape[2], shape[2]]);

    static Tensor Waves(long[] shape) => (arange(shape.Aggregate(1L, (a, b) => a * b), dtype: float32) * 1.7).sin().view(shape);

    /// <summary>Fills freed memory of many sizes with what poisons every sum it enters.</summary>
    static void LeaveGarbage()
    {
        using var scope = NewDisposeScope();
        for (var size = 1 << 8; size <= 1 << 18; size <<= 1)
            for (var i = 0; i < 6; i++) full(size, float.NaN);
    }
}
