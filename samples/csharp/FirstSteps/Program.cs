using ConceptExpress;

using var express = Express.Open();
var concepts = express.Extract(args[0]);
concepts.Save("out");
express.Generate(concepts, "a photo of <asset0> on grass").Save("drawn.png");
