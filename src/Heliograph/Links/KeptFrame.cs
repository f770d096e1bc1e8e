namespace Heliograph.Links;

/// <summary>A frame that was delivered and about which its device has asked: more symbols of it may follow.</summary>
/// <param name="Device">Its device.</param>
/// <param name="Frame">What was delivered.</param>
/// <param name="Since">When.</param>
sealed record KeptFrame(DeviceState Device, Frame Frame, TimeSpan Since);
