// The family and the game `dungeon`.

import { GOAL, KEYS, MONSTER_1, SPAWN } from "../../codes.js";
import { fill, Layout, measure, observe, planOne, reset, singleWorld, step } from "../../rules/dungeon.js";
import { constant, cut, full, part, rint, zeros } from "../../rules/grid.js";
import { Refused, Unsolvable } from "../errors.js";
import { emptyLevels, gridOf64, oneLevel, putLevel, rangesOf, UNREACHABLE } from "../family.js";
import { Game, squareAround } from "../game.js";
import { find, mapIn } from "../levels.js";
import { changedLevel } from "./dungeon_changes.js";
import { check, HIDDEN_SIZE, hiddenOf, hiddenRow, MONSTERS, unsolvableWords, withRules } from "./dungeon_checks.js";
import { eventsOf, statusOf } from "./dungeon_words.js";

const [HEALTH_SIZE, HAND, STEPS, LIMIT, ENDED] = [8, 1, 5, 6, 7];  // how many columns the status has, and some of them
const OUT_OF_TIME = 3;
const STEPS_PER_CLOCK = 2;
const MOST_MONSTERS = 12;
const MONSTER_SIZE = 5;
const PLANS = new WeakMap();  // of levels that were planned already

const empty = (n, height, width) => emptyLevels(n, height, width, {
  keyDistance: full("uint16", [n, height, width], UNREACHABLE),
  hidden: zeros("uint8", [n, HIDDEN_SIZE]),
});

export class Family {
  constructor(data) {
    this.name = "dungeon";
    this.data = data;
  }

  generate(address) {
    const { ranges, settings, height, width } = rangesOf(this.data.family, address.split);
    const a = empty(1, height, width);
    const failed = fill(gridOf64(ranges), gridOf64(settings), ...oneLevel(address), a.tiles, a.size, a.spawn, a.goal,
      a.parSteps, a.distance, a.keyDistance, a.hidden, a.seed, a.content);
    if (failed >= 0) throw new Refused(`seed ${address.seed}: no dungeon of these ranges had room for everything.`);
    return { family: "dungeon", map: mapIn(part(a.tiles, 0), ...a.size.data), hidden: hiddenOf(a.hidden.data), seed: address.seed };
  }

  whole(level) {
    return withRules(level, this.data.family.near.shuffled);
  }

  /** The level n times, as arrays. */
  pack(drawn, n = 1) {
    check(drawn, this.data.tiles);
    const level = this.whole(drawn);
    const a = empty(n, level.map.height, level.map.width);
    for (let i = 0; i < n; i++) {
      putLevel(a, i, level);
      a.spawn.data.set(find(level.map, SPAWN)[0], 2 * i);
      a.goal.data.set(find(level.map, GOAL)[0], 2 * i);
      a.hidden.data.set(hiddenRow(level), HIDDEN_SIZE * i);
    }
    measure(a.tiles, a.size, a.spawn, a.goal, a.hidden, a.parSteps, a.distance, a.keyDistance);
    if (a.parSteps.data[0] < 0) throw new Unsolvable(unsolvableWords(level, this.data.tiles));
    return a;
  }

  mutate(level, seed) {
    this.pack(level);
    return changedLevel(this, this.whole(level), seed);
  }
}

export class Play extends Game {
  constructor(n, data) {
    super(n, data.form);
    this.config = data.config;
    this.words = data.words;
    this.hasPlans = this.hasEvents = true;
    this.limit = zeros("int32", n);
    const counts = { size: 2, keyAt: 2, lock: 3, noted: 8, places: 6, hero: 2, status: HEALTH_SIZE, happened: 3 };
    for (const [name, count] of Object.entries(counts)) this[name] = zeros("int32", [n, count]);
    for (let i = 0; i < n; i++) this.status.data[HEALTH_SIZE * i + ENDED] = OUT_OF_TIME;
    this.rules = zeros("uint8", [n, HIDDEN_SIZE]);
    this.monsters = full("int32", [n, MOST_MONSTERS, MONSTER_SIZE], -1);
    this.everyone = full("bool_", n, 1);
    this.makeRoom(1, 1);
  }

  get reach() {
    return (this.config.view - 1) / 2;
  }

