// Accuracy over SNR: as measured when the pair was exported, as seen here, and the channel's SNR now.

import { decibels, percent, plural, signed, wilson, NONE } from "./format.js";

const LEFT = 34, RIGHT = 390, TOP = 26, BOTTOM = 220;

// Limits for data from outside: no axis reaches further, and no curve has more points.
const MOST_DB = 100, MOST_POINTS = 500, MOST_TICKS = 10, STEPS = [4, 10, 20, 50];

/** The measured points of a pair that are drawn. */
export const plotted = points => (points ?? []).filter(({ snrDb }) => Math.abs(snrDb) <= MOST_DB).slice(0, MOST_POINTS);

/** Answers seen here by SNR, to half a decibel. */
export class Tally {
  #bins = new Map();

  constructor(bins = []) {
    bins.forEach(bin => this.#bins.set(bin.db, bin));
  }

  add(db, right) {
    if (!(Math.abs(db) <= MOST_DB))
      return;
    const key = Math.round(2 * db) / 2, bin = this.#bins.get(key) ?? { db: key, right: 0, of: 0 };
    bin.of++;
    bin.right += right ? 1 : 0;
    this.#bins.set(key, bin);
  }

  /** Takes back an answer that was added. */
  remove(db, right) {
    const bin = this.at(db);
    if (!bin)
      return;
    bin.of--;
    bin.right -= right ? 1 : 0;
    if (bin.of === 0)
      this.#bins.delete(bin.db);
  }

  at(db) {
    return this.#bins.get(Math.round(2 * db) / 2);
  }

  get bins() {
    return [...this.#bins.values()].sort((a, b) => a.db - b.db);
  }
}

/** Draws into an SVG element. */
export function drawCurve(svg, known, tally, now, rival = []) {
  const bins = tally.bins, all = [...known.map(point => point.snrDb), ...bins.map(bin => bin.db), -6, 20];
  const low = Math.max(-MOST_DB, Math.min(...all)), high = Math.min(MOST_DB, Math.max(...all));
  const x = db => LEFT + (RIGHT - LEFT) * (Math.min(Math.max(db, low), high) - low) / (high - low);
  const y = fraction => BOTTOM - (BOTTOM - TOP) * fraction;
  const parts = [];
  const add = (name, attributes, text) => parts.push(element(name, attributes, text));

  for (const level of [0, .25, .5, .75, 1]) {
    add("path", { class: "grid", d: `M${LEFT} ${y(level)}H${RIGHT}` });
    add("text", { x: LEFT - 6, y: y(level) + 4, "text-anchor": "end" }, String(100 * level));
  }
  const step = STEPS.find(step => (high - low) / step <= MOST_TICKS);
  for (let i = Math.ceil(low / step); i <= Math.floor(high / step); i++)
    add("text", { x: x(i * step), y: BOTTOM + 16, "text-anchor": "middle" }, signed(i * step));
  add("text", { x: 2, y: 12 }, "right (%)");
  add("text", { x: RIGHT + 8, y: BOTTOM + 32, "text-anchor": "end" }, "SNR (dB)");

  if (now) {
    const from = x(now.low ?? now.db), to = now.low === null && now.high === null ? from : x(now.high ?? high);
    add("rect", { class: "now-band", x: from, y: TOP, width: Math.max(0, to - from), height: BOTTOM - TOP });
    add("path", { class: "now-line", d: `M${x(now.db)} ${TOP}V${BOTTOM}` });
  }
  if (rival.length > 0)
    add("path", { class: "rival-line", d: "M" + rival.filter(({ snrDb }) => snrDb >= low && snrDb <= high).map(point => `${x(point.snrDb)} ${y(point.top1 / 100)}`).join("L") });
  if (known.length > 0)
    add("path", { class: "known-line", d: "M" + known.map(point => `${x(point.snrDb)} ${y(point.top1 / 100)}`).join("L") });
  for (const { snrDb, top1, ci95 } of known) {
    if (ci95)
      add("path", { class: "known-bar", d: `M${x(snrDb)} ${y((top1 - ci95) / 100)}V${y((top1 + ci95) / 100)}` });
    add("circle", { class: "known-point", cx: x(snrDb), cy: y(top1 / 100), r: 3 });
  }
  for (const { db, right, of } of bins) {
    const [from, to] = wilson(right, of);
    add("path", { class: "live-bar", d: `M${x(db)} ${y(from)}V${y(to)}` });
    add("circle", { class: "live-point", cx: x(db), cy: y(right / of), r: 3.5 });
  }
  svg.replaceChildren(...parts);
}

/** Says in words what the curve shows at the current SNR. */
export function describe(known, tally, now, rival = "") {
  if (!now)
    return "";
  const top1 = expected(known, now.db), bin = tally.at(now.db);
  const words = [];
  if (top1 !== null)
    words.push(`${percent(top1 / 100)} right on the test set`);
  if (bin)
    words.push(`${percent(bin.right / bin.of)} of ${plural(bin.of, "frame")} seen here`);
  if (rival)
    words.push(rival);
  return words.length ? `At ${decibels(now.db)}: ${words.join(", ")}.` : "";
}

/** The same values as rows of a table. */
export function fillTable(body, known, tally) {
  const rows = new Map();
  const row = db => rows.get(db) ?? rows.set(db, [signed(db), NONE, NONE, NONE]).get(db);
  for (const { snrDb, top1 } of known)
    row(snrDb)[1] = top1.toFixed(1);
  for (const { db, right, of } of tally.bins)
    row(db).splice(2, 2, (100 * right / of).toFixed(1), String(of));
  body.replaceChildren(...[...rows].sort(([a], [b]) => a - b).map(([, cells]) => {
    const line = document.createElement("tr");
    line.append(...cells.map(text => Object.assign(document.createElement("td"), { textContent: text })));
    return line;
  }));
}

/** Interpolates linearly between the measured points; null outside them. */
function expected(known, db) {
  const next = known.findIndex(point => point.snrDb >= db);
  if (next < 0)
    return null;
  const b = known[next];
  if (b.snrDb === db)
    return b.top1;
  if (next === 0)
    return null;
  const a = known[next - 1];
  return a.top1 + (b.top1 - a.top1) * (db - a.snrDb) / (b.snrDb - a.snrDb);
}

function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes))
    made.setAttribute(key, value);
  if (text !== undefined)
    made.textContent = text;
  return made;
}
