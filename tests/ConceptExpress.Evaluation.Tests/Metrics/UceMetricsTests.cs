using ConceptExpress.Evaluation.Metrics;
using FsCheck.Xunit;

namespace ConceptExpress.Evaluation.Tests.Metrics;

public sealed class UceMetricsTests
{
    const int Width = 6;

    [Property]
    public void IdenticalPictures_HaveSimilarityOne(int seed)
    {
        var feature = Feature(new Random(seed));
        Assert.Equal(1, UceMetrics.IdentitySimilarity([feature, feature], feature), 1e-9);
        Assert.Equal(1, UceMetrics.CompositionalSimilarity([feature], feature), 1e-9);
    }

    [Property]
    public void Cosine_IsSymmetric_AndDoesNotSeeLengths(int seed)
    {
        var random = new Random(seed);
        var (a, b) = (Feature(random), Feature(random));
        Assert.Equal(Cosine.Of(a, b), Cosine.Of(b, a), 1e-12);
        Assert.Equal(Cosine.Of(a, b), Cosine.Of(Array.ConvertAll(a, value => 4 * value), b), 1e-9);
        Assert.InRange(Cosine.Of(a, b), -1, 1);
    }

    [Property]
    public void Acc3_IsAtLeastAcc1(int seed)
    {
        var random = new Random(seed);
        var (generated, prototypes) = (Features(random, random.Next(1, 6)), Features(random, random.Next(1, 9)));
        var own = random.Next(prototypes.Length);
        var (one, three) = (UceMetrics.Accuracy(generated, own, prototypes, 1), UceMetrics.Accuracy(generated, own, prototypes, 3));
        Assert.True(three >= one);
        Assert.Equal(1, UceMetrics.Accuracy(generated, own, prototypes, prototypes.Length));
    }

    [Property]
    public void TheOrderOfPicturesAndPrototypes_ChangesNothing(int seed)
    {
        var random = new Random(seed);
        var (generated, prototypes) = (Features(random, 5), Features(random, 7));
        prototypes[3] = prototypes[2]; // equally near
        var own = prototypes[random.Next(prototypes.Length)];
        var before = Accuracies();
        random.Shuffle(generated);
        random.Shuffle(prototypes);
        Assert.Equal(before, Accuracies());

        double[] Accuracies() =>
            [.. new[] { 1, 2, 3 }.Select(k => UceMetrics.Accuracy(generated, Array.IndexOf(prototypes, own), prototypes, k))];
    }

    [Property]
    public void APictureOfItsSourceConcept_IsClassifiedRight(int seed)
    {
        var prototypes = Features(new Random(seed), 8);
        Assert.All(Enumerable.Range(0, prototypes.Length), i => Assert.Equal(1, UceMetrics.Accuracy([prototypes[i]], i, prototypes, 1)));
    }

    [Fact]
    public void Accuracy_CountsTheNearest()
    {
        float[][] prototypes = [[1, 0], [0, 1], [1, 1]];
        float[][] generated = [[1, 0.1f], [0.1f, 1], [1, 0.2f], [1, 0.9f]]; // nearest: 0, 1, 0, 2
        Assert.Equal(0.5, UceMetrics.Accuracy(generated, 0, prototypes, 1));
        Assert.Equal(0.75, UceMetrics.Accuracy(generated, 0, prototypes, 2));
        Assert.Throws<ArgumentException>(() => UceMetrics.Accuracy([], 0, prototypes, 1));
    }

    static float[][] Features(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => Feature(random))];

    static float[] Feature(Random random) => [.. Enumerable.Range(0, Width).Select(_ => random.NextSingle() - 0.4f)];
}
