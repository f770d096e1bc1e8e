// Puts the last results on the page. Whatever comes from the network is written as text, never as markup.

import { Constellation } from "./constellation.js";
import { Tally, describe, drawCurve, fillTable } from "./curve.js";
import { listen, readDemo, watchStatus, writeDemo } from "./feed.js";
import { NONE, count, decibels, interval, milliseconds, percent, plural } from "./format.js";
import { followDemo } from "./slider.js";

const REDRAW_MS = 100, SILENT_MS = 5000, STRIP = 40, MOST_DEVICES = 256;

const $ = id => document.getElementById(id);
const constellation = new Constellation($("constellation"));
const devices = new Map();
// Not known yet whether the server is there: null.
let chosen = null, status = null, streaming = null, answering = null, paused = false;

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
    followDemo(status.demo);
    showStream(status.samples?.warning ?? "");
  }
  showLink();
  redraw();
});

function know(id) {
  if (!devices.has(id) && devices.size < MOST_DEVICES) {
    devices.set(id, { id, last: null, at: -Infinity, pairId: null, recent: [], tally: new Tally(), times: [] });
    listDevices();
  }
  chosen ??= devices.get(id);
  return devices.get(id);
}

function onResult(result) {
  const device = know(result.device);
  if (!device)
    return;
  if (device.pairId !== result.pairId)
    Object.assign(device, { pairId: result.pairId, recent: [], tally: new Tally() });
  device.last = result;
  device.at = performance.now();
  device.times = [...device.times.slice(-19), device.at];
  if (result.label !== null) {
    const right = result.top[0].class === result.label;
    device.recent = [...device.recent.slice(1 - STRIP), right];
    if (result.snrDb !== null)
      device.tally.add(result.snrDb, right);
  }
  if (device === chosen && !paused)
    constellation.add(result.constellation);
  redraw();
}

// What is shown -----------------------------------------------------------------------------------

let drawnAt = 0, waiting = false;

/** Draws soon, and not more often than anybody can read. */
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
  const result = chosen?.last ?? null;
  const known = status?.devices.find(({ device }) => device === chosen?.id) ?? null;
  const pair = status?.pairs.find(({ id, name }) => id === result?.pairId || name === known?.pair) ?? null;
  $("nothing").hidden = result !== null;
  $("latest").hidden = result === null;
  showPair(pair);
  if (result)
    showAnswer(result);
  showChannel(result ?? known, pair);
  constellation.draw();
  showNumbers(result, known);
}

function showLink() {
  if (streaming === null || answering === null)
    return;
  const silent = [...devices.values()].every(device => performance.now() - device.at > SILENT_MS);
  const [state, words] = !streaming || !answering ? ["disconnected", "disconnected, trying again"]
    : silent ? ["waiting", "connected, no frames"] : ["live", "live"];
  // Screen readers say what is written here, so it is written only when it changes.
  if ($("link").textContent !== words)
    [$("link").dataset.state, $("link").textContent] = [state, words];
}

/** What is wrong with a stream of samples that comes from a radio. */
function showStream(warning) {
  $("stream").hidden = warning === "";
  if ($("stream").textContent !== warning)
    $("stream").textContent = warning;
}

function showPair(pair) {
  $("version").textContent = status?.version ?? "";
  if (pair)
    $("pair").textContent = `${pair.name}: split at ${pair.split}, ${plural(pair.symbols, "symbol")}, ${plural(pair.classes.length, "class", "classes")}`;
}

function showAnswer(result) {
  const { top, label, thumbnail } = result;
  $("answer").textContent = top[0].class;
  const right = label === null ? "" : top[0].class === label ? "yes" : "no";
  $("truth").dataset.right = right;
  $("truth").textContent = right === "" ? "" : right === "yes" ? "✓ right" : `✗ it is ${label}`;
  $("frame").textContent = `frame ${count(result.seq)} over ${result.via}, device ${result.device}`;
  showPicture(thumbnail);
  const list = $("top");
  while (list.children.length < top.length)
    list.append(newAnswer());
  while (list.children.length > top.length)
    list.lastChild.remove();
  top.forEach((answer, i) => {
    const [bar, name, share] = list.children[i].children;
    list.children[i].classList.toggle("true", answer.class === label);
    bar.style.width = percent(answer.probability).replace(" ", "");
    name.textContent = name.title = answer.class;
    share.textContent = percent(answer.probability);
  });
  const recent = chosen.recent;
  $("history").hidden = recent.length === 0;
  $("recent").textContent = `${recent.filter(Boolean).length} of ${recent.length} right`;
  const strip = $("strip");
  while (strip.children.length < STRIP)
    strip.append(document.createElement("i"));
  [...strip.children].forEach((mark, i) => {
    const answer = recent[i - (STRIP - recent.length)];
    mark.className = answer === undefined ? "" : answer ? "yes" : "no";
  });
}

