using ConceptExpress.Toybox.Judging;
using ConceptExpress.Toybox.Scenes;

namespace ConceptExpress.Toybox.Evaluation;

/// <summary>What the judge sees of two toys in a drawing that should show both.</summary>
/// <param name="First">The thing that was taken for the first toy; null if there was none left for it.</param>
/// <param name="Second">The thing that was taken for the second toy; null if there was none left for it.</param>
sealed record PairJudgement(Verdict? First, Verdict? Second)
{
    /// <summary>
    /// Takes things for the toys so that as many words as possible are right; no thing is taken for both. Of equally good choices, the
    /// first counts.
    /// </summary>
    /// <param name="first">The first toy.</param>
    /// <param name="second">The second toy.</param>
    /// <param name="things">The judge's verdicts on the things that were found in the drawing.</param>
    public static PairJudgement Of(Toy first, Toy second, IReadOnlyList<Verdict> things)
    {
        static int Right(Toy toy, Verdict? thing) => thing is null ? 0 : Agreement.Of(toy, thing).Count;
        List<Verdict?> all = [.. things, null];
        var choices = from one in Enumerable.Range(0, all.Count)
                      from other in Enumerable.Range(0, all.Count)
                      where one != other || all[one] is null
                      select new PairJudgement(all[one], all[other]);
        return choices.MaxBy(choice => Right(first, choice.First) + Right(second, choice.Second))!;
    }
}
