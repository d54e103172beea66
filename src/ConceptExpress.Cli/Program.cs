using System.Text;
using ConceptExpress.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false); // UTF-8 on every console
using var interruption = new Interruption();
return CommandLineApp.Run(args, Console.Out, Console.Error, terminal: !Console.IsErrorRedirected, interruption.Token);
