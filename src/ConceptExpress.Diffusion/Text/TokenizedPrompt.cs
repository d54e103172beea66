namespace ConceptExpress.Diffusion.Text;

/// <summary>A prompt as token ids.</summary>
/// <param name="Ids">
/// Begin of text, the prompt's tokens, end of text, padding: always <see cref="ClipTokenizer.ModelMaxLength"/> ids.
/// </param>
/// <param name="EndOfText">Position of the first end-of-text token (padding may have the same id).</param>
/// <param name="WasCut">Whether the prompt had more tokens than fit, and its end was cut off.</param>
sealed record TokenizedPrompt(long[] Ids, int EndOfText, bool WasCut);
