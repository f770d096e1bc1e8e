using System.Text;
using Heliograph.Images;
using Heliograph.Pairs;
using Heliograph.Tests.Pairs;

namespace Heliograph.Device.Tests;

/// <summary>A temporary folder with a pair and some pictures.</summary>
sealed class Workplace : IDisposable
{
    public Workplace() => Pair = TinyPair.Write(In("pair"));

    public string Path { get; } = Directory.CreateTempSubdirectory("heliograph-test-").FullName;

    public Pair Pair { get; }

    public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a picture as PPM and gives its pixels.</summary>
    public RgbImage Picture(string name, int width, int height, int seed)
    {
        byte[] pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(In(name))!);
        File.WriteAllBytes(In(name), Ppm(width, height, pixels));
        return new(width, height, pixels);
    }

    public static byte[] Ppm(int width, int height, byte[] pixels) => [.. Encoding.ASCII.GetBytes($"P6\n{width} {height}\n255\n"), .. pixels];

    /// <summary>The symbols that the library's own encoder makes of a picture.</summary>
    public float[] Symbols(RgbImage picture)
    {
        var encoder = new Runtime.Encoder(Pair.Device);
        float[] symbols = new float[encoder.SymbolCount];
        encoder.Encode(picture.Fit(encoder.Input.Width, encoder.Input.Height).Pixels, symbols);
        return symbols;
    }

    public ProgramResult Run(params string[] arguments) => Programs.Run(Path, [.. DevicePrograms.Built, .. arguments]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
