namespace Heliograph.Images;

/// <summary>How bytes become a network's input: (value / 255 − mean) / std, per channel.</summary>
/// <param name="Mean">Mean of each channel, on the scale 0 to 1.</param>
/// <param name="Std">Standard deviation of each channel, on the scale 0 to 1; more than 0.</param>
public sealed record Normalisation(ValueList<float> Mean, ValueList<float> Std)
{
    /// <summary>The normalised value of each byte of each channel: channels × 256, row-major.</summary>
    public float[] Table()
    {
        float[] table = new float[Mean.Count * 256];
        for (int i = 0; i < table.Length; i++)
            table[i] = (float)(((i % 256) / 255.0 - Mean[i / 256]) / Std[i / 256]);
        return table;
    }
}
