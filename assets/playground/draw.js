// Drawing a level: tiles, hidden rules, and what is said about it while it is drawn.

import { Board } from "./board.js";
import { short } from "./chart.js";
import { codeOf, FLOOR, GLYPHS, WALL } from "./codes.js";
import { get, isTyping, make, notice, plural } from "./dom.js";
import { Rules } from "./rules.js";
import { drawTile } from "./tiles.js";

const MOST_UNDO = 300;
const IDLE = 350;  // ms after which a rating is made whole
const TOOLS = ["paint", "fill", "move"];

export class Draw {
  constructor(live, state) {
    this.live = live;
    this.state = state;
    this.board = new Board(get("board-draw"), 0.6);
    this.visible = false;
    this.tool = "paint";
    this.code = WALL;
    this.cursor = [0, 0];
    this.number = 0;
    this.past = [];
    this.future = [];
    this.marks = [];
    this.rules = new Rules(this);
    live.on("inspected", (message) => this.inspected(message));
    live.on("rated", (message) => { if (message.number === this.number) this.showRating(message.rating); });
    state.level.addEventListener("level", () => this.arrived());
    this.wire();
  }

  show(visible) {
    this.visible = visible;
    if (visible && this.state.level.level && this.state.about.has_map) {
      this.inspect();
      this.draw();
    }
  }

  /** Another agent: its tiles and its hidden rules. */
  agentChanged() {
    const { palette, words, has_map: hasMap, no_map: why } = this.state.about;
    for (const element of [get("draw-stage"), get("draw-side")]) element.hidden = !hasMap;
    get("draw-none").hidden = hasMap;
    get("draw-none").textContent = why;
    this.code = codeOf(palette[0]);
    this.past = [];
    this.future = [];
    const buttons = [...palette].map((glyph) => this.tileButton(codeOf(glyph), words[glyph]));
    get("palette").replaceChildren(...buttons);
    this.choose(this.code);
  }

  tileButton(code, words) {
    const canvas = make("canvas", { width: 32, height: 32, "aria-hidden": "true" });
    const pen = canvas.getContext("2d");
    drawTile(pen, code, 0, 0, 32);
    return make("button", { type: "button", role: "radio", "data-code": code, "aria-label": words, title: words, onclick: () => this.choose(code) }, canvas);
  }

