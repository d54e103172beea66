using ConceptExpress.Cli;
using ConceptExpress.Cli.Running;

using var interruption = new Interruption();
return CommandLineApp.Run(args, Console.Out, Console.Error, terminal: !Console.IsErrorRedirected, interruption.Token);
