// Puts the last results on the page. Whatever comes from the network is written as text, never as markup.

import { drawBars } from "./bars.js";
import { Constellation } from "./constellation.js";
import { Tally, describe, drawCurve, fillTable, plotted } from "./curve.js";
import "./draw.js";
import { listen, readDemo, readStory, watchStatus } from "./feed.js";
import { NONE, bytes, count, decibels, interval, milliseconds, percent, plural } from "./format.js";
import { keepWhenLeaving, recall } from "./history.js";
import { sayMode } from "./mode.js";
import { nearestItems, sayShare, share } from "./nearest.js";
import { followOwn } from "./own.js";
import { refusedDatagrams, refusedFrames, sayRefused } from "./refused.js";
import { countRival, offerRivals, rivalAt, rivalChoice, rivalCurve, rivalName, showRival, showStrip } from "./rival.js";
import { followSlider, isHeld, setSnr } from "./slider.js";
import { explainTerms } from "./terms.js";
import { prepareTour } from "./tour.js";

const REDRAW_MS = 100, SILENT_MS = 5000, STRIP = 40, MOST_DEVICES = 256;

const $ = id => document.getElementById(id);
const constellation = new Constellation($("constellation"));
const devices = new Map(), recalled = recall();
// Null: not known yet whether the server can be reached.
let chosen = null, status = null, streaming = null, answering = null, paused = false;
// Whether a device has been picked since the page was opened.
let picked = false;
let refused = refusedFrames(null), refusedAt = -Infinity;
// The state of a demonstration, null elsewhere; the result on the page, in a demonstration with what became of its image; the next one.
let demo = null, shown = null, newest = null, isShowing = false, rivalOf = null;

keepWhenLeaving(devices, () => chosen);
explainTerms();
prepareTour(facts, setSnr);

// What arrives ------------------------------------------------------------------------------------

listen(onResult, open => {
  streaming = open;
  showLink();
});

watchStatus(answer => {
  answering = answer !== null;
  if (answering) {
    status = answer;
    status.devices.forEach(({ device }) => know(device));
    const now = refusedFrames(status);
    if (now.total > refused.total)
      refusedAt = performance.now();
    refused = now;
    followDemo();
    showStream(status.samples?.warning ?? "");
  }
  showLink();
  redraw();
});

async function followDemo() {
  const state = status.demo ? await readDemo().catch(() => demo) : null;
  demo = state;
  followSlider(demo);
  reveal("tour-open", demo !== null);
  if (demo === null)
    return;
  followOwn(demo);
  offerRivals(demo);
}

function know(id) {
  if (!devices.has(id) && devices.size < MOST_DEVICES) {
    devices.set(id, { id, last: null, at: -Infinity, pairId: null, recent: [], sure: [], tally: new Tally(), times: [], ...recalled.seen.get(id) });
    if (chosen === null || (id === recalled.chosen && !picked)) {
      chosen = devices.get(id);
      constellation.clear();
      if (chosen.last)
        constellation.add(chosen.last.constellation);
    }
    listDevices();
  }
  return devices.get(id);
}

function onResult(result) {
  const device = know(result.device);
  if (!device)
    return;
  if (device.pairId !== result.pairId)
    Object.assign(device, { pairId: result.pairId, recent: [], sure: [], tally: new Tally() });
  // Symbols that were added to a frame change its answer: the one before does not count.
  const again = result.mode?.known > 0 && device.last?.seq === result.seq && device.last?.stream === result.stream ? device.last : null;
  device.last = result;
  device.at = performance.now();
  device.times = [...device.times.slice(-19), device.at];
  if (result.label !== null) {
    const right = result.top[0].class === result.label;
    if (again && again.label !== null) {
      device.recent = device.recent.slice(0, -1);
      if (again.snrDb !== null)
        device.tally.remove(again.snrDb, again.top[0].class === again.label);
    }
    device.recent = [...device.recent.slice(1 - STRIP), right];
    // A cosine foretells nothing.
    if (result.top[0].probability !== undefined)
      device.sure = [...device.sure.slice(1 - STRIP), result.top[0].probability];
    if (result.snrDb !== null)
      device.tally.add(result.snrDb, right);
  }
  if (device === chosen && !paused) {
    newest = result;
    showNewest();
  } else {
    redraw();
  }
}

