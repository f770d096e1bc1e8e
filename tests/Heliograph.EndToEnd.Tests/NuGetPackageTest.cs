using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using Heliograph.Pairs;
using Heliograph.Runtime;

namespace Heliograph.EndToEnd.Tests;

/// <summary>The core as a NuGet package, in the hands of somebody else's project.</summary>
public sealed class NuGetPackageTest : IDisposable
{
    readonly Place place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_project_that_has_only_the_package_encodes_an_image()
    {
        var packed = HeliographProgram.RunAny(place.Path, "dotnet", "pack", Path.Combine(Repository.Root, "src", "Heliograph"), "-c", "Release", "-o", place.In("feed"),
            "--artifacts-path", place.In("build"), $"-p:LockFolder={place.In("locks")}", "--nologo", "-v", "m").Succeeded();
        Assert.DoesNotContain("warning", packed.Output, StringComparison.OrdinalIgnoreCase);
        string package = Assert.Single(Directory.GetFiles(place.In("feed"), "*.nupkg"));
        Assert.Single(Directory.GetFiles(place.In("feed"), "*.snupkg"));
        using (var archive = ZipFile.OpenRead(package))
        {
            foreach (string file in (string[])["README.md", "lib/net10.0/Heliograph.dll", "lib/net10.0/Heliograph.xml"])
                Assert.NotNull(archive.GetEntry(file));
            using var spec = archive.GetEntry("Heliograph.nuspec")!.Open();
            var metadata = XDocument.Load(spec).Descendants().First(element => element.Name.LocalName == "metadata").Elements().ToLookup(element => element.Name.LocalName);
            Assert.Equal(("MIT", "README.md"), (metadata["license"].Single().Value, metadata["readme"].Single().Value));
            Assert.NotEmpty(metadata["description"].Single().Value);
            // Of a checkout; an archive of the sources has no commit.
            if (Directory.Exists(Path.Combine(Repository.Root, ".git")) || File.Exists(Path.Combine(Repository.Root, ".git")))
                Assert.Matches("^[0-9a-f]{40}$", metadata["repository"].Single().Attribute("commit")!.Value);
        }

        // What the package needs comes from the cache that this test was built from: nothing is downloaded.
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string version = Path.GetFileNameWithoutExtension(package)["Heliograph.".Length..];
        place.Write("mine/nuget.config", $"""
            <configuration>
              <packageSources><clear /><add key="feed" value="{place.In("feed")}" /><add key="cache" value="{cache}" /></packageSources>
            </configuration>
            """);
        place.Write("mine/mine.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestorePackagesPath>packages</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="Heliograph" Version="{version}" /></ItemGroup>
            </Project>
            """);
        place.Write("mine/Program.cs", """
            using System.Globalization;
            using Heliograph.Pairs;
            using Heliograph.Runtime;

            var pair = Pair.Open(args[0]);
            var encoder = new Encoder(pair.Device);
            byte[] rgb = new byte[encoder.Input.Elements];
            for (int i = 0; i < rgb.Length; i++)
                rgb[i] = (byte)(31 * i);
            float[] symbols = new float[encoder.SymbolCount];
            encoder.Encode(rgb, symbols);
            Console.WriteLine(string.Join(' ', symbols.Select(symbol => symbol.ToString("R", CultureInfo.InvariantCulture))));
            """);
        string signs = Path.Combine(Repository.Root, "pairs", "signs");
        var ran = HeliographProgram.RunAny(place.In("mine"), "dotnet", "run", "--project", place.In("mine", "mine.csproj"), "--", signs).Succeeded();

        var own = new Encoder(Pair.Open(signs).Device);
        float[] symbols = new float[own.SymbolCount];
        own.Encode([.. Enumerable.Range(0, own.Input.Elements).Select(i => (byte)(31 * i))], symbols);
        Assert.Equal(symbols, ran.Output.Trim().Split(' ').Select(text => float.Parse(text, CultureInfo.InvariantCulture)));
    }
}
