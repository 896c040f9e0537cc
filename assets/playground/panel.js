// Beside the boards: marks of the tries below the slider, their curve and table, and what the agent met.

import { drawChart, short } from "./chart.js";
import { draw, get, make, plural } from "./dom.js";
import { lookOf } from "./looks.js";

const STORY = 60;

export class Panel {
  constructor(watch) {
    this.watch = watch;
  }

  /** Everything up to a moment. */
  show(here, tries) {
    this.drawTicks();
    this.drawTries(here, tries);
    this.drawStory(here, tries);
    this.drawBeliefs(this.watch.record.moments[here].lanes[0].beliefs);
  }

  drawTicks() {
    const { record } = this.watch;
    const key = `${record.tries.length}/${record.last}/${get("ticks").clientWidth}`;
    if (this.ticks === key) return;
    this.ticks = key;
    const svg = get("ticks");
    const width = svg.clientWidth;
    const x = (moment) => 8 + ((width - 16) * moment) / Math.max(1, record.last);
    svg.replaceChildren(...record.tries.flatMap((one) => [
      draw("line", { x1: x(one.first), x2: x(one.first), y1: 0, y2: 14 }),
      draw("text", { x: x(one.first) + 4, y: 13 }, one.event ? `${one.number} ${one.event}` : String(one.number)),
    ]));
  }

  drawTries(here, tries) {
    const ended = (one, k) => (one.lanes[k].endedAt !== null && one.lanes[k].endedAt <= here ? one.lanes[k].end : null);
    const measure = get("by-steps").checked ? "steps" : "returns";
    const last = tries.at(-1);
    const players = this.watch.players.map((_, k) => k);
    const key = JSON.stringify([tries.map((one) => players.map((k) => ended(one, k))), measure, [...this.watch.hidden], this.watch.wanted]);
    if (key === this.triesKey) return;
    this.triesKey = key;
    drawChart(get("chart"), {
      series: players.map((k) => tries.map((one) => ended(one, k))),
      tries: Math.max(this.watch.wanted, tries.length),
      measure,
      pars: parLines(last.pars.map((par) => par[measure])),
      events: tries.flatMap((one, k) => (one.event ? [k] : [])),
    });
    get("chart").setAttribute("aria-label", `Curve of ${plural(tries.length, "try").replace("trys", "tries")}; the table below has the figures`);
    get("tries").tBodies[0].replaceChildren(...tries.map((one) => this.row(one, measure, ended)));
  }

  row(one, measure, ended) {
    const cells = one.lanes.map((_, k) => {
      const end = ended(one, k);
      return make("td", { class: end?.success === false ? "fail" : "" },
        end ? `${measure === "steps" ? plural(end.steps, "step") : short(end.returns)}${mark(end)}` : "…");
    });
    return make("tr", {}, make("th", { scope: "row" }, ...(one.lanes[0].map ? [this.pathChoice(one)] : [String(one.number)])), ...cells);
  }

  /** The look of a path, its number, and whether it is drawn. */
  pathChoice(one) {
    const look = lookOf(one.number);
    const sample = draw("svg", { class: "path", viewBox: "0 0 26 12", "aria-hidden": "true" },
      draw("line", { x1: 2, x2: 24, y1: 6, y2: 6, stroke: look.colour, "stroke-width": 3, "stroke-linecap": "round", "stroke-dasharray": look.dash.map((part) => part * 3).join(" ") }));
    const box = make("input", { type: "checkbox", onchange: (event) => this.showPath(one.number, event.target.checked) });
    box.checked = !this.watch.hidden.has(one.number);
    box.setAttribute("aria-label", `Show the path of try ${one.number}`);
    return make("label", {}, box, sample, String(one.number));
  }

  showPath(number, on) {
    if (on) this.watch.hidden.delete(number);
    else this.watch.hidden.add(number);
    this.watch.dirty = true;
  }

  drawBeliefs(beliefs) {
    get("belief-card").hidden = beliefs.length === 0;
    const key = JSON.stringify(beliefs);
    if (key === this.beliefKey) return;
    this.beliefKey = key;
    get("beliefs").replaceChildren(...beliefs.flatMap(({ name, tiles, values, elsewhere }) => {
      const [words, percent] = values?.[0] ?? ["likeliest tile", tiles[0]?.[1] ?? 0];
      const bar = make("i");
      bar.style.width = `${percent}%`;
      return [make("span", {}, name), make("span", { class: "track", "aria-hidden": "true" }, bar), make("span", {}, `${words} ${percent}%${elsewhere ? `, off the map ${elsewhere}%` : ""}`)];
    }));
    get("belief-map-line").hidden = !beliefs.some((one) => one.tiles);
  }

  drawStory(here, tries) {
    const first = tries[Math.max(0, tries.length - 3)].first;
    const lines = [];
    for (let moment = first; moment <= here; moment++) {
      const { number, lanes } = this.watch.record.moments[moment];
      const [frame, before] = [lanes[0], this.watch.record.moments[moment - 1]?.lanes[0]];
      if (frame !== before) for (const event of frame.events) lines.push([number, frame.step, event]);
    }
    const { judged_by_steps: bySteps, has_map: hasMap } = this.watch.state.about;
    get("story-card").hidden = lines.length === 0 && (bySteps || !hasMap);
    const key = `${tries.length} ${lines.length}`;
    if (key === this.storyKey) return;
    this.storyKey = key;
    get("story").replaceChildren(...lines.slice(-STORY).reverse().map(([number, step, event]) =>
      make("li", {}, make("small", {}, `try ${number}, ${step}`), make("span", {}, event))));
  }
}

const mark = (end) => (end.success === null ? "" : end.success ? " ✓" : " ✕");

/** One line for what both can reach, two where their levels differ. */
function parLines([first, second]) {
  const looks = first === second ? [[first, ""]] : [[first, "agent"], [second, "wiped"]];
  return looks.filter(([value]) => value !== null).map(([value, look]) => ({ value, look }));
}
