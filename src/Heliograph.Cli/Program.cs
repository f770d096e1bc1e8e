Console.WriteLine("heliograph");
