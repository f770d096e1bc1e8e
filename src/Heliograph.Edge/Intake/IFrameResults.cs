namespace Heliograph.Edge.Intake;

/// <summary>Where computed frames go.</summary>
interface IFrameResults
{
    /// <summary>A frame is about to be accepted, or, with −1, was not.</summary>
    void Expect(int frames = 1);

    /// <summary>Receives a frame whose logits were computed, or could not be. Called on the batcher's thread: must not block.</summary>
    void Done(FrameWork work, Exception? failure);
}
