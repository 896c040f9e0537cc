// The level that is drawn, watched and played: one for the whole page, and perhaps another that is played beside it.

import { mapOf, rowsOf } from "./codes.js";

export class LevelState extends EventTarget {
  constructor() {
    super();
    this.level = null;  // { family, map, hidden, entities }
    this.name = "";     // the seed it came from, while nothing was changed
  }

  /** Take over a level as Python sends it. */
  receive(plain, name) {
    this.set({ family: plain.family, map: mapOf(plain.tiles), hidden: plain.hidden, entities: plain.entities }, name);
  }

  set(level, name = "") {
    this.level = level;
    this.name = name;
    this.dispatchEvent(new Event("level"));
  }

  forget() {
    this.level = null;
    this.name = "";
  }

  /** The level as Python reads it. */
  get plain() {
    return plainOf(this.level);
  }
}

export function plainOf({ family, map, hidden, entities }) {
  return { family, tiles: rowsOf(map), hidden, entities };
}
