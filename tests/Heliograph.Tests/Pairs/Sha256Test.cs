using Heliograph.Pairs;

namespace Heliograph.Tests.Pairs;

public sealed class Sha256Test
{
    [Fact]
    public void Is_the_frameworks_for_every_length_around_the_blocks_and_the_buffer()
    {
        byte[] bytes = new byte[200_000];
        new Random(1).NextBytes(bytes);
        foreach (int length in Enumerable.Range(0, 200).Concat([65535, 65536, 65537, 131071, 131072, 200_000]))
            Assert.Equal(System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(0, length)), Sha256.Hash(bytes[..length]));
    }
}
