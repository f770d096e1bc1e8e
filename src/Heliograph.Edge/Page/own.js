// A picture of one's own in a demonstration: chosen, dropped or drawn.

import { clearPicture, sendPicture } from "./feed.js";

// Larger than any pair's pictures, which the server makes of it; small enough to send at once.
const LARGEST_SIDE = 512;

const $ = id => document.getElementById(id);
const box = $("own"), card = $("sender"), error = $("own-error");

/** Shows what is sent: a picture of one's own, or the images. */
export function followOwn({ own }) {
  box.hidden = false;
  $("own-end").hidden = !own;
}

/** Sends what is on a canvas from now on. */
export async function sendCanvas(canvas) {
  await tell(() => new Promise(done => canvas.toBlob(done, "image/png")).then(sendPicture));
}

$("choose").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => {
  const [file] = $("file").files;
  if (file)
    sendFile(file);
  // The same file may be chosen again.
  $("file").value = "";
});
$("own-end").addEventListener("click", () => tell(clearPicture));

// A drop beside the card would make the browser leave the page.
for (const name of ["dragover", "drop"])
  addEventListener(name, event => event.preventDefault());
addEventListener("dragover", () => card.classList.toggle("wanted", !box.hidden));
for (const name of ["dragleave", "drop", "dragend"])
  addEventListener(name, () => card.classList.remove("wanted"));
addEventListener("drop", event => {
  const [file] = event.dataTransfer?.files ?? [];
  if (file && !box.hidden)
    sendFile(file);
});

async function sendFile(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (picture === null) {
    error.textContent = `${file.name || "The file"} is not a picture that this browser can read.`;
    return;
  }
  const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.max(1, Math.round(scale * picture.width)), height: Math.max(1, Math.round(scale * picture.height)) });
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  // What is transparent lies on paper.
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  await sendCanvas(canvas);
}

async function tell(work) {
  error.textContent = await work().then(followOwn).then(() => "", problem => `The picture was not taken: ${problem.message}`);
}
