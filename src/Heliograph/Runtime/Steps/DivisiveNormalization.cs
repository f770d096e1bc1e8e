using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>GDN or its inverse, in place: each pixel's channels mix, so all of a pixel is read before any of it is written.</summary>
sealed unsafe class DivisiveNormalization<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    readonly FeatureMap map;
    readonly bool inverse;
    readonly float* beta;

    // Transposed, [j][i]: the sum over j then adds vectors of i.
    readonly float* gamma;
    readonly float* squares;

    public DivisiveNormalization(Arena weights, Arena buffers, FeatureMap map, bool inverse, ReadOnlySpan<float> beta, ReadOnlySpan<float> gamma)
    {
        this.map = map;
        this.inverse = inverse;
        int channels = map.Shape.Channels;
        squares = buffers.Allocate(map.Stride);
        this.beta = weights.Allocate(map.Stride);
        this.gamma = weights.Allocate((long)channels * map.Stride);
        for (int i = 0; i < map.Stride; i++)
            this.beta[i] = i < channels ? beta[i] : 1;
        for (int i = 0; i < channels; i++)
            for (int j = 0; j < channels; j++)
                this.gamma[j * map.Stride + i] = gamma[i * channels + j];
    }

    public override void Run()
    {
        for (int y = 0; y < map.Shape.Height; y++)
            for (int x = 0; x < map.Shape.Width; x++)
                Pixel(map.At(y, x));
    }

    void Pixel(float* pixel)
    {
        for (int c = 0; c < map.Stride; c += TLanes.Count)
            TLanes.Store(TLanes.Multiply(TLanes.Load(pixel + c), TLanes.Load(pixel + c)), squares + c);
        for (int c = 0; c < map.Stride; c += TLanes.Count)
        {
            var sum = TLanes.Load(beta + c);
            for (int j = 0; j < map.Shape.Channels; j++)
                sum = TLanes.MultiplyAdd(TLanes.All(squares[j]), TLanes.Load(gamma + (long)j * map.Stride + c), sum);
            var root = TLanes.SquareRoot(sum);
            var value = TLanes.Load(pixel + c);
            TLanes.Store(inverse ? TLanes.Multiply(value, root) : TLanes.Divide(value, root), pixel + c);
        }
    }
}
