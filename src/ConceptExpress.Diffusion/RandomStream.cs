using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>Where noise comes from: a stream of random numbers, or recorded ones.</summary>
public interface INoiseSource
{
    /// <summary>Standard normal fp32 numbers of that shape.</summary>
    Tensor Normal(ReadOnlySpan<long> shape, Device device);
}

/// <summary>
/// A named stream of random numbers. Streams of one seed are independent of each other, so that drawing more from one
/// (a preview, say) never shifts another (the training noise). Numbers are always drawn on the CPU: every device gets the same ones.
/// </summary>
public sealed class RandomStream : INoiseSource, IDisposable
{
    readonly Generator generator;

    /// <param name="seed">The run's seed.</param>
    /// <param name="name">The stream's name; the same seed and name give the same numbers.</param>
    public RandomStream(long seed, string name)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}"));
        generator = new Generator(BinaryPrimitives.ReadUInt64LittleEndian(digest));
    }

    public Tensor Normal(ReadOnlySpan<long> shape, Device device) => randn(shape.ToArray(), dtype: float32, generator: generator).to(device);

    /// <summary>Numbers from 0 (inclusive) to 1 (exclusive), fp32.</summary>
    public Tensor Uniform(ReadOnlySpan<long> shape, Device device) => rand(shape.ToArray(), dtype: float32, generator: generator).to(device);

    /// <summary>An integer from 0 (inclusive) to <paramref name="limit"/> (exclusive).</summary>
    public long Integer(long limit)
    {
        using var value = randint(0, limit, [1], dtype: int64, generator: generator);
        return value.item<long>();
    }

    /// <summary>True half of the time.</summary>
    public bool Coin() => Integer(2) == 1;

    /// <summary>A random order of 0 to <paramref name="count"/> - 1.</summary>
    public long[] Permutation(long count)
    {
        using var order = randperm(count, dtype: int64, generator: generator);
        return [.. order.data<long>()];
    }

    public void Dispose() => generator.Dispose();
}
