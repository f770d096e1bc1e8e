// What was seen of each device outlives a reload of the page in its tab.

import { Tally } from "./curve.js";

const KEY = "heliograph.1";

/** What was kept: the device that was looked at, and by device what was seen of it. */
export function recall() {
  try {
    const { chosen, devices } = JSON.parse(sessionStorage.getItem(KEY));
    return { chosen, seen: new Map(devices.map(({ id, bins, ...seen }) => [id, { ...seen, tally: new Tally(bins) }])) };
  } catch {
    // Nothing was kept, or may be.
    return { chosen: null, seen: new Map() };
  }
}

/** Keeps it whenever the page may be about to go. The last result is kept of the device that is looked at alone: it may hold a picture. */
export function keepWhenLeaving(devices, chosen) {
  const keep = () => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({
        chosen: chosen()?.id ?? null,
        devices: [...devices.values()].map(({ id, pairId, recent, tally, last }) =>
          ({ id, pairId, recent, bins: tally.bins, last: devices.get(id) === chosen() ? last : null })),
      }));
    } catch {
      // No room, or not allowed: then it does not outlive the reload.
    }
  };
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.hidden && keep());
}
