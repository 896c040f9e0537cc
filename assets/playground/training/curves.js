// Curves of a training by its steps.

import { scaleOf, short } from "../chart.js";
import { draw, make } from "../dom.js";
import { lookOf } from "../looks.js";

const [NARROW, LEFT, RIGHT, TOP, BOTTOM] = [230, 44, 12, 10, 24];
const MOST_LINES = 6;
const WORDS = {
  reward_per_step: "reward a step", steps_per_s: "steps a second", entropy: "entropy of actions", policy_loss: "policy loss", value_loss: "value loss",
  label_loss: "loss of labels", guide_loss: "loss of guidance", reward_loss: "loss of reward", belief_loss: "loss of beliefs", kl: "KL of an update",
  clip_share: "share clipped", explained_variance: "explained variance", grad_norm: "gradient norm", learning_rate: "step size",
};

/** What a curve is called. */
export const wordsOf = (name) => WORDS[name] ?? name.replaceAll("_", " ");

/** Draw lines over steps: `lines` are [{ points: [[step, value]], look, name }]. */
export function drawCurves(svg, lines, { height = 150, total }) {
  const width = Math.max(NARROW, svg.clientWidth);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.style.height = `${height}px`;
  svg.replaceChildren();
  const values = lines.flatMap((line) => line.points.map((point) => point[1]));
  const scale = scaleOf(values);
  const last = Math.max(1, total, ...lines.flatMap((line) => line.points.slice(-1).map((point) => point[0])));
  const x = (step) => LEFT + (step * (width - LEFT - RIGHT)) / last;
  const y = (value) => TOP + ((scale.high - value) * (height - TOP - BOTTOM)) / (scale.high - scale.low);
  for (const tick of scale.ticks) {
    svg.append(draw("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick) }));
    svg.append(draw("text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, few(tick)));
  }
  for (const [step, anchor] of [[0, "start"], [last, "end"]]) svg.append(draw("text", { x: x(step), y: height - 7, "text-anchor": anchor }, few(step)));
  for (const { points, look } of lines) {
    const style = { class: "line", points: points.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" "), stroke: look?.colour ?? "var(--agent)" };
    svg.append(draw("polyline", { ...style, "stroke-dasharray": (look?.dash ?? []).map((part) => part * 2).join(" ") }));
    if (points.length === 1) svg.append(draw("circle", { cx: x(points[0][0]), cy: y(points[0][1]), r: 2.5, fill: style.stroke }));
  }
}

/** The score of each try over the validations; of many tries some. */
export function scoreLines(validations) {
  const episodes = Math.max(0, ...validations.map(([, scores]) => scores.length));
  const every = Math.ceil(episodes / MOST_LINES);
  const shown = Array.from({ length: episodes }, (_, k) => k).filter((k) => k % every === 0 || k === episodes - 1);
  return shown.map((k, place) => ({
    name: `try ${k + 1}`,
    look: lookOf(place + 1),
    points: validations.filter(([, scores]) => scores[k] !== null && scores[k] !== undefined).map(([step, scores]) => [step, scores[k]]),
  }));
}

/** A sample of each line with its name and its newest value. */
export function legend(lines) {
  return lines.map(({ name, look, points }) => make("span", { class: "sample" },
    draw("svg", { class: "path", viewBox: "0 0 26 12", "aria-hidden": "true" },
      draw("line", { x1: 2, x2: 24, y1: 6, y2: 6, stroke: look.colour, "stroke-width": 3, "stroke-linecap": "round", "stroke-dasharray": look.dash.map((part) => part * 3).join(" ") })),
    points.length ? `${name}: ${short(points.at(-1)[1])}` : name));
}

/** A number in few characters. */
export function few(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${short(value / 1e6)}M`;
  if (size >= 1e4) return `${Math.round(value / 1e3)}k`;
  if (size >= 0.01 || size === 0) return String(Math.round(value * 1000) / 1000);
  return value.toExponential(0);
}
