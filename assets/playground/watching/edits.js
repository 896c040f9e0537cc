// Changing tiles of the left board between two tries, by the mouse or by the keyboard.

import { FLOOR, WALL } from "../codes.js";
import { notice } from "../dom.js";

export class Edits {
  /** `board` is the one whose tiles become wall or floor. */
  constructor(watch, board) {
    this.watch = watch;
    this.board = board;
    this.forget();
    const { canvas } = board;
    canvas.addEventListener("click", (event) => {
      const place = this.allowed && board.placeOf(event);
      if (place) this.toggle(place);
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
    for (const name of ["focus", "blur"]) canvas.addEventListener(name, () => { watch.dirty = true; });
  }

  /** A trial begins anew. */
  forget() {
    this.cursor = null;
    this.next = null;      // the level with all changes, until it is played
    this.waiting = [];     // tiles that differ from the next try on
  }

  /** Games whose solver says whether a change leaves a way to the goal. */
  get allowed() {
    const { about } = this.watch.state;
    return Boolean(about?.has_plans && about.has_map && this.watch.ready);
  }

  get marks() {
    return this.waiting.map((place) => ({ place, kind: "next" }));
  }

  /** The frame that the arrow keys move; null while the keyboard is elsewhere. */
  get frame() {
    return this.allowed && document.activeElement === this.board.canvas ? this.cursor : null;
  }

  /** Make a tile wall or floor from the next try on. */
  toggle([row, column]) {
    const { watch } = this;
    const { level } = watch.state.level;
    const base = watch.pending?.level && this.next ? this.next : { ...level, map: { ...level.map } };
    const { map } = base;
    const place = row * map.width + column;
    const inner = row > 0 && column > 0 && row < map.height - 1 && column < map.width - 1;
    if (!inner || map.codes[place] > FLOOR) {
      notice("Only wall and floor inside the edge can be changed here; Draw changes everything.");
      return;
    }
    map.codes = map.codes.slice();
    map.codes[place] = map.codes[place] === WALL ? FLOOR : WALL;
    this.next = base;
    watch.state.tryLevel(base, () => {
      this.show(base.map);
      watch.changeTo(base);
      notice("From the next try on. The agent does not know it yet.");
    });
  }

  /** Mark the tiles in which a map differs from the one that is played. */
  show(map) {
    const shown = this.watch.record.moments.at(-1).lanes[0].map;
    this.waiting = [];
    if (shown.height !== map.height || shown.width !== map.width) return;
    const isPlain = (code) => code === WALL || code === FLOOR;
    map.codes.forEach((code, k) => {
      if (isPlain(code) && isPlain(shown.codes[k]) && code !== shown.codes[k]) this.waiting.push([Math.floor(k / map.width), k % map.width]);
    });
  }

  key(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (!this.allowed) return;
    const { map, at } = this.watch.shownFrame;
    this.cursor ??= [...at];
    if (event.key in moves) {
      const [down, right] = moves[event.key];
      this.cursor = [clamp(this.cursor[0] + down, map.height), clamp(this.cursor[1] + right, map.width)];
      this.watch.dirty = true;
    } else if (event.key === "Enter") {
      this.toggle(this.cursor);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

const clamp = (value, size) => Math.max(0, Math.min(size - 1, value));
