using System.Runtime.ExceptionServices;

namespace ConceptExpress.Cli.Running;

/// <summary>A thread of torch's own: its disposal scopes and gradient mode belong to the thread that set them.</summary>
public static class TorchThread
{
    /// <summary>Runs the work to its end on a new thread. What it throws is thrown here.</summary>
    public static void Run(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { Name = "torch", IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
