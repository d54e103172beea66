using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace ConceptExpress.Diffusion;

/// <summary>Source of noise: a stream of random numbers, or recorded ones.</summary>
interface INoiseSource
{
    /// <summary>Returns standard normal fp32 numbers of the given shape, on <paramref name="device"/>.</summary>
    Tensor Normal(ReadOnlySpan<long> shape, Device device);
}

/// <summary>
/// A named stream of random numbers. Streams with the same seed and different names are independent: drawing more numbers from one
/// (previews, for example) never changes another (training noise). Numbers are always drawn on the CPU, so every device gets the same ones.
/// </summary>
sealed class RandomStream : INoiseSource, IDisposable
{
    readonly Generator generator;

    /// <summary>Starts a stream. The same seed and name give the same numbers.</summary>
    /// <param name="seed">Seed of the whole run.</param>
    /// <param name="name">Name of the stream, unique for its purpose.</param>
    public RandomStream(long seed, string name)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}"));
        generator = new Generator(BinaryPrimitives.ReadUInt64LittleEndian(digest));
    }

    public Tensor Normal(ReadOnlySpan<long> shape, Device device) =>
        randn(shape.ToArray(), dtype: float32, generator: generator).to(device);

    /// <summary>Returns fp32 numbers from 0 (inclusive) to 1 (exclusive) of the given shape, on <paramref name="device"/>.</summary>
    public Tensor Uniform(ReadOnlySpan<long> shape, Device device) =>
        rand(shape.ToArray(), dtype: float32, generator: generator).to(device);

    /// <summary>Returns an integer from 0 (inclusive) to <paramref name="limit"/> (exclusive).</summary>
    public long Integer(long limit)
    {
        using var value = randint(0, limit, [1], dtype: int64, generator: generator);
        return value.item<long>();
    }

    /// <summary>Returns true with probability 1/2.</summary>
    public bool Coin() => Integer(2) == 1;

    /// <summary>Returns the numbers 0 to <paramref name="count"/> - 1 in random order.</summary>
    public long[] Permutation(long count)
    {
        using var order = randperm(count, dtype: int64, generator: generator);
        return [.. order.data<long>()];
    }

    public void Dispose() => generator.Dispose();
}
