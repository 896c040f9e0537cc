// Watching: the agent and its memory-wiped twin, or two agents, or two levels, step for step.

import { Board } from "./board.js";
import { short } from "./chart.js";
import { get, isTyping, keepFile, notice } from "./dom.js";
import { lookOf } from "./looks.js";
import { Panel } from "./panel.js";
import { Record } from "./record.js";
import { Edits } from "./watching/edits.js";
import { LEVEL, playersOf } from "./watching/players.js";
import { Screen } from "./watching/screen.js";

const BASE = 8;        // steps a second at speed 1
const AHEAD = 24;      // moments that are asked for before they are needed
const FEW = 8;         // of a game without a map, which may be slow
const HOLD = 0.7;      // seconds that the end of a try stays, at speed 1
const EDITED = 4;      // tiles by which the maps of two tries may differ, if paths of both are to be drawn
const SHARE = 0.52;    // of the window's height, for a board
const PLAYING = "Playing on.";
const WAIT = "Getting the game ready. On its first use it is compiled, which takes up to half a minute.";

export class Watch {
  constructor(live, state) {
    this.live = live;
    this.state = state;
    this.boards = [0, 1].map((k) => new Board(get(`board-${k}`), SHARE));
    this.screens = this.boards.map((board, k) => new Screen(board.canvas, get(`text-${k}`), SHARE, () => { this.dirty = true; }));
    this.edits = new Edits(this, this.boards[0]);
    this.players = [];
    this.hidden = new Set();  // numbers of the tries whose paths are not drawn
    this.panel = new Panel(this);
    this.skill = 1;
    this.seed = 0;
    this.visible = true;
    live.on("watching", () => {
      this.starting = false;
      this.need();
    });
    live.on("try", (message) => this.take(message, "begin"));
    live.on("step", (message) => this.take(message, "step"));
    live.on("swapped", (message) => this.swapped(message));
    live.on("changed", () => {
      this.record.event = "level edited";
      this.call();
    });
    this.wire();
    requestAnimationFrame((now) => this.tick(now));
  }

  /** Start anew on the level of the page; nothing is remembered. */
  start(playing = true) {
    const beside = get("rival").value;
    if (beside === LEVEL && !this.state.other.level) {  // comes back here once it is there
      this.state.findOther();
      return;
    }
    this.record = new Record();
    this.hasFailed = false;
    this.starting = true;  // until Python has begun anew, what arrives is of before
    this.wanted = this.state.about.episodes;
    this.at = 0;
    this.hold = 0;
    this.playing = playing;
    this.asked = 0;
    this.pending = null;   // what is done at the end of this try: { swap } or { level, changes }
    this.edits.forget();
    this.hidden.clear();
    this.shown = null;
    this.started = { level: this.state.level.level, name: this.state.level.name };
    const besides = beside === LEVEL ? { other: this.state.other.plain } : { rival: beside };
    this.call();
    this.live.send({ do: "watch", level: this.state.level.plain, seed: this.seed, skill: this.skill, ...besides }, WAIT);
  }

  /** Write who plays where. */
  call() {
    const beside = get("rival").value;
    this.players = playersOf({ about: this.state.about, beside, names: [this.state.level.name, this.state.other.name] });
    get("lane-1").hidden = this.players.length === 1;
    this.players.forEach(({ title, column }, k) => {
      get(`name-${k}`).textContent = title;
      get(`tries-${k}`).textContent = column;
    });
    get("tries-1").hidden = this.players.length === 1;
    get("other-bar").hidden = beside !== LEVEL;
    get("path-head").textContent = this.state.about.has_map ? "Path" : "Try";
    get("swap").hidden = !this.state.about.is_trained || beside === LEVEL;
  }

  /** Whether the boards are of two levels. */
  get isOnTwoLevels() {
    return get("rival").value === LEVEL;
  }

  get ready() {
    return Boolean(this.record?.moments.length);
  }

  /** Ask for more moments where few are left; a new try begins only when the last one has been seen. */
  need() {
    if (!this.record || this.starting || this.hasFailed || this.asked > 0) return;
    const { record } = this;
    const left = record.last - Math.floor(this.at);
    if (!record.betweenTries ? left >= AHEAD : left > 0 || record.tries.length >= this.wanted) return;
    if (record.betweenTries && this.ready) this.between();
    this.asked = this.state.about.has_map ? AHEAD : FEW;
    this.live.send({ do: "more", count: this.asked }, this.ready ? PLAYING : WAIT);
  }

  /** The game has failed: what was played stays, and nothing more comes before a new start. */
  failed() {
    this.asked = 0;
    this.hasFailed = true;
  }

  /** What waits for the end of a try. */
  between() {
    const { pending } = this;
    this.pending = null;
    if (pending?.swap) this.live.send({ do: "swap", word: pending.swap }, "The agent plays another level first.");
    if (pending?.level) this.live.send({ do: "change", level: pending.level });
  }

