// The slider that sets the SNR of a demonstration's simulated channel.

import { readDemo, writeDemo } from "./feed.js";
import { decibels } from "./format.js";

const SETTLED_MS = 1500, READ_MS = 5000;

const box = document.getElementById("demo"), slider = document.getElementById("slider");
const value = document.getElementById("slider-value"), error = document.getElementById("demo-error");
let wanted = null, sending = false, held = false, movedAt = -Infinity, failedAt = -Infinity;

/** True while a pointer holds the slider: then nothing on the page may move. */
export const isHeld = () => held;

slider.addEventListener("pointerdown", () => held = true);
for (const end of ["pointerup", "pointercancel", "blur"])
  addEventListener(end, () => held = false);

slider.addEventListener("input", () => {
  movedAt = performance.now();
  wanted = slider.valueAsNumber;
  show(wanted);
  send();
});

/** Shows the slider in a demonstration, at the position that someone else may have set. */
export async function followDemo(isDemo) {
  if (!isDemo) {
    box.hidden = true;
    return;
  }
  const db = await readDemo().catch(() => undefined);
  if (db === undefined || sending || held || performance.now() - movedAt < SETTLED_MS)
    return;
  // The slider will soon show the real state again.
  if (performance.now() - failedAt > READ_MS)
    error.textContent = "";
  box.hidden = false;
  slider.value = db ?? slider.max;
  show(db);
}

/** One request at a time; intermediate positions are not sent. */
async function send() {
  if (sending)
    return;
  sending = true;
  while (wanted !== null) {
    const db = wanted;
    wanted = null;
    error.textContent = await writeDemo(db).then(() => "", problem => {
      failedAt = performance.now();
      return `The channel was not changed: ${problem.message}`;
    });
  }
  sending = false;
}

function show(db) {
  value.textContent = db === null ? "no noise" : decibels(db);
  slider.setAttribute("aria-valuetext", value.textContent);
}
