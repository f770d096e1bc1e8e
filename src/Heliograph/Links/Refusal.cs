namespace Heliograph.Links;

/// <summary>Why a datagram was refused.</summary>
public enum Refusal
{
    /// <summary>It was accepted.</summary>
    None,

    /// <summary>Shorter than a header.</summary>
    Truncated,

    /// <summary>Does not begin with the magic number: another protocol.</summary>
    NotAFrame,

    /// <summary>A version of the format that this program does not know.</summary>
    Version,

    /// <summary>The header's CRC does not match: bits of the header were damaged.</summary>
    HeaderDamaged,

    /// <summary>A header field has a value that the format does not allow.</summary>
    Malformed,

    /// <summary>More symbols or pixels than this receiver accepts.</summary>
    TooLarge,

    /// <summary>The payload is shorter or longer than the header says.</summary>
    Length,

    /// <summary>The device is not one of those allowed.</summary>
    UnknownDevice,

    /// <summary>The receiver does not have the pair.</summary>
    UnknownPair,

    /// <summary>B is not that of the pair.</summary>
    WrongLength,

    /// <summary>The device has a key, and the MAC is missing or not made with it.</summary>
    Unauthenticated,

    /// <summary>This part of a frame in assembly had already arrived.</summary>
    Duplicate,

    /// <summary>The frame was already delivered, or is older than the replay window.</summary>
    Replayed,

    /// <summary>Belongs to another stream of the device that is not newer than the current one.</summary>
    OldStream,

    /// <summary>Contradicts earlier datagrams of the same frame.</summary>
    Inconsistent,

    /// <summary>Adds symbols to a frame that is not kept, or not with as many symbols: it never arrived, was not asked about, or has been forgotten.</summary>
    NothingToRefine,

    /// <summary>The pair does not have this mode: its width with this number of symbols.</summary>
    UnknownMode,
}
