using System.Diagnostics;
using System.Globalization;
using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Digital.Benchmarks;
using Heliograph.Statistics;
if (args[0] == "table")
{
    BlockErrorTable.Write(args[1], args.Length > 2 ? args[2] : "");
    return;
}
if (args[0] == "speed")
{
    var code = LdpcCode.Of(int.Parse(args[1]), (CodeRate)int.Parse(args[2])); double db = double.Parse(args[3], CultureInfo.InvariantCulture);
    int N = 1024, n = code.Length, k = code.MessageLength;
    var enc = new LdpcEncoder(code); var dec = new LdpcDecoder(code); var r = new RandomStream(1, "x"); var m = Modulation.Qpsk;
    byte[] words = new byte[N * n], messages = new byte[N * k]; float[] llr = new float[N * n], sy = new float[N * n]; bool[] held = new bool[N];
    for (int i = 0; i < N * n; i++) words[i] = (byte)(r.NextUInt64() >> 63);
    for (int round = 0; round < 4; round++)
    {
        var w = Stopwatch.StartNew();
        for (int i = 0; i < N; i++) enc.Encode(words.AsSpan(i * n, n));
        double te = w.Elapsed.TotalSeconds; w.Restart();
        m.Map(words, sy); double tm = w.Elapsed.TotalSeconds; w.Restart();
        new AwgnChannel().Transmit(sy, Snr.FromDecibels(db), r); double tn = w.Elapsed.TotalSeconds; w.Restart();
        m.Demap(sy, llr); double td = w.Elapsed.TotalSeconds; w.Restart();
        dec.Decode(llr, messages, held); double tc = w.Elapsed.TotalSeconds;
        double mb = N * k / 1e6;
        Console.WriteLine(FormattableString.Invariant($"Mbit/s enc {mb / te:0} map {mb / tm:0} noise {mb / tn:0} demap {mb / td:0} decode {mb / tc:0}  failed {held.Count(h => !h)}"));
    }
    return;
}
int n0 = int.Parse(args[0]); var rate = (CodeRate)int.Parse(args[1]); var mod = Modulation.All[int.Parse(args[2])];
int it = int.Parse(args[3]); bool exact = args[4] == "e";
var be = new BlockErrors(mod, LdpcCode.Of(n0, rate), it, exact);
foreach (var s in args[5..])
{
    var w = Stopwatch.StartNew();
    var (b, f) = be.Measure(Snr.FromDecibels(double.Parse(s, CultureInfo.InvariantCulture)), 300, 60000);
    Console.WriteLine(FormattableString.Invariant($"{s} {b} {f} {f / (double)b:g3} {w.Elapsed.TotalSeconds:0.0}s"));
}
