namespace ConceptExpress.Imaging;

/// <summary>
/// Resizes to fewer rows, one source row after the other: a row is resized along its length and added to the few rows of the result that
/// it belongs to. So a picture that is 20,000 rows high and one pixel wide never exists in the width of the result.
/// </summary>
sealed class ShrinkingRows
{
    readonly ResampleWeights columns;
    readonly int samples;
    readonly byte[] pixels;
    readonly Queue<int[]> open = []; // sums of the rows of the result that have begun, in order
    readonly Stack<int[]> free = [];
    int done;

    /// <param name="sourceHeight">The number of rows that will be added.</param>
    /// <param name="size">The size of the result; its height is below <paramref name="sourceHeight"/>.</param>
    /// <param name="filter">The kernel.</param>
    internal ShrinkingRows(int sourceHeight, PixelSize size, ResizeFilter filter)
    {
        columns = new ResampleWeights(sourceHeight, size.Height, filter);
        samples = 3 * size.Width;
        pixels = new byte[checked(samples * size.Height)];
    }

    /// <summary>(height, width, 3) samples of the result; complete after the last row.</summary>
    internal byte[] Pixels => pixels;

    /// <summary>Adds the next source row, which has the width of the result.</summary>
    /// <param name="index">The number of the row from 0; they come in order.</param>
    /// <param name="row">(width, 3) samples.</param>
    internal void Add(int index, ReadOnlySpan<byte> row)
    {
        while (done + open.Count < columns.Length && columns.At(done + open.Count, out var first).Length > 0 && first <= index) Open();
        var target = done;
        foreach (var sums in open)
        {
            var weights = columns.At(target++, out var first);
            if (index - first < weights.Length) AddWeighted(row, weights[index - first], sums);
        }
        while (open.Count > 0 && columns.At(done, out var first).Length <= index - first + 1) Close();
    }

    void Open()
    {
        if (!free.TryPop(out var sums)) sums = new int[samples];
        Array.Fill(sums, ResampleWeights.Half);
        open.Enqueue(sums);
    }

    void Close()
    {
        var sums = open.Dequeue();
        var target = pixels.AsSpan(done++ * samples, samples);
        for (var i = 0; i < samples; i++) target[i] = ResampleWeights.ToSample(sums[i]);
        free.Push(sums);
    }

    /// <summary>Adds a row's samples, times a weight, to sums of the same length.</summary>
    internal static void AddWeighted(ReadOnlySpan<byte> row, int weight, Span<int> sums)
    {
        for (var i = 0; i < row.Length; i++) sums[i] += row[i] * weight;
    }
}
