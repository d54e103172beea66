using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>
/// The floating-point type that the UNet and the autoencoder compute in. The text encoder computes in fp64 with <see cref="Fp64"/>, else in
/// fp32, because words are learned through it.
/// </summary>
public enum ComputePrecision
{
    /// <summary>Single precision.</summary>
    Fp32,

    /// <summary>bfloat16: the range of fp32 with 8 significant bits.</summary>
    Bf16,

    /// <summary>Half precision, very slow on a CPU. The autoencoder computes in fp32, because it overflows in fp16.</summary>
    Fp16,

    /// <summary>Double precision, for numerical proofs: only the reference's rounding errors remain. Slow.</summary>
    Fp64,
}

/// <summary>Converts precisions to torch's element types.</summary>
static class ComputePrecisionTypes
{
    /// <summary>The torch element type of a precision.</summary>
    public static ScalarType Type(this ComputePrecision precision) => precision switch
    {
        ComputePrecision.Fp32 => ScalarType.Float32,
        ComputePrecision.Bf16 => ScalarType.BFloat16,
        ComputePrecision.Fp16 => ScalarType.Float16,
        _ => ScalarType.Float64,
    };
}
