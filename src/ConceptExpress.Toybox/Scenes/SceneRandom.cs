using System.Numerics;

namespace ConceptExpress.Toybox.Scenes;

/// <summary>
/// A named stream of random numbers: the generator xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators"),
/// seeded by SplitMix64. The same seed and name give the same numbers on every machine.
/// </summary>
sealed class SceneRandom
{
    const ulong FnvOffset = 0xCBF29CE484222325, FnvPrime = 0x100000001B3, GoldenGamma = 0x9E3779B97F4A7C15;

    ulong s0, s1, s2, s3;

    /// <param name="seed">Any number; usually the scene's seed or a seed drawn from it.</param>
    /// <param name="name">What the numbers are for. Streams with different names are independent.</param>
    public SceneRandom(ulong seed, string name)
    {
        var hash = FnvOffset;
        foreach (var letter in name) hash = (hash ^ letter) * FnvPrime;
        var mixed = seed;
        var state = SplitMix(ref mixed) ^ hash;
        (s0, s1, s2, s3) = (SplitMix(ref state), SplitMix(ref state), SplitMix(ref state), SplitMix(ref state));
    }

    /// <summary>64 random bits.</summary>
    public ulong Bits()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>A number from 0 (inclusive) to 1 (exclusive).</summary>
    public double Unit() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from <paramref name="low"/> (inclusive) to <paramref name="high"/> (exclusive).</summary>
    public double Between(double low, double high) => low + (high - low) * Unit();

    /// <summary><see cref="Between"/>, rounded to single precision.</summary>
    public float Single(double low, double high) => (float)Between(low, high);

    /// <summary>A whole number from 0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit) => (int)(Unit() * limit);

    /// <summary>True with the given probability, 0 to 1.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>A random item; all are equally likely.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    static ulong SplitMix(ref ulong state)
    {
        state += GoldenGamma;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
