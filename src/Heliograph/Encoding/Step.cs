namespace Heliograph.Encoding;

/// <summary>One piece of an encoder's work; its buffers and packed weights are bound when it is made.</summary>
abstract class Step
{
    public abstract void Run();
}
