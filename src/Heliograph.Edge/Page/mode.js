// The mode of a frame of an elastic pair, in words.

import { count, plural } from "./format.js";

/** How many of the symbols were sent, how many of them after the edge had asked, and how wide the device half is; nothing for a pair with one mode. */
export function sayMode(mode) {
  if (!mode)
    return "";
  const more = mode.known > 0 ? ` (${count(mode.symbols - mode.known)} more on request)` : "";
  const width = mode.width > 0 ? `, ${mode.width} % of the filters removed` : "";
  return `${count(mode.symbols)} of ${plural(mode.most, "symbol")}${more}${width}`;
}
