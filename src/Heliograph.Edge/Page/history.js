// The history of each device survives a reload of the page in its tab.

import { Tally } from "./curve.js";

const KEY = "heliograph.1";

/** What was kept: the selected device, and the history of each device. */
export function recall() {
  try {
    const { chosen, devices } = JSON.parse(sessionStorage.getItem(KEY));
    return { chosen, seen: new Map(devices.map(({ id, bins, ...seen }) => [id, { ...seen, tally: new Tally(bins) }])) };
  } catch {
    // Nothing was kept, or storage is not allowed.
    return { chosen: null, seen: new Map() };
  }
}

/** Saves it whenever the page may be about to close. The last result is kept only for the selected device, since it may hold a picture. */
export function keepWhenLeaving(devices, chosen) {
  const keep = () => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify({
        chosen: chosen()?.id ?? null,
        devices: [...devices.values()].map(({ id, pairId, recent, sure, tally, last }) =>
          ({ id, pairId, recent, sure, bins: tally.bins, last: devices.get(id) === chosen() ? last : null })),
      }));
    } catch {
      // No room, or not allowed: then it does not survive the reload.
    }
  };
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.hidden && keep());
}
