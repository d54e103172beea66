namespace ConceptExpress.Diffusion.Checkpoints;

/// <summary>A checkpoint is missing, damaged, hostile or not what it says. The message is one sentence: which file or tensor, what is wrong, what to do.</summary>
public class CheckpointException : Exception
{
    public CheckpointException(string message) : base(message) { }
    public CheckpointException(string message, Exception inner) : base(message, inner) { }
}
