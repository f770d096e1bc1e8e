// The slider that sets the SNR of a demonstration's simulated channel.

import { writeDemo } from "./feed.js";
import { decibels } from "./format.js";

const SETTLED_MS = 1500, READ_MS = 5000;

const box = document.getElementById("demo"), place = document.getElementById("demo-place"), slider = document.getElementById("slider");
const value = document.getElementById("slider-value"), error = document.getElementById("demo-error");
let wanted = null, sending = false, held = false, movedAt = -Infinity, failedAt = -Infinity;

// Away from its place it floats at the bottom of the window, so that it is at hand whatever is looked at.
new IntersectionObserver(([{ isIntersecting }]) => {
  if (held)
    return;
  if (!isIntersecting)
    place.style.minHeight = `${place.offsetHeight}px`;
  box.classList.toggle("afloat", !isIntersecting);
}).observe(place);

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

/** Sets the SNR as if the slider had been moved there. */
export function setSnr(db) {
  slider.value = db;
  slider.dispatchEvent(new Event("input"));
}

/** Shows the slider of a demonstration, at the position that someone else may have set; without one, hides it. */
export function followSlider(demo) {
  if (demo === null) {
    box.hidden = true;
    return;
  }
  if (sending || held || performance.now() - movedAt < SETTLED_MS)
    return;
  const db = demo.snrDb;
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
