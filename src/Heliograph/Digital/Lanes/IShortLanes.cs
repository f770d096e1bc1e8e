namespace Heliograph.Digital.Lanes;

/// <summary>
/// The arithmetic of one vector register of 16-bit integers, one lane a code word, so that the decoder is written once and specialised for each width: with struct type
/// arguments the compiler makes one copy of the code a width and inlines every call here into one or two instructions.
/// </summary>
unsafe interface IShortLanes<TVector> where TVector : unmanaged
{
    /// <summary>Integers in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(short* from);

    static abstract void Store(TVector value, short* to);

    /// <summary>The same value in every lane.</summary>
    static abstract TVector All(short value);

    /// <summary>a + b, held within −32,768 to 32,767.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a − b, held within −32,768 to 32,767.</summary>
    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Xor(TVector a, TVector b);

    static abstract TVector Or(TVector a, TVector b);

    /// <summary>The size; that of −32,768 is 32,768, an integer without a sign.</summary>
    static abstract TVector Abs(TVector a);

    /// <summary>The smaller integer without a sign.</summary>
    static abstract TVector Min(TVector a, TVector b);

    /// <summary>The larger integer without a sign.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>13/16 of an integer without a sign, rounded up.</summary>
    static abstract TVector Normalise(TVector a);

    /// <summary><paramref name="a"/> in the lanes where <paramref name="x"/> and <paramref name="y"/> are equal, else <paramref name="b"/>.</summary>
    static abstract TVector WhereEqual(TVector x, TVector y, TVector a, TVector b);

    /// <summary><paramref name="a"/> in the lanes where <paramref name="x"/> is below zero, else <paramref name="b"/>.</summary>
    static abstract TVector WhereNegative(TVector x, TVector a, TVector b);

    /// <summary>A bit a lane, the first lane lowest: whether it is below zero.</summary>
    static abstract ulong Negative(TVector a);
}