/** Puts the newest result on the page: in a demonstration when the server has said what became of its image, one question at a time. */
async function showNewest() {
  if (isShowing)
    return;
  isShowing = true;
  while (newest !== null) {
    const result = newest;
    newest = null;
    const story = result.device === demo?.device ? await readStory(result.seq, rivalChoice()).catch(() => null) : null;
    if (result.device !== chosen?.id || paused)
      continue;
    shown = { result, story };
    constellation.add(result.constellation, story?.sent.slice(0, result.constellation.length));
    redraw();
    if (story === null)
      continue;
    countRival(story);
    await new Promise(resolve => setTimeout(resolve, REDRAW_MS));
  }
  isShowing = false;
}

// What is shown -----------------------------------------------------------------------------------

let drawnAt = 0, waiting = false;

/** Draws soon, but not more often than anyone can read. */
function redraw() {
  if (waiting || paused)
    return;
  waiting = true;
  setTimeout(() => requestAnimationFrame(() => {
    waiting = false;
    drawnAt = performance.now();
    if (!paused)
      draw();
  }), Math.max(0, REDRAW_MS - (performance.now() - drawnAt)));
}

function draw() {
  const { result = chosen?.last ?? null, story = null } = shown?.result.device === chosen?.id ? shown ?? {} : {};
  const known = status?.devices.find(({ device }) => device === chosen?.id) ?? null;
  const pair = status?.pairs.find(({ id, name }) => id === result?.pairId || name === known?.pair) ?? null;
  reveal("device-choice", devices.size > 1);
  reveal("nothing", result === null);
  reveal("latest", result !== null);
  showRefused(result, known);
  showPair(pair);
  reveal("sender", result !== null);
  reveal("rival", story !== null);
  if (result)
    showAnswer(result);
  showSent(story);
  // With the picture, never before it; once, since it is decoded.
  if (story !== null && story !== rivalOf) {
    rivalOf = story;
    showRival(story, demo);
  }
  showChannel(result ?? known, pair, story);
  constellation.draw();
  showNumbers(result, known);
}

/** Shows a part of the page or hides it, but not under a pointer that holds the slider. */
function reveal(id, visible) {
  if (!isHeld())
    $(id).hidden = !visible;
}

/** Why there is no result: none arrived, none since the page was opened, or none was accepted. */
function showRefused(result, known) {
  reveal("refused-frames", result === null && refused.total > 0);
  reveal("nothing-yet", refused.total === 0);
  $("refused-frames").textContent = refused.total > 0 ? sayRefused(refused) : "";
  $("nothing-yet").textContent = known ? `No frame of ${known.device} has arrived since this page was opened.` : "No frame has arrived yet.";
}

function showLink() {
  if (streaming === null || answering === null)
    return;
  const silent = [...devices.values()].every(device => performance.now() - device.at > SILENT_MS);
  const [state, words] = !streaming || !answering ? ["disconnected", "disconnected, trying again"]
    : paused ? ["paused", "paused"]
    : silent && performance.now() - refusedAt < SILENT_MS ? ["refused", "connected, frames refused"]
    : silent ? ["waiting", "connected, no frames"] : ["live", "live"];
  // Screen readers say what is written here, so it is written only when it changes.
  if ($("link").textContent !== words)
    [$("link").dataset.state, $("link").textContent] = [state, words];
}

/** What is wrong with a stream of samples from a radio. */
function showStream(warning) {
  reveal("stream", warning !== "");
  if ($("stream").textContent !== warning)
    $("stream").textContent = warning;
}

function showPair(pair) {
  $("version").textContent = status?.version ?? "";
  $("pair").textContent = !pair ? "" : `${pair.name}: split at ${pair.split}, ${plural(pair.symbols, "symbol")}, ${plural(pair.classes.length, "class", "classes")}${pair.gallery ? `, a gallery of ${plural(pair.gallery.images, "image")}` : ""}`;
  const missing = status?.notServed ?? [];
  reveal("not-served", missing.length > 0);
  $("not-served").textContent = missing.map(({ folder, problem }) => `${folder} is not served: ${problem}`).join("; ");
}

