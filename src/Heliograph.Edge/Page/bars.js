// Symbols as bars, the first on the left: above the line positive, below it negative.

const MOST = 3;

export function drawBars(canvas, values) {
  const style = getComputedStyle(canvas), color = name => style.getPropertyValue(name);
  const { clientWidth: width, clientHeight: height } = canvas, scale = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale))
    Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  const middle = height / 2, step = width / Math.max(1, values.length);
  pen.fillStyle = color("--trail");
  pen.fillRect(0, middle - .5, width, 1);
  pen.fillStyle = color("--accent");
  values.forEach((value, i) => {
    const size = Math.max(-1, Math.min(1, value / MOST)) * (middle - 1);
    pen.fillRect(i * step + step * .12, middle - Math.max(0, size), Math.max(1, step * .76), Math.max(1, Math.abs(size)));
  });
}