  choose(code) {
    this.code = code;
    for (const button of get("palette").children) {
      const chosen = Number(button.dataset.code) === code;
      button.setAttribute("aria-checked", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
  }

  /** The level of the page is another one. */
  arrived() {
    const { map } = this.state.level.level;
    get("height").value = map.height;
    get("width").value = map.width;
    this.cursor = [Math.min(this.cursor[0], map.height - 1), Math.min(this.cursor[1], map.width - 1)];
    get("draw-name").textContent = this.state.level.name ? `Level ${this.state.level.name}` : "Your level";
    this.rules.show();
    get("undo").disabled = !this.past.length;
    get("redo").disabled = !this.future.length;
    if (this.visible) this.inspect();
    this.draw();
  }

  // --- what is said about it

  inspect() {
    clearTimeout(this.idle);
    this.number += 1;
    this.sentAt = performance.now();
    this.live.send({ do: "inspect", number: this.number, level: this.state.level.plain, rated: this.visible });
  }

  inspected(message) {
    if (message.number !== this.number) return;
    document.body.dataset.inspectMs = (performance.now() - this.sentAt).toFixed(1);
    this.verdict = message;
    const { level } = this.state.level;
    if (message.hidden && JSON.stringify(message.hidden) !== JSON.stringify(level.hidden)) {
      level.hidden = message.hidden;
      this.rules.show();
    }
    const first = message.findings[0]?.words ?? "";
    get("verdict-card").className = `card verdict ${message.ok ? "good" : "wrong"}`;
    get("verdict").textContent = message.ok ? (this.state.about.has_plans ? "Can be solved" : "Can be played") : /cannot be|no way/.test(first) ? "Cannot be solved" : "Not a level yet";
    get("verdict-par").textContent = message.ok ? parWords(message) : "";
    get("findings").replaceChildren(...message.findings.map((one) => make("li", { class: one.problem ? "problem" : "hint" }, one.words)));
    this.marks = message.findings.flatMap((one) => one.places.map((place) => ({ place, kind: one.problem ? "problem" : "hint" })));
    this.state.inspected?.(message);
    if (message.rating) {
      this.showRating(message.rating);
      if (!message.rating.whole) this.idle = setTimeout(() => this.live.send({ do: "rate", number: this.number, level: this.state.level.plain }), IDLE);
    } else {
      get("rating").replaceChildren();
    }
    this.draw();
  }

  showRating({ tries, whole, players }) {
    const { judged_by_steps: bySteps, episodes } = this.state.about;
    const most = bySteps ? Math.max(1, ...tries.map((one) => one.steps)) : 1;
    const rows = tries.flatMap((one, k) => {
      const share = bySteps ? one.steps / most : Math.max(0, Math.min(1, one.returns / (this.verdict?.par_return || 1)));
      const bar = make("i");
      bar.style.width = `${100 * share}%`;
      const figure = bySteps ? `${short(one.steps)} steps` : `return ${short(one.returns)}`;
      const solved = one.success === null ? "" : `, ${Math.round(100 * one.success)}% make it`;
      return [make("span", {}, `try ${k + 1}`), make("span", { class: "track", "aria-hidden": "true" }, bar), make("span", {}, figure + solved)];
    });
    const missing = whole ? "" : ` (${tries.length} of ${episodes} tries so far)`;
    get("rating").replaceChildren(
      make("p", { class: "note" }, `The agent on it, mean of ${players} newcomers${missing}:`), make("div", { class: "bars" }, ...rows));
  }

  draw() {
    const { level } = this.state.level;
    if (!this.visible || !level) return;
    const focused = document.activeElement === this.board.canvas;
    this.board.draw({ map: level.map, marks: this.marks, cursor: focused || this.hover ? this.hover ?? this.cursor : null });
  }

  // --- changing it

  /** Keep the level as it is for undo, then change a copy of it. */
  change(action) {
    const { level } = this.state.level;
    const map = { ...level.map, codes: level.map.codes.slice() };
    const next = action({ ...level, map });
    if (!next) return;
    this.past.push(level);
    if (this.past.length > MOST_UNDO) this.past.shift();
    this.future = [];
    this.state.level.set(next);
  }

  undo() {
    if (!this.past.length) return;
    this.future.push(this.state.level.level);
    this.state.level.set(this.past.pop());
  }

  redo() {
    if (!this.future.length) return;
    this.past.push(this.state.level.level);
    this.state.level.set(this.future.pop());
  }

  /** Remember the level that is about to be replaced. */
  keep() {
    const { level } = this.state.level;
    if (!level || level.family !== this.state.about.family) return;
    this.past.push(level);
    this.future = [];
  }

  /** Let Python make a level out of this one. */
  ask(action) {
    this.live.send({ ...action, level: this.state.level.plain });
  }

  paint([row, column], stroke = false) {
    const { map } = this.state.level.level;
    const place = row * map.width + column;
    if (map.codes[place] === this.code) return;
    const action = (level) => {
      this.only(level.map, place);
      level.map.codes[place] = this.code;
      return level;
    };
    if (stroke) this.state.level.set(action({ ...this.state.level.level, map: { ...map, codes: map.codes.slice() } }));
    else this.change(action);
  }

  /** Of a tile that a level has once, the one that was there goes. */
  only(map, place) {
    if (this.state.about.once[GLYPHS[this.code]] !== 1) return;
    map.codes.forEach((code, k) => { if (code === this.code && k !== place) map.codes[k] = FLOOR; });
  }

  fill([row, column]) {
    if (GLYPHS[this.code] in this.state.about.once) {
      this.paint([row, column]);
      return;
    }
    this.change((level) => {
      const { codes, width, height } = level.map;
      const from = codes[row * width + column];
      if (from === this.code) return null;
      const waiting = [[row, column]];
      while (waiting.length) {
        const [r, c] = waiting.pop();
        if (r < 0 || c < 0 || r >= height || c >= width || codes[r * width + c] !== from) continue;
        codes[r * width + c] = this.code;
        waiting.push([r - 1, c], [r + 1, c], [r, c - 1], [r, c + 1]);
      }
      return level;
    });
  }

  move(from, to) {
    if (from[0] === to[0] && from[1] === to[1]) return;
    this.change((level) => {
      const { codes, width } = level.map;
      const [a, b] = [from[0] * width + from[1], to[0] * width + to[1]];
      codes[b] = codes[a];
      codes[a] = FLOOR;
      return level;
    });
  }

  resize(height, width) {
    if (!(height >= 1 && width >= 1 && height <= 255 && width <= 255)) {
      notice("A level has 1 to 255 tiles a side.");
      return;
    }
    this.change((level) => {
      const { map } = level;
      const codes = new Uint8Array(height * width).fill(WALL);
      for (let r = 0; r < Math.min(height, map.height); r++) {
        for (let c = 0; c < Math.min(width, map.width); c++) codes[r * width + c] = map.codes[r * map.width + c];
      }
      const entities = level.entities.filter((one) => one.row < height && one.column < width);
      return { ...level, entities, map: { codes, height, width } };
    });
  }

  // --- hands on it

  use(place) {
    if (this.tool === "fill") this.fill(place);
    else if (this.tool === "paint") this.paint(place);
    else if (this.held) {
      this.move(this.held, place);
      this.held = null;
    } else {
      this.held = place;
      this.say(`holding the ${this.wordsAt(place)}; choose where to put it`);
    }
  }

  wordsAt([row, column]) {
    const { map } = this.state.level.level;
    const glyph = GLYPHS[map.codes[row * map.width + column]];
    return this.state.about.words[glyph] ?? glyph;
  }

  say(words) {
    get("cursor-words").textContent = words;
  }

  setTool(tool) {
    this.tool = tool;
    this.held = null;
    for (const one of TOOLS) get(`tool-${one}`).setAttribute("aria-checked", String(one === tool));
  }

  wire() {
    for (const tool of TOOLS) get(`tool-${tool}`).addEventListener("click", () => this.setTool(tool));
    const on = (id, action) => get(id).addEventListener("click", action);
    on("undo", () => this.undo());
    on("redo", () => this.redo());
    on("mutate", () => this.ask({ do: "mutate", seed: Math.floor(Math.random() * 1e9) }));
    on("clear", () => this.ask({ do: "clear" }));
    on("resize", () => this.resize(Number(get("height").value), Number(get("width").value)));
    const canvas = get("board-draw");
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.moved(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("pointercancel", () => { this.stroke = null; });
    canvas.addEventListener("pointerleave", () => { this.hover = null; this.draw(); });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("keydown", (event) => this.cursorKey(event));
    canvas.addEventListener("focus", () => this.draw());
    canvas.addEventListener("blur", () => this.draw());
    get("palette").addEventListener("keydown", (event) => this.paletteKey(event));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  down(event) {
    const place = this.board.placeOf(event);
    if (!place) return;
    event.preventDefault();
    this.board.canvas.setPointerCapture(event.pointerId);
    this.cursor = place;
    if (event.button === 2) {  // take the tile that is there
      const { map } = this.state.level.level;
      this.choose(map.codes[place[0] * map.width + place[1]]);
      return;
    }
    this.stroke = place;
    this.before = this.state.level.level;
    if (this.tool === "move") this.held = place;
    else this.use(place);
  }

  moved(event) {
    const place = this.board.placeOf(event);
    const same = place && this.hover && place[0] === this.hover[0] && place[1] === this.hover[1];
    if (same || !place) return;
    this.hover = place;
    this.say(`row ${place[0] + 1}, column ${place[1] + 1}: ${this.wordsAt(place)}`);
    if (this.stroke && this.tool === "paint") this.paint(place, this.before !== this.state.level.level);
    this.draw();
  }

  up(event) {
    const place = this.board.placeOf(event);
    if (this.tool === "move" && this.held && place && this.stroke) this.use(place);
    this.stroke = null;
  }

  cursorKey(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const { map } = this.state.level.level;
    if (event.key in moves) {
      const [down, right] = moves[event.key];
      this.hover = null;
      this.cursor = [clamp(this.cursor[0] + down, map.height), clamp(this.cursor[1] + right, map.width)];
      if (event.shiftKey && this.tool === "paint") this.paint(this.cursor);
      this.say(`row ${this.cursor[0] + 1}, column ${this.cursor[1] + 1}: ${this.wordsAt(this.cursor)}`);
      this.draw();
    } else if (event.key === "Enter" || event.key === " ") {
      this.use(this.cursor);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  paletteKey(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...get("palette").children];
    const here = buttons.findIndex((one) => Number(one.dataset.code) === this.code);
    const next = buttons[(here + step + buttons.length) % buttons.length];
    this.choose(Number(next.dataset.code));
    next.focus();
  }

  key(event) {
    if (!this.visible) return;
    const typing = event.target instanceof HTMLInputElement && event.target.type !== "range";
    if ((event.ctrlKey || event.metaKey) && !typing) {
      const redo = event.key === "y" || (event.key.toLowerCase() === "z" && event.shiftKey);
      if (event.key.toLowerCase() !== "z" && event.key !== "y") return;
      event.preventDefault();
      if (redo) this.redo();
      else this.undo();
    } else if (!isTyping(event)) {
      const tool = TOOLS.find((one) => one[0] === event.key);
      if (tool) this.setTool(tool);
    }
  }
}

const clamp = (value, size) => Math.max(0, Math.min(size - 1, value));

function parWords(message) {
  const parts = [];
  if (message.par_steps !== null) parts.push(`par ${plural(message.par_steps, "step")}`);
  if (message.par_return !== null) parts.push(`best return ${short(message.par_return)}`);
  if (message.split) parts.push(`split ${message.split}`);
  return parts.join(" · ");
}