function showAnswer(result) {
  const { top, label, thumbnail, neighbours = null } = result;
  $("answer").textContent = top[0].class;
  const right = label === null ? "" : top[0].class === label ? "yes" : "no";
  $("truth").dataset.right = right;
  $("truth").textContent = right === "" ? "" : right === "yes" ? "✓ right" : `✗ it is ${label}`;
  $("frame").textContent = [`frame ${count(result.seq)} over ${result.via}, device ${result.device}`, sayMode(result.mode)].filter(Boolean).join(": ");
  showPicture(thumbnail);
  drawBars($("received-bars"), result.constellation);
  $("sure-of").textContent = sayShare(top[0], 0);
  reveal("sure-what", neighbours === null);
  reveal("near-what", neighbours !== null);
  reveal("nearest-box", neighbours !== null);
  $("top-title").textContent = neighbours === null ? "Five most probable" : "Classes of the nearest images";
  $("nearest").replaceChildren(...nearestItems(neighbours ?? []));
  $("calibrated").textContent = result.temperature == null ? "(not calibrated)" : "(calibrated)";
  const list = $("top");
  while (list.children.length < top.length)
    list.append(newAnswer());
  while (list.children.length > top.length)
    list.lastChild.remove();
  top.forEach((answer, i) => {
    const [bar, name, said] = list.children[i].children;
    list.children[i].classList.toggle("true", answer.class === label);
    bar.style.width = percent(share(answer)).replace(" ", "");
    name.textContent = name.title = answer.class;
    said.textContent = sayShare(answer);
  });
  const recent = chosen.recent;
  reveal("history", recent.length > 0);
  $("recent").textContent = `${recent.filter(Boolean).length} of ${recent.length} right`;
  $("foretold").textContent = chosen.sure.length === recent.length ? `(${chosen.sure.reduce((sum, sure) => sum + sure, 0).toFixed(0)} expected)` : "";
  showStrip($("strip"), recent, STRIP);
}

/** What a demonstration's device made of the picture. */
function showSent(story) {
  for (const id of ["effort", "sent"])
    reveal(id, story !== null);
  if (story === null)
    return;
  $("sends-count").textContent = plural(demo.symbols, "number");
  $("png-size").textContent = bytes(story.pngBytes);
  $("macs").textContent = count(demo.deviceMacs);
  drawBars($("sent-bars"), story.sent);
  const received = shown.result.constellation, pairs = story.sent.slice(0, received.length);
  const power = pairs.reduce((sum, value, i) => sum + (received[i] - value) ** 2, 0) / pairs.length;
  $("caption").textContent = "Ring: sent; dot: received; line: the error between them.";
  $("error-power").textContent = `Its power in this frame is ${power.toFixed(2)}, where the signal has 1.`;
}

/** For the tour. */
function facts() {
  const story = shown?.story;
  return {
    symbols: demo.symbols,
    png: story ? bytes(story.pngBytes) : null,
    times: story ? count(Number((story.rival.symbols / demo.symbols).toPrecision(2))) : "many",
    cliffDb: story?.rival.arrives.find(({ share }) => share >= .5)?.snrDb ?? null,
  };
}

function newAnswer() {
  const item = document.createElement("li");
  item.append(...["bar", "name", "share"].map(name => Object.assign(document.createElement("span"), { className: name })));
  item.firstChild.setAttribute("aria-hidden", "true");
  return item;
}

function showPicture(thumbnail) {
  const canvas = $("picture");
  reveal("picture", Boolean(thumbnail));
  if (!thumbnail)
    return;
  const { width, height } = thumbnail, rgb = Uint8Array.from(atob(thumbnail.rgb), letter => letter.charCodeAt(0));
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++)
    image.data.set([rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2], 255], 4 * i);
  if (canvas.width !== width || canvas.height !== height)
    Object.assign(canvas, { width, height });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** The SNR of a result or a device of the status. */