  makeRoom(height, width) {
    if (this.toExit?.shape[1] === height && this.toExit.shape[2] === width) return;
    const { n, reach } = this;
    this.board = zeros("uint8", [n, height + 2 * reach, width + 2 * reach]);
    this.toExit = full("uint16", [n, height, width], UNREACHABLE);
    this.toKey = full("uint16", [n, height, width], UNREACHABLE);
    this.search = [zeros("uint8", [height, width]), zeros("int32", height * width + 1)];
  }

  /** Begin an episode of level i in game i where the flag holds. */
  reset(levels, flags) {
    this.makeRoom(levels.height, levels.width);
    flags.forEach((flag, i) => { if (flag) this.limit.data[i] = this.clockLimit(levels, i); });
    const mask = constant("bool_", this.n, flags.map(Number));
    const layout = [levels.tiles, levels.size, levels.spawn, levels.goal, levels.hidden];
    reset(mask, this.reach, layout, this.limit, levels.distance, levels.keyDistance, this.world, this.ways, this.alive);
    this.observe(mask);
  }

  step() {
    step(this.actions, this.reach, this.world, this.ways, this.search, this.reward, this.terminated, this.truncated, this.success, this.alive);
    this.observe(this.everyone);
  }

  observe(mask) {
    const none = zeros("uint8", [0, 1, 1]);
    const { view, place, status, touched, landmarks, rules = none, key_offset: offset = none } = this.obs;
    observe(mask, this.world, this.ways, view, place, status, touched, landmarks, rules, offset);
  }

  get world() {
    return [this.board, this.places, this.rules, this.hero, this.status, this.monsters, this.happened];
  }

  get ways() {
    return [this.size, this.toExit, this.toKey, this.keyAt, this.lock, this.noted];
  }

  /** Limit of the clock, at which the exit pays least. */
  clockLimit({ size, parSteps }, i = 0) {
    const area = size.data[2 * i] * size.data[2 * i + 1];
    return Math.max(rint(this.config.steps_per_tile * area), parSteps.data[i], 1);
  }

  stepLimit(levels) {
    return STEPS_PER_CLOCK * this.clockLimit(levels);
  }

  /** How many actions the solver's plan has, and what it earns. */
  plan(levels) {
    if (!PLANS.has(levels)) PLANS.set(levels, this.planned(levels));
    return PLANS.get(levels);
  }

  planned(levels) {
    const limit = this.clockLimit(levels);
    const layout = new Layout(levels.tiles, levels.size, levels.spawn, levels.goal, levels.hidden);
    const best = zeros("int64", STEPS_PER_CLOCK * limit);
    const world = singleWorld(levels.height, levels.width);
    return planOne(layout, constant("int32", 1, [limit]), levels.distance, levels.keyDistance, world, best);
  }

  par(levels) {
    return Math.fround(this.plan(levels)[1]);
  }

  parSteps(levels) {
    return this.plan(levels)[0];
  }

  scene(i) {
    const { reach } = this;
    const [height, width] = this.size.data.subarray(2 * i, 2 * i + 2);
    const map = mapIn(part(this.board, i, cut(reach), cut(reach)), height, width);
    for (let m = 0; m < MOST_MONSTERS; m++) {
      const [row, column, , , kind] = this.monsters.data.subarray((i * MOST_MONSTERS + m) * MONSTER_SIZE, (i * MOST_MONSTERS + m + 1) * MONSTER_SIZE);
      if (kind < 0) break;
      map.codes[row * width + column] = MONSTER_1 + kind;
    }
    const agent = Array.from(this.hero.data.subarray(2 * i, 2 * i + 2));
    const status = this.statusAt(i);
    return { map, agent, seen: squareAround(agent, reach), step: status[STEPS], limit: STEPS_PER_CLOCK * status[LIMIT], status: statusOf(this.words, status) };
  }

  statusAt(i) {
    return Array.from(this.status.data.subarray(HEALTH_SIZE * i, HEALTH_SIZE * (i + 1)));
  }

  /** Events of the last step of game i, in words. */
  events(i) {
    const [row, column] = this.hero.data.subarray(2 * i, 2 * i + 2);
    const width = this.board.shape[2];
    const under = this.board.data[(i * this.board.shape[1] + row + this.reach) * width + column + this.reach];
    const status = this.statusAt(i);
    return eventsOf(this.words, {
      happened: this.happened.data.subarray(3 * i, 3 * i + 3),
      hand: status[HAND],
      harmless: this.rules.data.subarray(HIDDEN_SIZE * i, HIDDEN_SIZE * i + MONSTERS),
      putDown: KEYS.includes(under) ? under : null,
      ended: status[ENDED],
    });
  }
}
