// A sheet to draw on, with a pointer or with the keyboard.

import { sendCanvas } from "./own.js";

const COLOURS = { black: "#111111", white: "#ffffff", red: "#d62828", orange: "#f4a300", yellow: "#ffe14d", green: "#2a9d4b", blue: "#1d5fd1", brown: "#7a4b2a" };
const STEP = 6;

const $ = id => document.getElementById(id);
const dialog = $("draw"), paper = $("paper"), pen = paper.getContext("2d");
// The drawing itself; the paper also shows where the pen of the keyboard is.
const drawing = Object.assign(document.createElement("canvas"), { width: paper.width, height: paper.height }), ink = drawing.getContext("2d");
let at = { x: paper.width / 2, y: paper.height / 2 }, isDown = false, byKeys = false;

$("colours").append(...Object.entries(COLOURS).map(([name, value], i) => {
  const label = document.createElement("label"), input = Object.assign(document.createElement("input"), { type: "radio", name: "colour", value, checked: i === 0 });
  input.setAttribute("aria-label", name);
  input.style.setProperty("--ink", value);
  label.title = name;
  label.append(input);
  return label;
}));
clear();

$("draw-open").addEventListener("click", () => {
  dialog.showModal();
  paper.focus();
});
$("draw-close").addEventListener("click", () => dialog.close());
$("draw-clear").addEventListener("click", clear);
$("draw-copy").addEventListener("click", () => {
  ink.imageSmoothingEnabled = false;
  ink.drawImage($("picture"), 0, 0, drawing.width, drawing.height);
  show();
});
$("draw-send").addEventListener("click", () => {
  dialog.close();
  sendCanvas(drawing);
});

paper.addEventListener("pointerdown", event => {
  paper.setPointerCapture(event.pointerId);
  [isDown, byKeys] = [true, false];
  at = place(event);
  lineTo(at);
});
paper.addEventListener("pointermove", event => isDown && !byKeys && lineTo(place(event)));
for (const name of ["pointerup", "pointercancel"])
  paper.addEventListener(name, () => byKeys || (isDown = false));

paper.addEventListener("keydown", event => {
  const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!move && event.key !== " ")
    return;
  event.preventDefault();
  byKeys = true;
  if (!move) {
    isDown = !isDown;
    lineTo(at);
    return;
  }
  lineTo({ x: Math.max(0, Math.min(paper.width, at.x + STEP * move[0])), y: Math.max(0, Math.min(paper.height, at.y + STEP * move[1])) });
});
paper.addEventListener("blur", () => {
  [isDown, byKeys] = [false, false];
  show();
});

function place(event) {
  const { left, top, width, height } = paper.getBoundingClientRect();
  return { x: (event.clientX - left) * paper.width / width, y: (event.clientY - top) * paper.height / height };
}

/** Moves the pen, and draws if it is down. */
function lineTo(to) {
  if (isDown) {
    Object.assign(ink, { lineCap: "round", lineJoin: "round", lineWidth: Number($("pen").value), strokeStyle: dialog.querySelector("input:checked").value });
    ink.beginPath();
    ink.moveTo(at.x, at.y);
    // A line of no length would not be drawn.
    ink.lineTo(to.x + .01, to.y);
    ink.stroke();
  }
  at = to;
  show();
}

function clear() {
  ink.fillStyle = "white";
  ink.fillRect(0, 0, drawing.width, drawing.height);
  show();
}

function show() {
  pen.drawImage(drawing, 0, 0);
  if (!byKeys)
    return;
  // Black and white, so that it is seen on any colour.
  for (const [style, width] of [["white", 4], ["black", 2]]) {
    Object.assign(pen, { strokeStyle: style, lineWidth: width });
    pen.beginPath();
    pen.arc(at.x, at.y, isDown ? 5 : 9, 0, 2 * Math.PI);
    pen.stroke();
  }
}
