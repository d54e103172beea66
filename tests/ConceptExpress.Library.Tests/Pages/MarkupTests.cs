using ConceptExpress.Library.Pages;

namespace ConceptExpress.Library.Tests.Pages;

public sealed class MarkupTests
{
    [Fact]
    public void Values_AreEscaped_AndMarkupIsNot() =>
        Assert.Equal("<b title=\"&quot;&lt;i&gt;&#39;&amp;\">0.5<i></i><i></i></b>", Markup.Of(
            $"<b title=\"{"\"<i>'&"}\">{0.5}{Markup.Each(new[] { 1, 2 }, _ => Markup.Of($"<i></i>"))}{null as string}</b>").ToString());

    [Fact]
    public void OtherValues_AreRefused() => Assert.Throws<ArgumentException>(() => Markup.Of($"{new object()}"));
}
