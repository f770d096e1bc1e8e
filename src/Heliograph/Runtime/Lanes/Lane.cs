namespace Heliograph.Runtime.Lanes;

/// <summary>One float: the portable path.</summary>
readonly unsafe struct Lane : ILanes<float>
{
    public static int Count => 1;

    public static float Load(float* from) => *from;

    public static void Store(float value, float* to) => *to = value;

    public static float All(float value) => value;

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Divide(float a, float b) => a / b;

    public static float MultiplyAdd(float a, float b, float c) => float.MultiplyAddEstimate(a, b, c);

    public static float Max(float a, float b) => a > b ? a : b;

    public static float Min(float a, float b) => a < b ? a : b;

    public static float SquareRoot(float a) => MathF.Sqrt(a);

    public static float WhereNegative(float x, float a, float b) => x < 0 ? a : b;

    public static void Prefetch(float* address)
    {
    }
}
