// One agent that plays episodes in a row on one level, moment by moment.

import { rowsOf } from "../codes.js";
import { episodeChance } from "./family.js";
import { inOneLine } from "./errors.js";

const SEAT_STRIDE = 1_000_003;
const [MOST_EVENTS, LONGEST] = [4, 80];

export class Session {
  /** `engine` makes games and minds; `wipe` clears the memory before every episode. */
  constructor(engine, agent, level, { wipe = false, seed = 0 } = {}) {
    this.engine = engine;
    this.game = engine.game(1);
    this.agent = agent;
    this.seed = seed;
    this.wipe = wipe;
    this.episode = 0;
    this.minds = null;
    this.over = true;
    this.changeLevel(level);
  }

  /** Play the episodes that have not begun on this level; memories are kept. */
  changeLevel(level) {
    const levels = this.engine.family.pack(level);
    this.levels = levels;
    this.parSteps = this.game.hasPlans ? this.game.parSteps(levels) : null;
    this.parReturn = this.game.par(levels);
  }

  /** Go on with what the agent of another session remembers. */
  takeMemory(other) {
    this.minds = other.minds;
    this.last = other.last;
  }

  /** Begin the next episode; returns its first moment. */
  begin() {
    this.minds ??= Array.from({ length: this.game.seats }, (_, k) => this.agent.begin(1, this.seed + k * SEAT_STRIDE));
    this.last ??= this.minds.map(() => ({ reward: 0, done: false }));
    if (this.wipe && this.episode > 0) {
      for (const mind of this.minds) mind.forget();
      this.last = this.minds.map(() => ({ reward: 0, done: false }));
    }
    this.levels.chance.data.fill(episodeChance(this.seed, this.levels.content.data[0], this.episode));
    this.episode++;
    this.game.reset(this.levels, [true]);
    this.returns = 0;
    this.over = false;
    return this.moment([]);
  }

  /** Play a step; returns the moment that it leads to. */
  step() {
    const { game, minds } = this;
    const acting = minds.map((_, k) => minds.length === 1 || Boolean(game.alive.data[k]));
    minds.forEach((mind, k) => {
      if (acting[k]) game.actions.data.set([mind.act(game.seen(0, k), this.last[k].reward, this.last[k].done)].flat(), k * game.heads);
      else game.actions.data.fill(0, k * game.heads, (k + 1) * game.heads);
    });
    game.step();
    minds.forEach((_, k) => { if (acting[k]) this.last[k] = { reward: game.reward.data[k], done: game.isOver(0, k) }; });
    this.returns += game.reward.data.reduce((a, b) => a + b, 0) / game.seats;
    this.over = game.isDone(0);
    return this.moment(game.events(0));
  }

  moment(events) {
    const scene = this.game.scene(0);
    const end = this.over
      ? { steps: scene.step, returns: round(this.returns), success: this.game.success.data.some(Boolean), outcome: "" }
      : null;
    return { scene, returns: this.returns, events, end };
  }

  /** Play a whole trial of so many episodes. */
  play(episodes) {
    for (let k = 0; k < episodes; k++) for (this.begin(); !this.over;) this.step();
  }
}

const TIE = `5${"0".repeat(24)}`;

/** A number with so many decimals; of two that are as near, the one whose last decimal is even. */
export function round(value, digits = 3) {
  if (value.toFixed(digits + TIE.length).slice(-TIE.length) !== TIE) return Number(value.toFixed(digits));
  const whole = Math.floor(value * 10 ** digits);
  return (whole + (whole % 2 === 0 ? 0 : 1)) / 10 ** digits;
}

/** Writes moments as messages: whole at the start of a try, changes alone from then on. */
export class FrameWriter {
  write({ scene, returns, events, end }, whole = false) {
    const { map } = scene;
    const plain = { at: scene.agent, seen: scene.seen, step: scene.step, returns: round(returns) };
    const old = this.codes;
    if (whole || old?.length !== map.codes.length) {
      Object.assign(plain, { rows: rowsOf(map), limit: scene.limit });
    } else {
      const changed = [];
      map.codes.forEach((code, k) => { if (code !== old[k]) changed.push([k, code]); });
      if (changed.length) plain.changed = changed;
    }
    if (scene.status) plain.status = inOneLine(scene.status, LONGEST);
    if (events.length) plain.events = events.slice(0, MOST_EVENTS).map((words) => inOneLine(words, LONGEST));
    if (end) plain.end = end;
    this.codes = map.codes;
    return plain;
  }
}
