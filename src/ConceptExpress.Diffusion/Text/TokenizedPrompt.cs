namespace ConceptExpress.Diffusion.Text;

/// <summary>A prompt as token ids.</summary>
/// <param name="Ids">Begin of text, the text's tokens, end of text, padding: always the tokenizer's full length.</param>
/// <param name="EndOfText">Where the first end-of-text token stands (padding may have the same id).</param>
/// <param name="WasCut">Whether the text had more tokens than fit.</param>
public sealed record TokenizedPrompt(long[] Ids, int EndOfText, bool WasCut);
