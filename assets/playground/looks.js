// How tries are told apart: by colour, by the pattern of the line, and by number.
// The colours are those of Okabe and Ito, which colour-blind people tell apart.

const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const DASHES = [[], [2.6, 1.6], [0.1, 1.8], [3.6, 1.5, 0.1, 1.5]];

/** Colour and pattern of a try, from 1. */
export function lookOf(number) {
  const k = number - 1;
  return { colour: COLOURS[k % COLOURS.length], dash: DASHES[k % DASHES.length] };
}
