// What games have in common: the arrays that they write into.

import { zeros } from "../rules/grid.js";

export class Game {
  /** `form` says what a seat sees: { seats, obs: [[name, shape, kind]], heads }. */
  constructor(n, form) {
    this.n = n;
    this.seats = form.seats;
    this.heads = form.heads;
    this.obs = {};
    for (const [name, shape, kind] of form.obs) this.obs[name] = zeros(kind, [n, form.seats, ...shape]);
    this.reward = zeros("float32", [n, form.seats]);
    for (const name of ["terminated", "truncated", "success", "alive"]) this[name] = zeros("bool_", [n, form.seats]);
    this.actions = zeros("int64", [n, form.seats, form.heads]);
    this.hasEvents = false;
  }

  /** The observation of one seat, by name. */
  seen(i, seat) {
    const shown = {};
    for (const [name, { data }] of Object.entries(this.obs)) {
      const size = data.length / (this.n * this.seats);
      shown[name] = data.slice((i * this.seats + seat) * size, (i * this.seats + seat + 1) * size);
    }
    return shown;
  }

  /** Whether the episode of a seat has ended. */
  isOver(i, seat) {
    const place = i * this.seats + seat;
    return Boolean(this.terminated.data[place] || this.truncated.data[place]);
  }

  /** Whether all seats of a game have ended. */
  isDone(i) {
    for (let seat = 0; seat < this.seats; seat++) if (!this.isOver(i, seat)) return false;
    return true;
  }

  events() {
    return [];
  }
}

/** The square that an agent sees: top, left, bottom, right. */
export const squareAround = ([row, column], reach) => [row - reach, column - reach, row + reach + 1, column + reach + 1];

/** Of n flags, the indices of those that hold. */
export const indicesOf = (flags) => flags.flatMap((flag, k) => (flag ? [k] : []));
