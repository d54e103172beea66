var x = TorchSharp.torch.rand(3, 3);
Console.WriteLine(x.mm(x).sum().item<float>());
