// The agent of this moment on a validation level, try after try; then the newest agent on the next level.

import { Board } from "../board.js";
import { get, make, plural } from "../dom.js";
import { lookOf } from "../looks.js";
import { Record } from "../record.js";
import { Screen } from "../watching/screen.js";
import { few } from "./curves.js";

const SHARE = 0.42;  // of the window's height, for the board
const SPEED = 10;  // steps a second
const AHEAD = 24;
const HOLD = 0.8;  // seconds that the end of a try stays
const REST = 2;    // seconds after the last try

export class Lesson {
  /** `isRunning` says whether the agent still changes. */
  constructor(live, isRunning) {
    this.live = live;
    this.isRunning = isRunning;
    this.board = new Board(get("board-train"), SHARE);
    this.screen = new Screen(this.board.canvas, get("text-train"), SHARE, () => this.redraw());
    this.visible = false;
    this.seed = 0;
    this.record = null;
    live.on("lesson", (message) => this.begun(message));
    live.on("lesson_try", (message) => this.take(message, "begin"));
    live.on("lesson_step", (message) => this.take(message, "step"));
    get("lesson-next").addEventListener("click", () => this.begin(this.seed + 1));
  }

  show(visible) {
    this.visible = visible;
    if (!visible) return;
    if (!this.record) this.begin(0);
    this.now = null;
    requestAnimationFrame((now) => this.tick(now));
  }

  begin(seed) {
    this.seed = seed;
    this.record = null;
    this.live.send({ do: "lesson", seed });
  }

  begun(message) {
    this.record = new Record();
    this.message = message;
    this.at = this.asked = 0;
    this.hold = 0;
    get("lesson-name").textContent = `Level ${message.level}`;
    get("lesson-agent").textContent = `agent of step ${few(message.agent_step)}`;
    get("lesson-tries").replaceChildren();
    this.need();
  }

  /** This cannot be shown. */
  refused() {
    get("lesson-card").hidden = true;
    this.visible = false;
  }

  need() {
    const { record } = this;
    if (this.asked > 0 || (record.betweenTries ? this.at < record.last || record.tries.length >= this.message.tries : record.last - this.at > AHEAD)) return;
    this.asked = AHEAD;
    this.live.send({ do: "lesson_more", count: AHEAD });
  }

  take(message, how) {
    if (!this.record) return;
    this.record[how](message);
    this.asked = this.record.betweenTries ? 0 : this.asked - 1;
  }

  tick(now) {
    if (!this.visible) return;
    const passed = Math.min(0.25, (now - (this.now ?? now)) / 1000);
    this.now = now;
    if (this.record?.moments.length) this.advance(passed);
    else if (this.record) this.need();
    requestAnimationFrame((next) => this.tick(next));
  }

  advance(passed) {
    const { record } = this;
    this.hold -= passed;
    if (this.hold > 0) return;
    const before = Math.floor(this.at);
    this.at = Math.min(record.last, this.at + passed * SPEED);
    const here = Math.floor(this.at);
    const ended = record.tries.find((one) => one.lanes[0].endedAt > before && one.lanes[0].endedAt <= here);
    if (ended) this.ended(ended);
    this.draw(Math.floor(this.at));
    const over = this.at === record.last && record.betweenTries && record.tries.length >= this.message.tries;
    if (over && this.isRunning()) this.begin(this.seed + 1);
    else this.need();
  }

  /** The agent's own try is over; what its twin still does is not shown. */
  ended(one) {
    const { end } = one.lanes[0];
    this.at = Math.max(...one.lanes.map((lane) => lane.endedAt ?? this.record.last));
    this.hold = one.number >= this.message.tries ? REST : HOLD;
    const mark = end.success === null ? "" : end.success ? " ✓" : " ✕";
    get("lesson-tries").append(make("li", {}, `${plural(end.steps, "step")}, return ${Math.round(end.returns * 100) / 100}${mark}`));
  }

  draw(here) {
    const moment = this.record.moments[here];
    const frame = moment.lanes[0];
    const one = this.record.begunBy(here).at(-1);
    if (frame.map) this.onMap(frame, one, here);
    else this.screen.draw(frame);
    get("lesson-count").textContent = `try ${one.number} of ${this.message.tries}, step ${frame.step}`;
    const place = frame.map ? `, at row ${frame.at[0] + 1}, column ${frame.at[1] + 1}` : "";
    for (const shown of ["board-train", "text-train"]) get(shown).setAttribute("aria-label", `The agent in training: try ${one.number}, step ${frame.step}${place}`);
  }

  redraw() {
    if (this.visible && this.record?.moments.length) this.draw(Math.floor(this.at));
  }

  onMap(frame, one, here) {
    this.screen.leave();
    this.board.draw({ map: frame.map, agent: frame.at, seen: frame.seen, paths: [{ points: one.lanes[0].path.slice(0, here - one.first + 1), look: lookOf(one.number), number: one.number }] });
  }
}
