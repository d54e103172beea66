using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>The type that the UNet and the autoencoder compute in. The text encoder, through which tokens learn, always computes in fp32.</summary>
public enum ComputePrecision { Fp32, Bf16, Fp16 }

public static class ComputePrecisionTypes
{
    public static ScalarType Type(this ComputePrecision precision) => precision switch
    {
        ComputePrecision.Fp32 => ScalarType.Float32,
        ComputePrecision.Bf16 => ScalarType.BFloat16,
        _ => ScalarType.Float16,
    };
}
