namespace Heliograph.Runtime.Lanes;

/// <summary>
/// The arithmetic of one vector register of floats, so that every kernel is written once and specialised for each width: with struct type
/// arguments the compiler makes one copy of the code a width and inlines every call here into one instruction.
/// </summary>
unsafe interface ILanes<TVector> where TVector : unmanaged
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(float* from);

    static abstract void Store(TVector value, float* to);

    /// <summary>The same value in every lane.</summary>
    static abstract TVector All(float value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>a · b + c, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Max(TVector a, TVector b);

    static abstract TVector Min(TVector a, TVector b);

    static abstract TVector SquareRoot(TVector a);

    /// <summary><paramref name="a"/> in the lanes where <paramref name="x"/> is below zero, else <paramref name="b"/>.</summary>
    static abstract TVector WhereNegative(TVector x, TVector a, TVector b);

    /// <summary>Prefetches a cache line that will be read soon; does nothing where .NET has no such instruction.</summary>
    static abstract void Prefetch(float* address);
}
