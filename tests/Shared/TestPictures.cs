namespace Heliograph.Tests.Shared;

/// <summary>The pictures of <c>tests/Shared/Pictures</c>.</summary>
public static class TestPictures
{
    /// <summary>Path of one.</summary>
    public static string Of(string name) => Path.Combine(Repository.Root, "tests", "Shared", "Pictures", name);

    /// <summary>The bytes of one.</summary>
    public static byte[] Bytes(string name) => File.ReadAllBytes(Of(name));

    /// <summary>Colours of the four fields: above left and right, below left and right.</summary>
    public static (int R, int G, int B)[] Fields { get; } = [(220, 30, 30), (30, 180, 40), (20, 60, 200), (240, 240, 230)];
}
