using ConceptExpress.Library.Output;
using ConceptExpress.Library.Programs;

namespace ConceptExpress.Library.Pages;

/// <summary>What to do in each program before its prompts can use the words.</summary>
static class ProgramsTable
{
    /// <summary>Returns the table; nothing if no word was learned.</summary>
    public static Markup Of(IReadOnlyList<ReportConcept> concepts) => concepts.Count == 0 ? Markup.Empty : Markup.Of($"""
        <p>Copy the files of the words from the folder <code>{ResultNames.Embeddings}</code>. What a prompt then says is on
        the cards above.</p>
        <table class="programs"><caption class="hidden">What to do in each program</caption>
        <thead><tr><th scope="col">program</th><th scope="col">its folder for words</th><th scope="col">note</th></tr></thead>
        <tbody>
        {Markup.Each(DrawingProgram.All, Row)}</tbody></table>
        """);

    static Markup Row(DrawingProgram program) => Markup.Of($"""
        <tr><th scope="row">{program.Title}</th>
        <td>{(program.Folder is { } folder ? Markup.Of($"<code>{folder}</code>") : Markup.Of($"any"))}</td><td>{program.Hint}</td></tr>

        """);
}