function newAnswer() {
  const item = document.createElement("li");
  item.append(...["bar", "name", "share"].map(name => Object.assign(document.createElement("span"), { className: name })));
  item.firstChild.setAttribute("aria-hidden", "true");
  return item;
}

function showPicture(thumbnail) {
  const canvas = $("picture");
  canvas.hidden = !thumbnail;
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
function showChannel(from, pair) {
  const { source, measuredDb = null, lowDb = null, highDb = null, frames = 0 } = from?.snr ?? {};
  const db = from?.snrDb ?? null, sent = source === "sender";
  $("snr").textContent = db !== null ? decibels(db) : frames > 1 ? "no noise" : NONE;
  $("snr-source").textContent = !from ? "" : sent ? "reported by the sender, which adds the noise" : "measured: received power less 1";
  const range = [interval(lowDb, highDb), plural(frames, "frame")].filter(Boolean).join(", ");
  $("measured").textContent = frames < 2 ? (from ? "measured: needs two frames" : "")
    : sent ? `measured: ${measuredDb !== null ? decibels(measuredDb) : "no noise found"} (${range})` : range;

  const known = pair?.accuracy?.points ?? [], tally = chosen?.tally ?? new Tally();
  $("accuracy").hidden = known.length === 0 && tally.bins.length === 0;
  if ($("accuracy").hidden)
    return;
  const now = db === null ? null : { db, low: lowDb, high: highDb };
  $("legend-known").hidden = known.length === 0;
  drawCurve($("curve"), known, tally, now);
  $("expected").textContent = describe(known, tally, now);
  fillTable($("points"), known, tally);
}

function showNumbers(result, known) {
  const counts = result ?? known, times = chosen?.times ?? [];
  if (counts) {
    const { frames, lost, labelled, correct } = counts;
    $("frames").textContent = count(frames);
    $("right").textContent = labelled ? percent(correct / labelled) : NONE;
    $("right-of").textContent = labelled ? `of ${count(labelled)} labelled` : "no labels";
    $("lost").textContent = count(lost);
    $("lost-share").textContent = lost ? percent(lost / (lost + frames)) : "";
  }
  const seconds = (times.at(-1) - times[0]) / 1000;
  $("rate").textContent = times.length > 1 && performance.now() - times.at(-1) < SILENT_MS ? `${((times.length - 1) / seconds).toFixed(1)} a second` : "";
  if (known) {
    $("erased").textContent = count(known.erased);
    $("erased-share").textContent = known.erased ? `${percent(known.erased / (known.erased + known.symbols), 2)} of all` : "";
    if (known.latency) {
      $("p50").textContent = milliseconds(known.latency.p50);
      $("p99").textContent = `median; 90 %: ${milliseconds(known.latency.p90)}, 99 %: ${milliseconds(known.latency.p99)}`;
    }
  }
  if (status) {
    const reasons = Object.entries(status.refused);
    $("refused").textContent = count(reasons.reduce((sum, [, n]) => sum + n, 0));
    const queue = `queue: ${count(status.queue.length)} of ${count(status.queue.capacity)}`;
    $("refused-why").textContent = reasons.map(([reason, n]) => `${reason}: ${count(n)}`).join(", ") || queue;
  }
}

// What can be done --------------------------------------------------------------------------------

function listDevices() {
  $("device").replaceChildren(...[...devices.keys()].map(id => new Option(id, id, false, id === chosen?.id)));
  $("device-choice").hidden = devices.size < 2;
}

$("device").addEventListener("change", () => {
  chosen = devices.get($("device").value);
  constellation.clear();
  redraw();
});

$("pause").addEventListener("click", () => {
  paused = !paused;
  $("pause").textContent = paused ? "Go on" : "Pause";
  redraw();
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
addEventListener("resize", redraw);
redraw();