function showChannel(from, pair, story) {
  const { source, measuredDb = null, lowDb = null, highDb = null, frames = 0 } = from?.snr ?? {};
  const db = from?.snrDb ?? null, sent = source === "sender";
  $("snr").textContent = db !== null ? decibels(db) : frames > 1 ? "no noise" : NONE;
  $("snr-source").textContent = !from ? "" : sent ? "reported by the sender, which adds the noise" : "measured: received power less 1";
  const range = [interval(lowDb, highDb), plural(frames, "frame")].filter(Boolean).join(", ");
  $("measured").textContent = frames < 2 ? (from ? "measured: needs two frames" : "")
    : sent ? `measured: ${measuredDb !== null ? decibels(measuredDb) : "no noise found"} (${range})` : range;

  const known = plotted(pair?.accuracy?.points), tally = chosen?.tally ?? new Tally();
  reveal("accuracy", known.length > 0 || tally.bins.length > 0);
  const now = db === null ? null : { db, low: lowDb, high: highDb };
  $("legend-known").hidden = known.length === 0;
  $("legend-seen").hidden = tally.bins.length === 0;
  $("legend-now").hidden = now === null;
  const rival = rivalCurve(story, pair?.accuracy?.backboneTop1);
  reveal("legend-rival", rival.length > 0);
  $("legend-rival-text").textContent = rival.length > 0 ? rivalName(story) : "";
  drawCurve($("curve"), known, tally, now, rival);
  $("expected").textContent = describe(known, tally, now, now && story ? rivalAt(story, now.db) : "");
  fillTable($("points"), known, tally);
}

function showNumbers(result, known) {
  const counts = result ?? known, times = chosen?.times ?? [];
  const { frames = 0, lost = 0, labelled = 0, correct = 0 } = counts ?? {};
  $("frames").textContent = counts ? count(frames) : NONE;
  $("right").textContent = labelled ? percent(correct / labelled) : NONE;
  $("right-of").textContent = labelled ? `of ${count(labelled)} labelled` : counts ? "no labels" : "";
  $("lost").textContent = counts ? count(lost) : NONE;
  $("lost-share").textContent = lost ? percent(lost / (lost + frames)) : "";
  const seconds = (times.at(-1) - times[0]) / 1000;
  $("rate").textContent = times.length > 1 && performance.now() - times.at(-1) < SILENT_MS ? `${((times.length - 1) / seconds).toFixed(1)} a second` : "";
  const latency = known?.latency;
  $("erased").textContent = known ? count(known.erased) : NONE;
  $("erased-share").textContent = known?.erased ? `${percent(known.erased / (known.erased + known.symbols), 2)} of all` : "";
  const { symbolsSent = 0, symbolsSaved = null } = result ?? {};
  reveal("saved-box", symbolsSaved !== null);
  $("saved").textContent = symbolsSaved === null ? NONE : count(symbolsSaved);
  $("saved-share").textContent = symbolsSaved ? `${percent(symbolsSaved / (symbolsSaved + symbolsSent))} of all` : "";
  $("p50").textContent = latency ? milliseconds(latency.p50) : NONE;
  $("p99").textContent = latency ? `median; 90 %: ${milliseconds(latency.p90)}, 99 %: ${milliseconds(latency.p99)}` : "";
  if (status) {
    const reasons = Object.entries({ ...status.refused, ...refusedDatagrams(status) });
    $("refused").textContent = count(reasons.reduce((sum, [, n]) => sum + n, 0));
    const queue = `queue: ${count(status.queue.length)} of ${count(status.queue.capacity)}`;
    $("refused-why").textContent = reasons.map(([reason, n]) => `${reason}: ${count(n)}`).join(", ") || queue;
  }
}

// What can be done --------------------------------------------------------------------------------

function listDevices() {
  $("device").replaceChildren(...[...devices.keys()].map(id => new Option(id, id, false, id === chosen?.id)));
}

$("device").addEventListener("change", () => {
  picked = true;
  chosen = devices.get($("device").value);
  constellation.clear();
  shown = null;
  if (chosen.last)
    constellation.add(chosen.last.constellation);
  // Also while the page is paused.
  draw();
});

$("pause").addEventListener("click", () => {
  paused = !paused;
  $("pause").textContent = paused ? "Resume" : "Pause";
  showLink();
  redraw();
});

// A paused page keeps what it shows, in the new size and colours.
const repaint = () => paused ? constellation.draw() : redraw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
addEventListener("resize", repaint);
redraw();
