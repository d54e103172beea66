namespace ConceptExpress.Evaluation;

/// <summary>
/// Solves the linear assignment problem: matches rows and columns of a cost matrix one to one at the minimum total cost. Every row or every
/// column is matched, whichever there are fewer of. (Shortest augmenting paths with potentials; cubic time.)
/// </summary>
static class Assignment
{
    /// <summary>The matching with the minimum total cost.</summary>
    /// <param name="cost">Shape (rows, columns), finite.</param>
    /// <returns>The matched pairs, sorted by row.</returns>
    /// <exception cref="ArgumentException">A cost is not finite.</exception>
    public static IReadOnlyList<(int Row, int Column)> Minimize(double[,] cost)
    {
        foreach (var value in cost)
            if (!double.IsFinite(value)) throw new ArgumentException($"a cost is {value}; every cost must be a finite number");
        var (rows, columns) = (cost.GetLength(0), cost.GetLength(1));
        if (rows <= columns) return new Matching((r, c) => cost[r, c], rows, columns).Pairs();
        var transposed = new Matching((r, c) => cost[c, r], columns, rows).Pairs();
        return [.. transposed.Select(pair => (Row: pair.Column, Column: pair.Row)).OrderBy(pair => pair.Row)];
    }

    /// <summary>The matching with the maximum total value.</summary>
    /// <inheritdoc cref="Minimize"/>
    public static IReadOnlyList<(int Row, int Column)> Maximize(double[,] value)
    {
        var cost = new double[value.GetLength(0), value.GetLength(1)];
        for (var row = 0; row < cost.GetLength(0); row++)
            for (var column = 0; column < cost.GetLength(1); column++)
                cost[row, column] = -value[row, column];
        return Minimize(cost);
    }

    /// <summary>A matching with at most as many rows as columns. It is built row by row and is optimal after each row.</summary>
    sealed class Matching
    {
        const int None = -1;

        readonly Func<int, int, double> cost;
        readonly double[] rowPotential, columnPotential;
        readonly int[] rowOfColumn;

        public Matching(Func<int, int, double> cost, int rows, int columns)
        {
            this.cost = cost;
            (rowPotential, columnPotential, rowOfColumn) = (new double[rows], new double[columns], new int[columns]);
            Array.Fill(rowOfColumn, None);
            for (var row = 0; row < rows; row++) Add(row);
        }

        public IReadOnlyList<(int Row, int Column)> Pairs()
            => [.. rowOfColumn.Index().Where(pair => pair.Item != None).Select(pair => (pair.Item, pair.Index)).OrderBy(pair => pair.Item)];

        void Add(int row)
        {
            var (distance, previous, done) = (new double[rowOfColumn.Length], new int[rowOfColumn.Length], new bool[rowOfColumn.Length]);
            Array.Fill(distance, double.PositiveInfinity);
            var (column, length) = ShortestPath(row, distance, previous, done);

            rowPotential[row] += length;
            for (var c = 0; c < done.Length; c++)
            {
                if (!done[c] || c == column) continue;
                rowPotential[rowOfColumn[c]] += length - distance[c];
                columnPotential[c] -= length - distance[c];
            }
            for (; column != None; column = previous[column])
                rowOfColumn[column] = previous[column] == None ? row : rowOfColumn[previous[column]];
        }

        /// <summary>
        /// Dijkstra's algorithm over columns, to the nearest free column. Edge lengths are costs minus both potentials, which are never
        /// negative.
        /// </summary>
        (int Column, double Length) ShortestPath(int row, double[] distance, int[] previous, bool[] done)
        {
            var (column, length) = (None, 0.0);
            do
            {
                var at = column == None ? row : rowOfColumn[column];
                var next = None;
                for (var c = 0; c < done.Length; c++)
                {
                    if (done[c]) continue;
                    var through = length + cost(at, c) - rowPotential[at] - columnPotential[c];
                    if (through < distance[c]) (distance[c], previous[c]) = (through, column);
                    if (next == None || distance[c] < distance[next]) next = c;
                }
                done[next] = true;
                (column, length) = (next, distance[next]);
            }
            while (rowOfColumn[column] != None);
            return (column, length);
        }
    }
}
