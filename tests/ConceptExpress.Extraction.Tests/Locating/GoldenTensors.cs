using ConceptExpress.Diffusion.Checkpoints;
using static TorchSharp.torch;

namespace ConceptExpress.Extraction.Tests.Locating;

/// <summary>Tensors of a golden file as plain arrays.</summary>
static class GoldenTensors
{
    extension(SafeTensorsFile file)
    {
        public float[] Floats(string name) => file.Convert<float>(name, ScalarType.Float32);

        public double[] Doubles(string name) => file.Convert<double>(name, ScalarType.Float64);

        /// <summary>
        /// What storing took away from a value of this tensor: its unit in the last place where that is half precision, else nothing.
        /// </summary>
        public double Rounding(string name, double value) =>
            file[name].Type == ScalarType.Float16 ? Math.ScaleB(1, Math.ILogB(Math.Max(Math.Abs(value), 6.1e-5)) - 10) : 0;

        public int[] Ints(string name) => file.Convert<int>(name, ScalarType.Int32);

        public bool[] Bools(string name) => Array.ConvertAll(file.Floats(name), value => value > 0.5f);

        /// <summary>Column <paramref name="column"/> of a matrix.</summary>
        public int[] Column(string name, int column)
        {
            var (values, width) = (file.Ints(name), (int)file[name].Shape[1]);
            return [.. Enumerable.Range(0, values.Length / width).Select(row => values[row * width + column])];
        }

        /// <summary>The binary (n, h, w) tensor as n masks.</summary>
        public bool[][] Masks(string name) => [.. file.Bools(name).Chunk((int)(file[name].Shape[1] * file[name].Shape[2]))];

        T[] Convert<T>(string name, ScalarType type) where T : unmanaged
        {
            using var tensor = file.Read(name, type);
            return tensor.data<T>().ToArray();
        }
    }

    public static double Iou(bool[] a, bool[] b)
    {
        var (both, either) = (0, 0);
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] && b[i]) both++;
            if (a[i] || b[i]) either++;
        }
        return either > 0 ? (double)both / either : 0;
    }

    /// <summary>Agreement of two partitions beyond chance; 1 when they are the same.</summary>
    public static double AdjustedRandIndex(int[] a, int[] b)
    {
        var together = PairsWithin(a.Zip(b));
        double pairsA = PairsWithin(a), pairsB = PairsWithin(b), all = a.Length * (a.Length - 1.0) / 2;
        var expected = pairsA * pairsB / all;
        return (pairsA + pairsB) / 2 == expected ? 1 : (together - expected) / ((pairsA + pairsB) / 2 - expected);
    }

    static double PairsWithin<T>(IEnumerable<T> labels)
        where T : notnull
        => labels.CountBy(label => label).Sum(group => group.Value * (group.Value - 1.0) / 2);
}