  take(message, how) {
    if (!this.record || this.starting) return;
    if (how === "begin") this.edits.waiting = [];
    this.record[how](message);
    this.asked -= 1;
    if (this.record.betweenTries) this.asked = 0;
    if (this.asked === 0) this.need();
    this.dirty = true;
  }

  swapped(message) {
    this.record.event = "memory swapped";
    notice(`The agent now remembers level ${message.name}, and plays on here.`);
  }

  tick(now) {
    const passed = Math.min(0.25, (now - (this.now ?? now)) / 1000);
    this.now = now;
    if (this.visible && this.ready) {
      if (this.playing) this.advance(passed * Number(get("speed").value));
      if (this.dirty || this.shown !== this.at) this.show();
    }
    requestAnimationFrame((next) => this.tick(next));
  }

  advance(passed) {
    if (this.hold > 0) {
      this.hold -= passed;
      if (this.hold > 0) return;
    }
    const before = Math.floor(this.at);
    this.at = Math.min(this.record.last, this.at + passed * BASE);
    const here = Math.floor(this.at);
    const ends = this.record.tries.findIndex((one) => this.endOf(one) > before && this.endOf(one) <= here);
    if (ends >= 0) {
      this.at = this.endOf(this.record.tries[ends]);
      this.hold = HOLD;
    } else if (this.at === this.record.last && (this.hasFailed || (this.record.betweenTries && this.record.tries.length >= this.wanted))) {
      this.playing = false;
      this.dirty = true;
    }
    this.need();
  }

  /** The moment at which everybody has ended a try; Infinity before. */
  endOf(one) {
    return Math.max(...one.lanes.map((lane) => lane.endedAt ?? Infinity));
  }

  go(at) {
    if (!this.ready) return;
    this.playing = false;
    this.hold = 0;
    this.at = Math.max(0, Math.min(this.record.last, at));
    this.need();
    this.dirty = true;
  }

  toggle() {
    if (!this.ready) return;
    const over = this.at === this.record.last && this.record.betweenTries && this.record.tries.length >= this.wanted;
    if (!this.playing && over) {
      this.at = 0;
      this.hold = 0;
    }
    this.playing = !this.playing;
    this.need();
    this.dirty = true;
  }

  /** Draw the moment. */
  show() {
    const { record } = this;
    const here = Math.floor(this.at);
    const moment = record.moments[here];
    const next = record.moments[here + 1];
    const tries = record.begunBy(here);
    moment.lanes.forEach((frame, k) => {
      const board = this.boards[k];
      if (!frame.map) {
        this.screens[k].draw(frame);
        return;
      }
      this.screens[k].leave();
      board.draw({
        map: frame.map,
        agent: between(frame, next?.number === moment.number ? next.lanes[k] : null, this.at - here),
        seen: frame.seen,
        heat: k === 0 && get("belief-map").checked ? frame.beliefs.flatMap((one) => one.tiles ?? []) : [],
        paths: this.paths(tries, k, here),
        marks: k === 0 ? this.edits.marks : [],
        cursor: k === 0 ? this.edits.frame : null,
      });
    });
    const words = here !== this.wordsAt || this.dirty;
    this.shown = this.at;
    this.dirty = false;
    if (words) this.tell(here, moment, tries);
  }

  paths(tries, k, here) {
    const { map } = tries.at(-1).lanes[k];
    const wanted = tries.slice(-6).filter((one) => !this.hidden.has(one.number) && isLike(one.lanes[k].map, map));
    return wanted.map((one) => ({
      points: one.lanes[k].path.slice(0, here - one.first + 1),
      look: lookOf(one.number),
      number: one.number,
    }));
  }

  /** Everything in words and figures: it changes from step to step, not from picture to picture. */
  tell(here, moment, tries) {
    this.wordsAt = here;
    const current = tries.at(-1);
    moment.lanes.forEach((frame, k) => {
      const ended = current.lanes[k].endedAt !== null && current.lanes[k].endedAt <= here;
      get(`count-${k}`).textContent = ended ? endWords(frame.end) : `step ${frame.step} of ${frame.limit}`;
      const earned = frame.picture ? `return ${short(frame.returns)}` : "";
      get(`status-${k}`).textContent = [earned, frame.status, ...frame.events].filter(Boolean).join(" · ");
      const place = frame.map ? `, at row ${frame.at[0] + 1}, column ${frame.at[1] + 1}` : "";
      for (const shown of [this.boards[k].canvas, get(`text-${k}`)]) {
        shown.setAttribute("aria-label", `${this.players[k].aria}: try ${current.number}, step ${frame.step}${place}`);
      }
    });
    get("png").hidden = !moment.lanes[0].map && !moment.lanes[0].picture;
    get("clock").textContent = `try ${current.number} of ${Math.max(this.wanted, current.number)}`;
    get("run").textContent = this.playing ? "Pause" : "Play";
    const scrub = get("scrub");
    scrub.max = this.record.last;
    scrub.value = here;
    scrub.setAttribute("aria-valuetext", `try ${current.number}, step ${here - current.first}`);
    this.panel.show(here, tries);
  }

