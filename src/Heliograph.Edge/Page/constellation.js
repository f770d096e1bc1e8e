// The received samples of the last frames on the I/Q plane.

const FRAMES = 24, RANGES = [4, 8, 16, 32];

export class Constellation {
  #canvas;
  #frames = [];
  #sent = null;
  #range = RANGES[0];

  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Adds a frame's samples, I, Q, I, Q, …, and the same as they were sent, if that is known. */
  add(samples, sent = null) {
    this.#frames.push(samples);
    this.#sent = sent?.length === samples.length ? sent : null;
    if (this.#frames.length > FRAMES)
      this.#frames.shift();
  }

  clear() {
    this.#frames = [];
    this.#sent = null;
  }

  draw() {
    const style = getComputedStyle(this.#canvas), color = name => style.getPropertyValue(name);
    const size = this.#canvas.clientWidth, scale = devicePixelRatio || 1;
    if (this.#canvas.width !== Math.round(size * scale))
      this.#canvas.width = this.#canvas.height = Math.round(size * scale);
    const pen = this.#canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, size, size);
    this.#fit();
    const middle = size / 2, unit = (middle - 2) / this.#range;
    this.#axes(pen, middle, unit, color);
    if (this.#sent)
      this.#errors(pen, this.#sent, this.#frames.at(-1), middle, unit, color);
    this.#frames.forEach((samples, i) => {
      const age = this.#frames.length - 1 - i;
      pen.fillStyle = color(age === 0 ? "--accent" : "--trail");
      pen.globalAlpha = age === 0 ? 1 : .55 * (1 - age / FRAMES) ** 1.5;
      const radius = age === 0 ? 3 : 2;
      for (let k = 0; k + 1 < samples.length; k += 2) {
        pen.beginPath();
        pen.arc(middle + unit * samples[k], middle - unit * samples[k + 1], radius, 0, 2 * Math.PI);
        pen.fill();
      }
    });
    pen.globalAlpha = 1;
  }

  /** From each point that was sent to the one that arrived. */
  #errors(pen, sent, received, middle, unit, color) {
    pen.lineWidth = 1.5;
    for (let k = 0; k + 1 < sent.length; k += 2) {
      pen.strokeStyle = color("--wrong");
      line(pen, middle + unit * sent[k], middle - unit * sent[k + 1], middle + unit * received[k], middle - unit * received[k + 1]);
      pen.strokeStyle = color("--text");
      pen.beginPath();
      pen.arc(middle + unit * sent[k], middle - unit * sent[k + 1], 4, 0, 2 * Math.PI);
      pen.stroke();
    }
  }

  #axes(pen, middle, unit, color) {
    const step = this.#range / 4;
    pen.lineWidth = 1;
    pen.strokeStyle = color("--grid");
    for (let v = -this.#range; v <= this.#range; v += step) {
      line(pen, middle + unit * v, 0, middle + unit * v, 2 * middle);
      line(pen, 0, middle + unit * v, 2 * middle, middle + unit * v);
    }
    pen.strokeStyle = color("--trail");
    line(pen, middle, 0, middle, 2 * middle);
    line(pen, 0, middle, 2 * middle, middle);
    pen.lineWidth = 1.5;
    pen.strokeStyle = color("--sky");
    pen.beginPath();
    pen.arc(middle, middle, unit, 0, 2 * Math.PI);
    pen.stroke();
    pen.fillStyle = color("--quiet");
    pen.font = "12px system-ui, sans-serif";
    pen.fillText("I", 2 * middle - 10, middle - 6);
    pen.fillText("Q", middle + 6, 13);
    pen.textAlign = "center";
    for (let v = -this.#range + step; v < this.#range; v += step) {
      // The circle marks 1.
      if (v !== 0 && Math.abs(v) !== 1)
        pen.fillText(String(v).replace("-", "−"), middle + unit * v, middle + 15);
    }
    pen.textAlign = "start";
  }

  /** The smallest range that shows all but a few samples; back to a smaller one only when that is clearly enough. */
  #fit() {
    const sizes = this.#frames.flat().map(Math.abs).sort((a, b) => a - b);
    const most = sizes.length ? sizes[Math.floor(.995 * (sizes.length - 1))] : 0;
    const wanted = RANGES.find(range => most <= range) ?? RANGES.at(-1);
    if (wanted > this.#range || most < .45 * this.#range)
      this.#range = wanted;
  }
}

function line(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}
