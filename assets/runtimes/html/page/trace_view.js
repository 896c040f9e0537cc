/** The golden trace, live: what was shown, what the network says, what it did, and what it remembers. */
const MOST_PARTS = 12, MOST_ROWS = 40, MOST_CELLS = 4096, LARGEST = 220;
const EVENTS = { 3: "Some minds forget, as on a new level.", 4: "A save game: the minds go on from their own bytes.", 5: "Minds resume from a save game." };

class TraceView {
  constructor(data, agent, trace) {
    this.data = data;
    [this.bytes, this.trace] = [agent, trace];
    this.title = element("h2", {});
    this.bars = element("div", { className: "bars" });
    this.memory = element("canvas", {});
    this.figures = data.obs.slice(0, MOST_PARTS).map(() => element("canvas", {}));
    const captioned = (canvas, words) => element("figure", {}, canvas, element("figcaption", { textContent: words }));
    const more = data.obs.length - this.figures.length;
    place("stage").append(
      element("h2", { textContent: "What it is shown" }),
      element("div", { className: "figures" }, ...this.figures.map((canvas, k) => captioned(canvas, data.obs[k].name))),
      ...(more > 0 ? [element("p", { className: "quiet", textContent: `And ${count(more, "more part")}.` })] : []),
    );
    place("panel").append(this.title, this.bars, captioned(this.memory, "Its memory"));
    this.buttons = [["From the start", () => this.restart()]];
    this.intro =
      `This page has no game of ${data.game} in JavaScript. It replays the golden trace: observations, rewards and episode ` +
      "ends made at random for a test. Network, memory and actions are computed here, in this browser, and compared with Python. " +
      "What you see is the first of the minds that act.";
    this.restart();
  }

  restart() {
    this.replay = new Replay(this.bytes, this.trace);
    this.at = this.acts = 0;
    place("words").textContent = "";
    this.tick();
  }

  /** All events up to the next act. */
  tick() {
    const { replay } = this;
    if (this.at === replay.events.length) {
      this.restart();
      return 1;
    }
    for (;;) {
      const event = replay.events[this.at++];
      replay.take(event);
      if (event.kind === 2) {
        this.acts++;
        return 0;
      }
      const { n, skill } = replay.mind, strength = skill < 1 ? ` at skill ${skill}` : "";
      place("words").textContent = EVENTS[event.kind] || `${count(n, "mind")} begin${n === 1 ? "s" : ""}${strength}.`;
      if (this.at === replay.events.length) return 0;
    }
  }

  draw() {
    const { replay, data } = this, { agent, mind } = replay;
    this.title.textContent = `Step ${this.acts}: ${count(replay.equal, "action")} of ${replay.actions.toLocaleString("en")} equal`;
    this.figures.forEach((canvas, k) => {
      const part = data.obs[k], from = agent.parts[k].first, values = replay.obs[part.kind].subarray(from, from + part.size);
      this.paint(canvas, values, part);
    });
    this.bars.replaceChildren(...this.choices());
    this.paint(this.memory, mind.state.subarray(0, agent.state), { shape: [agent.state], kind: "state" });
  }

  /** Rows of what the first mind's network says: chances of choices, means of numbers. */
  choices() {
    const { agent, mind, answer, obs } = this.replay, rows = [];
    let first = 0;
    agent.choices.forEach((choices, h) => {
      const legal = (k) => agent.mask < 0 || obs.symbols[agent.parts[agent.mask].first + first + k];
      const logits = Array.from(mind.outputs.subarray(first, first + choices), (value, k) => (legal(k) ? value : -1e9));
      const top = Math.max(...logits), powers = logits.map((value) => Math.exp(value - top)), sum = powers.reduce((a, b) => a + b);
      for (let k = 0; k < choices && rows.length < 3 * MOST_ROWS; k++) {
        const bar = element("div", { className: answer[h] === k ? "chosen" : "", style: { width: `${(100 * powers[k]) / sum}%` } });
        const name = element("span", { className: "name", textContent: this.data.names[h][k] || `choice ${k}` });
        const words = `${((100 * powers[k]) / sum).toFixed(0)}%${answer[h] === k ? ", chosen" : ""}`;
        rows.push(name, element("div", { className: "track" }, bar), element("span", {}, words));
      }
      first += choices;
    });
    for (let k = 0; k < agent.numbers && rows.length < 3 * MOST_ROWS; k++) {
      const value = answer[agent.choices.length + k], share = (100 * (value - agent.low[k])) / (agent.high[k] - agent.low[k]);
      const bar = element("div", { className: "chosen", style: { width: `${share}%` } });
      rows.push(element("span", {}, `number ${k}`), element("div", { className: "track" }, bar), element("span", {}, value.toFixed(2)));
    }
    const all = agent.outputs, shown = rows.length / 3;
    return shown < all ? [...rows, element("span", { className: "quiet", textContent: `${all - shown} more` })] : rows;
  }

  /** Draws numbers as a grid of coloured tiles. */
  paint(canvas, values, { shape, kind, codes }) {
    const shown = values.length > MOST_CELLS && kind !== "images" ? values.subarray(0, MOST_CELLS) : values;
    const depth = kind === "images" ? shape[2] : 1, across = shape.length > 1 ? shape[1] : Math.min(shown.length, 32);
    const columns = shape.length > 2 && depth === 1 ? shape.slice(1).reduce((a, b) => a * b) : across;
    const tiles = shown.length / depth, rows = Math.ceil(tiles / columns), size = Math.max(1, Math.floor(Math.min(24, LARGEST / columns)));
    canvas.width = columns * size;
    canvas.height = rows * size;
    const picture = canvas.getContext("2d");
    for (let k = 0; k < tiles; k++) {
      picture.fillStyle = tint(shown.subarray(k * depth, k * depth + depth), kind, codes);
      picture.fillRect((k % columns) * size, Math.floor(k / columns) * size, size, size);
    }
  }
}

/** The colour of a number: symbols each their own, others from blue to red. */
function tint(values, kind, codes) {
  const [value] = values;
  if (kind === "images") return values.length === 3 ? `rgb(${values.join(" ")})` : `rgb(${value} ${value} ${value})`;
  if (kind === "symbols") return value === 0 ? colour("unseen") : `hsl(${(value * (codes > 8 ? 137.5 : 360 / codes)) % 360} 55% 55%)`;
  const strength = Math.tanh(value);
  return `hsl(${strength < 0 ? 215 : 20} 70% 50% / ${Math.abs(strength)})`;
}
