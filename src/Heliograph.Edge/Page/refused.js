// Frames that came and were not taken, in words.

import { count, plural } from "./format.js";

const WHY = {
  "unknown-pair": "of a pair that is not served here",
  "wrong-length": "of another number of symbols than their pair's",
  "not-finite": "with symbols that are no numbers",
  "queue-full": "for want of room",
  "rate": "of devices that send more often than they may",
  "failed": "that could not be computed",
  "stopping": "while the server was stopping",
  "message": "in messages that are no whole samples",
  "Truncated": "cut off",
  "NotAFrame": "that are no frames",
  "Version": "of another version of the format",
  "HeaderDamaged": "damaged on the way",
  "Malformed": "with a value that the format does not allow",
  "TooLarge": "with more symbols or pixels than are taken here",
  "Length": "shorter or longer than they say",
  "UnknownDevice": "of devices that may not send",
  "OldStream": "of an earlier start of their sender",
  "Replayed": "that had come before",
  "Inconsistent": "that contradict others of their frame",
  "Unauthenticated": "without the MAC of their device's key",
};

/** Datagrams that became no part of a frame, by reason. That one comes twice is no fault of anybody. */
export function refusedDatagrams(status) {
  const { Duplicate, ...others } = status?.refusedDatagrams ?? {};
  return others;
}

/** How many frames, or datagrams of them, were refused so far, and why. */
export function refusedFrames(status) {
  const reasons = Object.entries({ ...status?.refusedFrames, ...refusedDatagrams(status) }).sort(([, a], [, b]) => b - a);
  return {
    total: reasons.reduce((sum, [, n]) => sum + n, 0),
    words: reasons.map(([reason, n]) => `${count(n)} ${WHY[reason] ?? `(${reason})`}`).join(", "),
  };
}

/** A sentence in the place of "none has arrived". */
export function sayRefused({ total, words }) {
  return `${total === 1 ? "A frame was" : `${plural(total, "frame")} were`} refused on arrival: ${words}.`;
}
