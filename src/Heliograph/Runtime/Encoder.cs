using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Heliograph.Channels;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime;

/// <summary>
/// Runs a device half: an image in, its symbols out, on one thread. The constructor allocates all memory and packs all weights;
/// <see cref="Encode"/> allocates nothing. Not thread-safe.
/// </summary>
public sealed class Encoder
{
    readonly Arena weights = new();
    readonly Arena buffers = new();
    readonly EncoderPlan plan;
    readonly float[] table;

    /// <summary>Packs a device half for this processor.</summary>
    /// <param name="half">Its network and weights (batch norms are folded first), and how bytes become its input.</param>
    /// <param name="options">Null: the widest vectors that the processor has.</param>
    /// <exception cref="UsageException">
    /// A layer that the encoder cannot run, maps that are too large for it, an unknown path, or a normalisation for another number of channels.
    /// </exception>
    /// <exception cref="InvalidDataException">The weights do not fit the network.</exception>
    public Encoder(DeviceHalf half, EncoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(half);
        var (model, normalisation) = half;
        Input = model.Network.Input;
        if (normalisation.Mean.Count != Input.Channels || normalisation.Std.Count != Input.Channels)
            throw new UsageException($"the normalisation is for {normalisation.Mean.Count} channels, the network reads {Input.Channels}");
        table = normalisation.Table();
        var (network, values) = Folding.Fold(model.Network, model.Weights);
        Macs = network.Cost().Macs;
        Path = options?.Path ?? EncoderPaths.Best;
        try
        {
            plan = Path switch
            {
                // Where a program is compiled ahead of time for processors without such vectors, what would imitate them is left out of it.
                EncoderPath.Vector512 when Vector512.IsHardwareAccelerated || RuntimeFeature.IsDynamicCodeSupported => Plan<Lanes512, Vector512<float>>(network, values),
                EncoderPath.Vector256 => Plan<Lanes256, Vector256<float>>(network, values),
                EncoderPath.Vector128 => Plan<Lanes128, Vector128<float>>(network, values),
                EncoderPath.Scalar => Plan<Lane, float>(network, values),
                EncoderPath.Vector512 => throw new UsageException("this program was compiled for processors without vectors of 512 bits"),
                _ => throw new UsageException($"there is no encoder path {(int)Path}"),
            };
        }
        catch (OverflowException e)
        {
            throw new UsageException("the network's maps are too large for the encoder", e);
        }
        SymbolCount = plan.Output.Shape.Elements;
        Tell(null);
    }

    /// <summary>Shape of the image: channels × height × width.</summary>
    public Shape Input { get; }

    /// <summary>B, the number of symbols of one image.</summary>
    public int SymbolCount { get; }

    /// <summary>The vector width in use.</summary>
    public EncoderPath Path { get; }

    /// <summary>Bytes that the packed weights take.</summary>
    public long WeightBytes => weights.Bytes;

    /// <summary>Bytes that the maps and working buffers take.</summary>
    public long BufferBytes => buffers.Bytes;

    /// <summary>Multiply-accumulates of one image, as the network counts them; fast algorithms do fewer.</summary>
    public long Macs { get; }

    /// <summary>Whether the symbols depend on the SNR that the edge last reported (docs/elastic.md).</summary>
    public bool KnowsSnr => plan.Told.Length > 0;

    /// <summary>
    /// Tells the encoder the SNR that the edge last reported; before the first call it knows of none. It holds for the images that are encoded from now on: all symbols of an image, whenever they
    /// are sent, come from one call of <see cref="Encode"/>. Without effect unless <see cref="KnowsSnr"/>.
    /// </summary>
    /// <param name="reported">P/σ² per real symbol (docs/snr.md); beyond the range in training the nearest counts. Null: none is reported.</param>
    /// <exception cref="UsageException">It is not a number.</exception>
    public void Tell(Snr? reported)
    {
        foreach (var rows in plan.Told)
            rows.Tell(reported);
        GC.KeepAlive(this);
    }

    /// <summary>Encodes one image.</summary>
    /// <param name="rgb">Height × width × channels bytes, row by row, the channels of a pixel side by side.</param>
    /// <param name="symbols">Receives the <see cref="SymbolCount"/> symbols.</param>
    /// <exception cref="UsageException">A buffer has the wrong size.</exception>
    public void Encode(ReadOnlySpan<byte> rgb, Span<float> symbols)
    {
        Check(rgb.Length, "bytes", symbols.Length);
        Load(rgb);
        Run(symbols);
    }

    /// <summary>Encodes one image that is already normalised.</summary>
    /// <param name="planes">Channels × height × width values, row-major.</param>
    /// <param name="symbols">Receives the <see cref="SymbolCount"/> symbols.</param>
    /// <exception cref="UsageException">A buffer has the wrong size.</exception>
    public void EncodeNormalised(ReadOnlySpan<float> planes, Span<float> symbols)
    {
        Check(planes.Length, "values", symbols.Length);
        plan.Input.CopyFrom(planes);
        Run(symbols);
    }

    /// <summary>The steps of one image, in order.</summary>
    internal IReadOnlyList<Step> Steps => plan.Steps;

    EncoderPlan Plan<TLanes, TVector>(Network network, Weights values)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged =>
        new Planner<TLanes, TVector>(network, values, weights, buffers).Plan();

    unsafe void Load(ReadOnlySpan<byte> rgb)
    {
        var map = plan.Input;
        int next = 0, channels = Input.Channels;
        fixed (float* values = table)
        fixed (byte* bytes = rgb)
        {
            for (int y = 0; y < Input.Height; y++)
            {
                float* pixel = map.At(y, 0);
                for (int x = 0; x < Input.Width; x++, pixel += map.Stride)
                    for (int c = 0; c < channels; c++)
                        pixel[c] = values[c * 256 + bytes[next++]];
            }
        }
    }

    void Run(Span<float> symbols)
    {
        foreach (var step in plan.Steps)
            step.Run();
        plan.Output.CopyTo(symbols);
        // The steps see only addresses in the arenas, which must not be collected while they run.
        GC.KeepAlive(this);
    }

    void Check(int given, string unit, int symbols)
    {
        if (given != Input.Elements)
            throw new UsageException($"an image of {Input} has {Input.Elements} {unit}, not {given}");
        if (symbols != SymbolCount)
            throw new UsageException($"the encoder gives {SymbolCount} symbols; the buffer has room for {symbols}");
    }
}
