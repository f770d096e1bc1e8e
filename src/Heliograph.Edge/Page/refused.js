// Frames that arrived and were refused, in words.

import { count, plural } from "./format.js";

const WHY = {
  "unknown-pair": "of a pair that is not served here",
  "wrong-length": "with the wrong number of symbols for their pair",
  "unknown-mode": "of a mode that their pair does not have",
  "not-finite": "with symbols that are not numbers",
  "queue-full": "because the queue was full",
  "rate": "from devices that send more often than they may",
  "failed": "that could not be computed",
  "stopping": "while the server was stopping",
  "message": "in messages without a whole number of samples",
  "Truncated": "cut off",
  "NotAFrame": "that are not frames",
  "Version": "of another version of the format",
  "HeaderDamaged": "damaged on the way",
  "Malformed": "with a value that the format does not allow",
  "TooLarge": "with more symbols or pixels than are accepted here",
  "Length": "shorter or longer than declared",
  "UnknownDevice": "from devices that may not send",
  "OldStream": "from an earlier start of their sender",
  "Replayed": "that had already arrived",
  "Inconsistent": "that contradict others in their frame",
  "NothingToRefine": "that add symbols to frames that are not kept",
  "Unauthenticated": "without the MAC of their device's key",
};

/** Datagrams that did not become part of a frame, by reason. Duplicates are nobody's fault. */
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

/** A sentence instead of "none has arrived". */
export function sayRefused({ total, words }) {
  return `${total === 1 ? "A frame was" : `${plural(total, "frame")} were`} refused on arrival: ${words}.`;
}
