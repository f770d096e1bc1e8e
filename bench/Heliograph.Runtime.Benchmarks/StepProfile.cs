namespace Heliograph.Runtime.Benchmarks;

/// <summary>Where an encoder's time goes: the least time of each step over many images.</summary>
sealed class StepProfile(int rounds, EncoderOptions options)
{
    public void Run(string only)
    {
        foreach (var half in BenchmarkHalf.All(only))
        {
            var encoder = new Encoder(half.Half, options);
            float[] planes = new float[encoder.Input.Elements], symbols = new float[encoder.SymbolCount];
            byte[] rgb = new byte[encoder.Input.Elements];
            double fromPlanes = Best(() => encoder.EncodeNormalised(planes, symbols)), fromBytes = Best(() => encoder.Encode(rgb, symbols));
            var best = new double[encoder.Steps.Count];
            Array.Fill(best, double.MaxValue);
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < best.Length; i++)
                {
                    double start = ThreadClock.Microseconds();
                    encoder.Steps[i].Run();
                    best[i] = Math.Min(best[i], ThreadClock.Microseconds() - start);
                }
            }
            Console.WriteLine(FormattableString.Invariant($"{half.Name}: {best.Sum():0.0} µs in steps, {fromPlanes:0.0} µs an image from planes, {fromBytes:0.0} µs from bytes"));
            for (int i = 0; i < best.Length; i++)
                Console.WriteLine(FormattableString.Invariant($"  {best[i],8:0.0}  {encoder.Steps[i].Description}"));
        }
    }

    double Best(Action action)
    {
        double best = double.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            double start = ThreadClock.Microseconds();
            action();
            best = Math.Min(best, ThreadClock.Microseconds() - start);
        }
        return best;
    }
}
