// The digital rival of a demonstration: the same picture as a file over a digital link, at the same SNR.

import { bytes, count, decibels, percent, plural } from "./format.js";

const STRIP = 40, NAMES = { png: "PNG", jpeg: "JPEG, quality 75", webp: "WebP, quality 10" }, PLANS = [0, 5, 10, 15, 20], ADAPTS = "adapts";

const $ = id => document.getElementById(id);
let outcomes = [], shown = null;

for (const id of ["rival-format", "rival-planned"]) {
  $(id).addEventListener("change", () => {
    // Another link: what the last one did says nothing of it.
    outcomes = [];
  });
}

/** Offers what there is, once. */
export function offerRivals({ formats, plannedDb }) {
  if ($("rival-format").options.length > 0)
    return;
  $("rival-format").append(...formats.map(format => new Option(NAMES[format] ?? format, format)));
  const nearest = PLANS.reduce((best, db) => Math.abs(db - plannedDb) < Math.abs(best - plannedDb) ? db : best);
  $("rival-planned").append(...PLANS.map(db => new Option(decibels(db, 0), db, false, db === nearest)), new Option("any SNR, which it knows", ADAPTS));
}

/** What is asked for. */
export const rivalChoice = () => ({ format: $("rival-format").value || "png", planned: $("rival-planned").value || ADAPTS });

/** Counts what became of a file. */
export function countRival(story) {
  outcomes = [...outcomes.slice(1 - STRIP), story.rival.arrived !== null];
}

/** Shows what became of the file of a frame. */
export async function showRival(story, demo) {
  const { rival } = story, arrived = rival.arrived !== null, times = rival.symbols / demo.symbols;
  $("rival-verdict").dataset.right = arrived ? "yes" : "no";
  $("rival-verdict").textContent = !arrived ? "✗ lost: nothing can be shown" : rival.isLossless ? "✓ arrived, every pixel" : "✓ arrived";
  $("rival-cost").textContent = `${bytes(rival.bytes)} in ${count(rival.symbols)} symbols: ${times < 10 ? times.toFixed(1) : count(Math.round(times))} times the pair's`;
  $("rival-mode").textContent = `${rival.modulation.toUpperCase()}, LDPC code of rate ${rival.rate}`;
  $("rival-same").textContent = sameSymbols(rival, demo);
  $("rival-recent").textContent = `${outcomes.filter(Boolean).length} of ${outcomes.length} arrived`;
  showStrip($("rival-strip"), outcomes, STRIP);
  await showPicture(rival);
}

/** Whether the same number of symbols would do. */
function sameSymbols({ bytes: size, symbols }, demo) {
  const own = plural(demo.symbols, "symbol");
  if (symbols <= demo.symbols)
    return `It fits into the pair's ${own}.`;
  if (demo.carries < 0)
    return `The pair's ${own} do not even carry an empty file over this link, so the file takes as many as it needs.`;
  return `The pair's ${own} carry at most ${bytes(demo.carries)} over this link, at any SNR, so the file takes as many as it needs.`;
}

/** The accuracy of the backbone where the file arrives: of pictures that come back as they were. In percent, over SNR. */
export function rivalCurve(story, backboneTop1) {
  const { arrives = [], isLossless } = story?.rival ?? {};
  return backboneTop1 == null ? [] : arrives.map(({ snrDb, share }) => ({ snrDb, top1: share * backboneTop1, isLossless }));
}

export const rivalName = story => `${rivalChoice().format.toUpperCase()} and backbone${story.rival.isLossless ? "" : ", at most"}`;

/** In words, at an SNR; empty if it is not known. */
export function rivalAt(story, db) {
  const point = story?.rival.arrives.reduce((best, at) => Math.abs(at.snrDb - db) < Math.abs(best.snrDb - db) ? at : best, story.rival.arrives[0]);
  return point ? `${percent(point.share, 0)} of such files arrive` : "";
}

/** Marks for the last answers or files. */
export function showStrip(strip, outcomes, most) {
  while (strip.children.length < most)
    strip.append(document.createElement("i"));
  [...strip.children].forEach((mark, i) => {
    const outcome = outcomes[i - (most - outcomes.length)];
    mark.className = outcome === undefined ? "" : outcome ? "yes" : "no";
  });
}

async function showPicture({ arrived, mediaType }) {
  const canvas = $("rival-picture"), wanted = shown = {};
  canvas.setAttribute("aria-label", arrived ? "The picture as it arrived over the digital link" : "Nothing arrived over the digital link");
  if (arrived === null) {
    canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    canvas.dataset.lost = "";
    return;
  }
  const file = Uint8Array.from(atob(arrived), letter => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([file], { type: mediaType })).catch(() => null);
  if (picture === null || wanted !== shown)
    return;
  if (canvas.width !== picture.width || canvas.height !== picture.height)
    Object.assign(canvas, { width: picture.width, height: picture.height });
  delete canvas.dataset.lost;
  canvas.getContext("2d").drawImage(picture, 0, 0);
}
