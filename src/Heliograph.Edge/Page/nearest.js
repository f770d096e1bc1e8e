// An answer's classes in words: by their probability, or, where the pair retrieves, by how near an image of its gallery is.

import { count, percent } from "./format.js";

const isNear = answer => answer.similarity !== undefined;
const cosine = similarity => similarity.toFixed(3).replace("-", "−");

/** From 0 to 1, for the length of a bar. */
export const share = answer => isNear(answer) ? Math.max(0, answer.similarity) : answer.probability;

/** The probability in percent, or the cosine. */
export const sayShare = (answer, digits) => isNear(answer) ? cosine(answer.similarity) : percent(answer.probability, digits);

/** One line for each neighbour; the class is text from outside, never markup. */
export const nearestItems = neighbours => neighbours.map(near =>
  Object.assign(document.createElement("li"), { textContent: `${near.class}: image ${count(near.index)} of the gallery, ${cosine(near.similarity)}` }));
