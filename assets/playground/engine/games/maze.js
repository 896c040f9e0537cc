// The family and the game `maze`.

import { FLOOR, GOAL, SPAWN, WALL } from "../../codes.js";
import { constant, cut, full, part, rint, zeros } from "../../rules/grid.js";
import { fill, measure, reset, step } from "../../rules/maze.js";
import { below, streamOf } from "../../rules/random.js";
import { Refused, Unsolvable } from "../errors.js";
import { emptyLevels, gridOf64, oneLevel, putLevel, rangesOf } from "../family.js";
import { Game, indicesOf, squareAround } from "../game.js";
import { checkHidden, checkOnce, checkTiles, find, mapIn } from "../levels.js";

const TILES = [WALL, FLOOR, SPAWN, GOAL];
const TILE_OF_VIEW = [FLOOR, WALL, GOAL];
const TRIES = 1000;
const BY_LIMIT = 2;

export class Family {
  constructor(data) {
    this.name = "maze";
    this.data = data;
  }

  generate(address) {
    const { ranges, height, width } = rangesOf(this.data.family, address.split);
    const a = emptyLevels(1, height, width);
    const failed = fill(gridOf64(ranges), ...oneLevel(address), a.tiles, a.size, a.spawn, a.goal, a.parSteps, a.distance, a.seed, a.content);
    if (failed >= 0) throw new Refused(`seed ${address.seed}: no maze of these ranges lies in the split '${address.split}'.`);
    return { family: "maze", map: mapIn(part(a.tiles, 0), ...a.size.data), hidden: {}, seed: address.seed };
  }

  validate(level) {
    checkTiles(level, TILES, "a maze", this.data.tiles);
    checkOnce(level, [SPAWN, GOAL], "a maze", this.data.tiles);
    checkHidden(level, [], "a maze");
  }

  /** The level n times, as arrays. */
  pack(level, n = 1) {
    this.validate(level);
    const a = emptyLevels(n, level.map.height, level.map.width);
    const [[spawn], [goal]] = [find(level.map, SPAWN), find(level.map, GOAL)];
    for (let i = 0; i < n; i++) {
      putLevel(a, i, level);
      a.spawn.data.set(spawn, 2 * i);
      a.goal.data.set(goal, 2 * i);
    }
    measure(a.tiles, a.size, a.spawn, a.goal, a.parSteps, a.distance);
    if (a.parSteps.data[0] < 0) {
      throw new Unsolvable(`the goal at row ${goal[0] + 1}, column ${goal[1] + 1} cannot be reached from the spawn. Open a way of floor '.' between 'S' and 'G'.`);
    }
    return a;
  }

  /** The level with its hidden rules. */
  whole(level) {
    return level;
  }

  mutate(level, seed) {
    this.pack(level);
    const stream = streamOf(seed);
    for (let k = 0; k < TRIES; k++) {
      const changed = oneChange(level, stream);
      if (!changed) continue;
      try {
        this.pack(changed);
      } catch (error) {
        if (error instanceof Unsolvable) continue;
        throw error;
      }
      return changed;
    }
    throw new Refused("no change keeps this level solvable: it has no inner tile to open.");
  }
}

/** Open or close one inner tile, or move the goal; null where that changes nothing. */
function oneChange(level, stream) {
  const { height, width } = level.map;
  if (Math.min(height, width) < 3) return null;
  const codes = level.map.codes.slice();
  const row = 1 + below(stream, height - 2);
  const place = row * width + 1 + below(stream, width - 2);
  if (codes[place] === SPAWN || codes[place] === GOAL) return null;
  if (codes[place] === FLOOR && below(stream, 2)) {
    codes[codes.indexOf(GOAL)] = FLOOR;
    codes[place] = GOAL;
  } else {
    codes[place] = codes[place] === WALL ? FLOOR : WALL;
  }
  return { family: "maze", map: { codes, height, width }, hidden: {}, seed: null };
}

export class Play extends Game {
  constructor(n, data) {
    super(n, data.form);
    this.config = data.config;
    this.hasPlans = true;
    this.content = zeros("uint64", n);
    for (const name of ["at", "spawn", "goal", "size"]) this[name] = zeros("int32", [n, 2]);
    this.clock = zeros("int32", [n, 3]);
    for (let i = 0; i < n; i++) this.clock.data[3 * i + 2] = BY_LIMIT;
    this.makeRoom(1, 1);
  }

  makeRoom(height, width) {
    if (this.distance?.shape[1] === height && this.distance.shape[2] === width) return;
    const pad = this.config.view - 1;
    this.board = full("uint8", [this.n, height + pad, width + pad], 1);
    this.distance = full("uint16", [this.n, height, width], 65535);
    this.content.data.fill(0n);
    this.size.data.fill(0);
  }

  /** Begin an episode of level i in game i where the flag holds. */
  reset(levels, flags) {
    this.makeRoom(levels.height, levels.width);
    const { steps_per_tile: share, goal_visible: visible } = this.config;
    const drawn = [levels.tiles, levels.distance, levels.size, levels.spawn, levels.goal, levels.content];
    const rows = indicesOf(flags);
    reset(constant("int64", rows.length, rows), drawn, this.content, share, visible, this.world, this.alive, this.shown);
  }

  step() {
    step(this.actions, this.world, this.reward, this.terminated, this.truncated, this.success, this.alive, this.shown);
  }

  get world() {
    return [this.board, this.distance, this.size, this.spawn, this.goal, this.at, this.clock];
  }

  get shown() {
    const { view, place, goal_offset: offset = zeros("uint8", [0, 1, 2]) } = this.obs;
    return [view, place, offset, zeros("uint8", [0, 1])];
  }

  stepLimit(levels) {
    const area = levels.size.data[0] * levels.size.data[1];
    return Math.max(1, rint(this.config.steps_per_tile * area));
  }

  par(levels) {
    const [steps, limit] = [levels.parSteps.data[0], this.stepLimit(levels)];
    return steps <= limit ? Math.fround(1 - (0.9 * steps) / limit) : 0;
  }

  /** Steps of a plan. */
  parSteps(levels) {
    return levels.parSteps.data[0];
  }

  scene(i) {
    const reach = (this.config.view - 1) / 2;
    const [height, width] = this.size.data.subarray(2 * i, 2 * i + 2);
    const map = mapIn(part(this.board, i, cut(reach), cut(reach)), height, width);
    for (let k = 0; k < map.codes.length; k++) map.codes[k] = TILE_OF_VIEW[map.codes[k]];
    const place = (grid) => [grid.data[2 * i], grid.data[2 * i + 1]];
    for (const [grid, code] of [[this.spawn, SPAWN], [this.goal, GOAL]]) map.codes[place(grid)[0] * width + place(grid)[1]] = code;
    const agent = place(this.at);
    return { map, agent, seen: squareAround(agent, reach), step: this.clock.data[3 * i], limit: this.clock.data[3 * i + 1], status: "" };
  }
}
