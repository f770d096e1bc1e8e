namespace Heliograph.Experiments;

/// <summary>How bits are sent over the channel.</summary>
public enum DigitalLinkName
{
    /// <summary>At the channel's capacity, without loss, as the paper does.</summary>
    Capacity,

    /// <summary>In blocks of IEEE 802.11's LDPC codes and modulations; an image with a block that cannot be decoded is lost (docs/digital-link.md).</summary>
    Ldpc,
}
