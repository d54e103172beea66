namespace ConceptExpress.Extraction.Locating;

/// <summary>A partition of the numbers 0..n-1 into sets that can be joined (union-find with path halving; the smaller root wins).</summary>
sealed class DisjointSets
{
    readonly int[] parent;

    /// <summary>Puts each of the numbers 0..count-1 into a set of its own.</summary>
    public DisjointSets(int count)
    {
        parent = new int[count];
        for (var i = 0; i < count; i++) parent[i] = i;
    }

    /// <summary>Joins the sets of two numbers.</summary>
    public void Join(int a, int b)
    {
        a = Root(a);
        b = Root(b);
        if (a == b) return;
        if (a > b) (a, b) = (b, a);
        parent[b] = a;
    }

    /// <summary>
    /// Returns a label for each number, and the number of labels. Sets are labelled 0, 1, ... in the order in which they first appear.
    /// </summary>
    /// <param name="member">
    /// Returns false for numbers to leave out, which get the label -1; null includes all. A set must be included or left out as a whole.
    /// </param>
    public (int[] Labels, int Count) Label(Func<int, bool>? member = null)
    {
        var labels = new int[parent.Length];
        var count = 0;
        // The root is the smallest member of its set, so it has its label before any other member needs it.
        for (var i = 0; i < labels.Length; i++)
            labels[i] = member is not null && !member(i) ? -1 : Root(i) is var root && root == i ? count++ : labels[root];
        return (labels, count);
    }

    int Root(int i)
    {
        while (parent[i] != i) i = parent[i] = parent[parent[i]];
        return i;
    }
}
