// The curve of the tries: steps or return of each, for the agent and its twin.

import { draw } from "./dom.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [320, 190, 40, 12, 12, 26];
const NAMES = ["agent", "wiped"];

/** Draw what has ended: `series[k][i]` is the result of player k in try i, or null; `pars` are [{ value, look }]. */
export function drawChart(svg, { series, tries, measure, pars, events }) {
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.replaceChildren();
  const values = series.flat().filter(Boolean).map((end) => end[measure]);
  const scale = scaleOf([...values, ...pars.map((par) => par.value), ...(measure === "steps" ? [0] : [])]);
  const x = (k) => LEFT + ((k + 0.5) * (WIDTH - LEFT - RIGHT)) / tries;
  const y = (value) => TOP + ((scale.high - value) * (HEIGHT - TOP - BOTTOM)) / (scale.high - scale.low);
  for (const tick of scale.ticks) {
    svg.append(draw("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick) }));
    svg.append(words(LEFT - 7, y(tick) + 4, short(tick), "end"));
  }
  const every = Math.ceil(tries / 10);
  for (let k = 0; k < tries; k += every) svg.append(words(x(k), HEIGHT - 8, String(k + 1), "middle"));
  pars.forEach(({ value, look }, k) => {
    svg.append(draw("line", { class: `par ${look}`, x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }));
    const [at, anchor] = k ? [LEFT + 2, "start"] : [WIDTH - RIGHT, "end"];
    svg.append(words(at, Math.max(11, y(value) - 4), `par ${short(value)}`, anchor));
  });
  for (const k of events) {
    svg.append(draw("line", { class: "event", x1: x(k - 0.5), x2: x(k - 0.5), y1: TOP, y2: HEIGHT - BOTTOM }));
  }
  series.forEach((ends, player) => line(svg, ends, measure, x, y, NAMES[player]));
}

function line(svg, ends, measure, x, y, name) {
  const points = ends.map((end, k) => (end ? [x(k), y(end[measure]), end] : null)).filter(Boolean);
  svg.prepend(draw("polyline", { class: name, points: points.map(([a, b]) => `${a},${b}`).join(" ") }));
  for (const [a, b, end] of points) {
    const look = `${name}${end.success === false ? " failed" : ""}`;
    svg.append(name === "agent"
      ? draw("circle", { class: look, cx: a, cy: b, r: 4.6 })
      : draw("rect", { class: look, x: a - 4, y: b - 4, width: 8, height: 8 }));
  }
}

function words(x, y, text, anchor) {
  return draw("text", { x, y, "text-anchor": anchor }, text);
}

/** Round ends and ticks around some values. */
export function scaleOf(values) {
  let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  if (high - low < 1e-9) [low, high] = [low - (low ? 0 : 0.5), high + 1];
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((one) => one >= rough);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const ticks = Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
  return { low: first * step, high: last * step, ticks };
}

export const short = (value) => String(Math.round(value * 100) / 100);
