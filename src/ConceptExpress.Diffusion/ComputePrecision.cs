using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>The type that the UNet and the autoencoder compute in. The text encoder, through which tokens learn, computes in fp32 at least.</summary>
public enum ComputePrecision
{
    Fp32,
    Bf16,
    Fp16,
    /// <summary>For numerical proofs: leaves only the other side's rounding. Slow.</summary>
    Fp64,
}

public static class ComputePrecisionTypes
{
    public static ScalarType Type(this ComputePrecision precision) => precision switch
    {
        ComputePrecision.Fp32 => ScalarType.Float32,
        ComputePrecision.Bf16 => ScalarType.BFloat16,
        ComputePrecision.Fp16 => ScalarType.Float16,
        _ => ScalarType.Float64,
    };
}
