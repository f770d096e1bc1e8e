// One plain sentence for each term: shown at the term's button, and all together in a list.

export const TERMS = {
  device: ["Device", "The device is the small machine with the camera, which has little power to compute and to send."],
  edge: ["Edge", "The edge is the server at the other end of the radio link, which has the power to run the rest of the network."],
  channel: ["Channel", "The channel is everything between the two antennas, and it adds noise to each symbol."],
  symbol: ["Symbol", "A symbol is one number that the radio sends as a voltage, not as bits."],
  constellation: ["Constellation", "The constellation shows symbols two by two as points: the first says how far to the right, the second how far up."],
  snr: ["SNR", "The signal-to-noise ratio says how much stronger the signal is than the noise: as strong at 0 dB, ten times at 10 dB, a hundred times at 20 dB."],
  confidence: ["Confidence", "The confidence is how often an answer like this one is right; it was fitted to measurements if the page says that it is calibrated."],
  mac: ["Multiply–accumulate", "A multiply–accumulate is one multiplication and one addition, the unit in which the work of a network is counted."],
  png: ["PNG", "A PNG is a picture file from which every pixel comes back as it was."],
  digital: ["Digital link", "A digital link sends the bits of a file with a code that repairs errors, so that the whole file arrives or none of it."],
  cliff: ["Cliff", "The cliff is the SNR at which a digital link fails: a little above it every file arrives, a little below it none does."],
  pair: ["Pair", "A pair is a neural network cut in two, trained together with the noise between them: the front runs on the device, the rest at the edge."],
  backbone: ["Backbone", "The backbone is the network before it was cut, which sees the picture itself and computes everything in one place."],
};

const note = document.getElementById("term");
let shownAt = null;

export function explainTerms() {
  for (const button of document.querySelectorAll("button.term")) {
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", note.id);
    button.addEventListener("click", () => shownAt === button ? note.hidePopover() : show(button));
  }
  // The browser closes it on Escape, or when something else is clicked.
  note.addEventListener("toggle", event => {
    if (event.newState === "closed")
      forget();
  });
  document.getElementById("word-list").replaceChildren(...Object.values(TERMS).map(([word, sentence]) => {
    const line = document.createElement("div");
    line.append(Object.assign(document.createElement("dt"), { textContent: word }), Object.assign(document.createElement("dd"), { textContent: sentence }));
    return line;
  }));
}

function show(button) {
  forget();
  note.textContent = TERMS[button.dataset.term][1];
  note.showPopover();
  shownAt = button;
  button.setAttribute("aria-expanded", "true");
  const at = button.getBoundingClientRect(), own = note.getBoundingClientRect();
  const below = at.bottom + 6 + own.height <= innerHeight;
  note.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
  note.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - own.height - 6)}px`;
}

function forget() {
  shownAt?.setAttribute("aria-expanded", "false");
  shownAt = null;
}
