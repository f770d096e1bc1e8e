// The slider that sets the SNR of a demonstration's simulated channel.

import { readDemo, writeDemo } from "./feed.js";
import { decibels } from "./format.js";

const SETTLED_MS = 1500;

const box = document.getElementById("demo"), slider = document.getElementById("slider");
const value = document.getElementById("slider-value"), error = document.getElementById("demo-error");
let wanted = null, sending = false, movedAt = -Infinity;

slider.addEventListener("input", () => {
  movedAt = performance.now();
  wanted = slider.valueAsNumber;
  show(wanted);
  send();
});

/** Shows the slider in a demonstration, and where somebody else has moved it to. */
export async function followDemo(isDemo) {
  if (!isDemo) {
    box.hidden = true;
    return;
  }
  const db = await readDemo().catch(() => undefined);
  if (db === undefined || sending || performance.now() - movedAt < SETTLED_MS)
    return;
  box.hidden = false;
  slider.value = db ?? slider.max;
  show(db);
}

/** One request at a time; what was passed over on the way is not sent. */
async function send() {
  if (sending)
    return;
  sending = true;
  while (wanted !== null) {
    const db = wanted;
    wanted = null;
    error.textContent = await writeDemo(db).then(() => "", problem => `The channel was not changed: ${problem.message}`);
  }
  sending = false;
}

function show(db) {
  value.textContent = db === null ? "no noise" : decibels(db);
  slider.setAttribute("aria-valuetext", value.textContent);
}
