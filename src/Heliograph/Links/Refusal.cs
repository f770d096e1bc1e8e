namespace Heliograph.Links;

/// <summary>Why a datagram was not taken.</summary>
public enum Refusal
{
    /// <summary>It was taken.</summary>
    None,

    /// <summary>Shorter than a header.</summary>
    Truncated,

    /// <summary>Does not begin with the magic number: not of this protocol.</summary>
    NotAFrame,

    /// <summary>A version of the format that this program does not know.</summary>
    Version,

    /// <summary>The header's CRC does not match: bits of the header were damaged.</summary>
    HeaderDamaged,

    /// <summary>A header field has a value that the format does not allow.</summary>
    Malformed,

    /// <summary>More symbols or pixels than this receiver takes.</summary>
    TooLarge,

    /// <summary>The payload is shorter or longer than the header says.</summary>
    Length,

    /// <summary>The device is not one of those allowed.</summary>
    UnknownDevice,

    /// <summary>Of a pair that the receiver does not have.</summary>
    UnknownPair,

    /// <summary>Of another B than its pair's.</summary>
    WrongLength,

    /// <summary>The device has a key, and the MAC is missing or not made with it.</summary>
    Unauthenticated,

    /// <summary>This part of a frame in assembly was there already.</summary>
    Duplicate,

    /// <summary>The frame was handed over already, or is older than the replay window.</summary>
    Replayed,

    /// <summary>Of another stream of the device, and not newer than the stream that is running.</summary>
    OldStream,

    /// <summary>Contradicts the datagrams of the same frame that came before it.</summary>
    Inconsistent,
}
