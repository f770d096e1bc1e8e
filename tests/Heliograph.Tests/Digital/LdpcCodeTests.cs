using System.Security.Cryptography;
using System.Text;
using Heliograph.Digital;
using Heliograph.Statistics;

namespace Heliograph.Tests.Digital;

public sealed class LdpcCodeTests
{
    public static TheoryData<int, CodeRate> Codes
    {
        get
        {
            var codes = new TheoryData<int, CodeRate>();
            foreach (int length in new[] { 648, 1296, 1944 })
                foreach (var rate in Enum.GetValues<CodeRate>())
                    codes.Add(length, rate);
            return codes;
        }
    }

    [Theory, MemberData(nameof(Codes))]
    public void Its_size_is_that_of_the_standard_and_its_parity_part_has_two_diagonals(int length, CodeRate rate)
    {
        var code = LdpcCode.Of(length, rate);
        int rows = rate switch { CodeRate.Half => 12, CodeRate.TwoThirds => 8, CodeRate.ThreeQuarters => 6, _ => 4 };
        Assert.Equal((length, rows, length / 24, length - rows * length / 24), (code.Length, code.Rows, code.Z, code.MessageLength));
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < code.MessageColumns; column++)
                Assert.InRange(code.Shift(row, column), -1, code.Z - 1);
            // The first parity column: 1 at both ends and a 0 between; then 0 on the diagonal and below it.
            for (int column = 1; column < rows; column++)
                Assert.Equal(row == column - 1 || row == column ? 0 : -1, code.Shift(row, code.MessageColumns + column));
        }
        int[] first = [.. Enumerable.Range(0, rows).Select(row => code.Shift(row, code.MessageColumns))];
        Assert.Equal((1, 1), (first[0], first[^1]));
        Assert.Equal([0], first[1..^1].Where(shift => shift >= 0));
    }

    // SHA-256 over the rows as another transcription of the standard has them (github.com/tavildar/LDPC, LdpcC/WiFiLDPC.h at 6b7f070), −1 for zeros. Three more agree
    // (liuguangxi/wifi_ldpc_codec, ishmal/ldpc802-js, and YairMZ/LDPC for the one entry in which jirimilos/802.11ad-phy-sim differs from all).
    [Theory]
    [InlineData(648, CodeRate.Half, "6d82efda7fd3f19a9306c53c794fe82a58e845cc978da3e8e714d722fcccadfc")]
    [InlineData(648, CodeRate.TwoThirds, "06aa27257041ae6a04c0ef0adb853bbeb7f1c55f6f32a4935740bb0b0b45b792")]
    [InlineData(648, CodeRate.ThreeQuarters, "1d86a5b7e9a435cca053d2ffb0a7a17debf4c469a81cbccd89f6cf84d9043bf0")]
    [InlineData(648, CodeRate.FiveSixths, "5e58c7ebc5b1f391cb4e67b0bfd3be786149848e6ac1d9af22ed481575fdeb41")]
    [InlineData(1296, CodeRate.Half, "f094cefe51dc30d3282a9a5e87fa79455d29fbe36b706f67a19e52a0118d694d")]
    [InlineData(1296, CodeRate.TwoThirds, "69f8426cfa2a455ea784f4fca20ea7b74f95f49c4d79448b4324cded2c09f50a")]
    [InlineData(1296, CodeRate.ThreeQuarters, "6be082022f26fc249499ad3ec05cacdaa534ffde13f9276cbcf225c94e2e480f")]
    [InlineData(1296, CodeRate.FiveSixths, "d7e0ada538098a889c32c5e58f241491d947583b70209300ac5bd1b19538d486")]
    [InlineData(1944, CodeRate.Half, "63f45c9fbfd1677b94dfa6ac0165fb756ebd2811f4ed665431cbc1ac6bebfd0f")]
    [InlineData(1944, CodeRate.TwoThirds, "78845198748ddae73ed906d24719425be832e336795f8a5324dc8f06ac3a5796")]
    [InlineData(1944, CodeRate.ThreeQuarters, "be5ee1bb5db5e2835d1024807f14edd2f474a02a8c58637b74039fa473e0831c")]
    [InlineData(1944, CodeRate.FiveSixths, "0a97aac97515d69dccd62580ae167625ce26a592922106043f89de6e10af4301")]
    public void Its_base_matrix_is_what_another_transcription_of_the_standard_says(int length, CodeRate rate, string hash)
    {
        var code = LdpcCode.Of(length, rate);
        string rows = string.Join('\n', Enumerable.Range(0, code.Rows).Select(row => string.Join(' ', Enumerable.Range(0, 24).Select(column => code.Shift(row, column)))));
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(rows))));
    }

    // Two checks with two bits in common are a circle of 4: the girth is 4. In the standard three of the codes have some, the others have none, so theirs is 6 or more.
    [Theory, MemberData(nameof(Codes))]
    public void Its_checks_are_independent_and_only_three_codes_have_circles_of_4(int length, CodeRate rate)
    {
        var code = LdpcCode.Of(length, rate);
        int[][] checks = code.Checks();
        var seen = new HashSet<(int, int)>();
        int again = 0;
        foreach (int[] check in checks)
            for (int i = 0; i < check.Length; i++)
                for (int j = 0; j < i; j++)
                    again += seen.Add((Math.Min(check[i], check[j]), Math.Max(check[i], check[j]))) ? 0 : 1;
        Assert.Equal(code.Z * ((length, rate) switch { (648, CodeRate.ThreeQuarters) or (1296, CodeRate.TwoThirds) => 2, (1944, CodeRate.TwoThirds) => 1, _ => 0 }), again);
        Assert.Equal(checks.Length, Rank(checks, length));
    }

    [Theory, MemberData(nameof(Codes))]
    public void Encoded_messages_stay_in_front_and_fulfil_every_check(int length, CodeRate rate)
    {
        var code = LdpcCode.Of(length, rate);
        var encoder = new LdpcEncoder(code);
        int[][] checks = code.Checks();
        for (int message = 0; message < 20; message++)
        {
            var random = new RandomStream(3, "message", message);
            byte[] sent = [.. Enumerable.Range(0, code.MessageLength).Select(_ => (byte)random.NextInt(2))], word = new byte[length];
            sent.CopyTo(word, 0);
            word.AsSpan(sent.Length).Fill(1);   // what was there is overwritten
            encoder.Encode(word);
            Assert.Equal(sent, word[..sent.Length]);
            Assert.All(checks, check => Assert.Equal(0, check.Sum(bit => word[bit]) % 2));
        }
    }

    /// <summary>IEEE Std 802.11n-2009, annex G, LDPC example 1: 100 bytes, scrambled, shortened, encoded at 3/4 in 1944 bits (tables G.34 to G.37).</summary>
    [Fact]
    public void The_standards_example_is_scrambled_and_encoded_as_printed_there()
    {
        byte[] frame = Convert.FromHexString("0402002E006008CD37A60020D6013CF1006008AD3BAF00004A6F792C20627269676874" + "20737061726B206F6620646976696E6974792C0A4461756768746572206F6620456C7973"
            + "69756D2C0A466972652D696E73697265642077652074726561673321B6");
        byte[] bits = [.. new byte[16], .. frame.SelectMany(value => Enumerable.Range(0, 8).Select(bit => (byte)(value >> bit & 1)))];   // 16 bits of the SERVICE field first
        Scrambler.Apply(bits);
        Assert.Equal("6C19898F6821F4A5614FD7AE240CF33AE4BC5398C01E35B3E3F82560D6253533FEF0412B8F531C8341BE3928664466CDF6A3D80DD4813B2FDFC358F7C652EB708F9E6A9081FD7CA9D15512"
            + "0474D9E93BCD938D7B7C70022099A17D8A27173915A0EC95169110", Hex(bits));

        byte[] word = new byte[1944];
        bits.CopyTo(word, 0);
        new LdpcEncoder(LdpcCode.Of(1944, CodeRate.ThreeQuarters)).Encode(word);
        // From bit 1440, where the shortened bits end at 1458.
        Assert.Equal("0000263DA99C40D7B286E3BF43A5D90D06D660F41F310C13760F9FDA9FA97459DC89F2E2D868A1631DA5A680D18957DCB35D3370DCB2F6393D239B363E1511", Hex(word[1440..]));
    }

    static string Hex(byte[] bits) => Convert.ToHexString([.. bits.Chunk(8).Select(eight => eight.Aggregate((byte)0, (sum, bit) => (byte)(2 * sum + bit)))]);

    static int Rank(int[][] checks, int length)
    {
        ulong[][] rows = [.. checks.Select(check =>
        {
            var row = new ulong[(length + 63) / 64];
            foreach (int bit in check)
                row[bit / 64] |= 1UL << bit % 64;
            return row;
        })];
        int rank = 0;
        for (int bit = 0; bit < length && rank < rows.Length; bit++)
        {
            int pivot = Array.FindIndex(rows, rank, row => (row[bit / 64] >> bit % 64 & 1) != 0);
            if (pivot < 0)
                continue;
            (rows[rank], rows[pivot]) = (rows[pivot], rows[rank]);
            for (int row = rank + 1; row < rows.Length; row++)
                if ((rows[row][bit / 64] >> bit % 64 & 1) != 0)
                    for (int i = 0; i < rows[row].Length; i++)
                        rows[row][i] ^= rows[rank][i];
            rank++;
        }
        return rank;
    }
}