  /** The frame of the player on the left that is shown. */
  get shownFrame() {
    return this.record.moments[Math.floor(this.at)].lanes[0];
  }

  /** Play a level from the next try on; there is one more, if the tries are over. */
  changeTo(level) {
    this.pending = { ...this.pending, level: this.state.plainOf(level) };
    this.state.level.set(level);
    if (this.record.tries.length >= this.wanted) this.wanted = this.record.tries.length + 1;
    this.dirty = true;
  }

  /** Play the level of the page from the next try on, with what is remembered. */
  useNext() {
    this.pending = { ...this.pending, level: this.state.level.plain };
    this.edits.show(this.state.level.level.map);
    if (this.record.tries.length >= this.wanted && this.record.betweenTries) this.wanted = this.record.tries.length + 1;
    this.playing = true;
    this.need();
  }

  oneMore() {
    if (!this.ready) return;
    this.wanted = Math.max(this.wanted, this.record.tries.length) + 1;
    this.playing = true;
    this.need();
    this.dirty = true;
  }

  swap() {
    if (!this.ready) return;
    this.pending = { ...this.pending, swap: `test:${1 + Math.floor(Math.random() * 1e6)}` };
    if (this.record.tries.length >= this.wanted) this.wanted = this.record.tries.length + 1;
    if (!this.record.betweenTries || this.at < this.record.last) notice("At the end of this try the agent gets the memory of another level.");
    this.playing = true;
    this.need();
  }

  wire() {
    const on = (id, action) => get(id).addEventListener("click", action);
    on("run", () => this.toggle());
    on("to-start", () => this.go(0));
    on("to-end", () => this.go(this.record?.last ?? 0));
    on("step-back", () => this.go(Math.ceil(this.at) - 1));
    on("step-on", () => this.go(Math.floor(this.at) + 1));
    on("more", () => this.oneMore());
    on("swap", () => this.swap());
    on("restart", () => this.start());
    get("scrub").addEventListener("input", (event) => this.go(Number(event.target.value)));
    for (const id of ["by-steps", "by-returns"]) get(id).addEventListener("change", () => { this.dirty = true; });
    get("belief-map").addEventListener("change", () => { this.dirty = true; });
    get("gif").addEventListener("click", () => this.live.send({ do: "gif" }, "Drawing the animation."));
    this.live.on("file", keepFile);
    get("rival").addEventListener("change", () => this.start());
    on("other-random", () => this.state.findOther());
    on("other-swap", () => this.state.swapSides());
    get("other-bar").addEventListener("submit", (event) => {
      event.preventDefault();
      this.state.findOther(get("other-word").value.trim());
    });
    get("skill").addEventListener("input", (event) => { get("skill-value").textContent = event.target.value; });
    get("skill").addEventListener("change", (event) => {
      this.skill = Number(event.target.value);
      this.start();
    });
    document.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (!this.visible || isTyping(event)) return;
    const button = event.target instanceof HTMLButtonElement;
    const speed = get("speed");
    const actions = {
      " ": () => this.toggle(),
      ArrowLeft: () => this.go(Math.ceil(this.at) - 1),
      ArrowRight: () => this.go(Math.floor(this.at) + 1),
      Home: () => this.go(0),
      End: () => this.go(this.record?.last ?? 0),
      "+": () => { speed.selectedIndex = Math.min(speed.options.length - 1, speed.selectedIndex + 1); },
      "-": () => { speed.selectedIndex = Math.max(0, speed.selectedIndex - 1); },
    };
    if (!(event.key in actions) || (event.key === " " && button)) return;
    if (event.target.getAttribute?.("role") === "tab" && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    actions[event.key]();
  }
}

/** Whether two maps differ by an edit at most; games that rearrange their maps have no common paths. */
function isLike(one, other) {
  if (one.height !== other.height || one.width !== other.width) return false;
  let different = 0;
  one.codes.forEach((code, k) => { different += code !== other.codes[k]; });
  return different <= EDITED;
}

/** Where the agent is drawn between two moments; it jumps where it moved by more than a tile. */
function between(frame, next, part) {
  if (!next || next === frame) return frame.at;
  const [down, right] = [next.at[0] - frame.at[0], next.at[1] - frame.at[1]];
  return Math.abs(down) + Math.abs(right) > 1 ? frame.at : [frame.at[0] + down * part, frame.at[1] + right * part];
}

const endWords = (end) => `${end.success === null ? "ended after" : end.success ? "✓ made it in" : "✕ failed after"} ${end.steps}`;
