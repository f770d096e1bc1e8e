// Numbers for people: the same format whatever the browser's language.

export const NONE = "–";

const minus = text => text.replace("-", "−");

export const count = n => n.toLocaleString("en");
export const decibels = (db, digits = 1) => `${minus(db.toFixed(digits))} dB`;
export const percent = (fraction, digits = 1) => `${(100 * fraction).toFixed(digits)} %`;
export const bytes = n => n < 1000 ? plural(n, "byte") : `${(n / 1000).toFixed(1)} kB`;
export const milliseconds = ms => `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
export const signed = n => minus(String(n));
export const plural = (n, one, many = one + "s") => `${count(n)} ${n === 1 ? one : many}`;

/** The 95 % interval of an estimate whose ends may be open. */
export function interval(low, high) {
  if (low !== null && high !== null)
    return `95 %: ${minus(low.toFixed(1))} to ${decibels(high)}`;
  return low !== null ? `95 %: above ${decibels(low)}` : "";
}

/** Wilson's 95 % interval of a fraction, as fractions. */
export function wilson(right, of) {
  const z2 = 1.96 ** 2, p = right / of;
  const middle = (p + z2 / (2 * of)) / (1 + z2 / of);
  const half = Math.sqrt(z2 * (p * (1 - p) / of + z2 / (4 * of * of))) / (1 + z2 / of);
  return [middle - half, middle + half];
}
