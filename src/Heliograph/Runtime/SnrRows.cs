using Heliograph.Channels;
using Heliograph.Networks;

namespace Heliograph.Runtime;

/// <summary>The rows of a <see cref="SnrTable"/>, one of which scales and shifts a map. The memory of the factors is the arena's, which must not be collected meanwhile.</summary>
sealed unsafe class SnrRows(SnrTable layer, ChannelFactors factors, float[] scale, float[] shift)
{
    public void Tell(Snr? reported)
    {
        int row = layer.RowOf(reported), channels = scale.Length / layer.Rows;
        for (int c = 0; c < channels; c++)
        {
            factors.Scales[c] = 1 + scale[c * layer.Rows + row];
            factors.Shifts[c] = shift[c * layer.Rows + row];
        }
    }
}
