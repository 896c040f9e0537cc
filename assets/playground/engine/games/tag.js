// The family `arena` and the game `tag`.

import { COVER, EXIT_1, EXIT_4, FLOOR, GLYPHS, GOAL, LOAD, PLAYER_1, PLAYER_2, SPAWN, WALL } from "../../codes.js";
import { constant, cut, full, part, zeros } from "../../rules/grid.js";
import { below, streamOf } from "../../rules/random.js";
import { drawOthers, fill, measure, observe, reset, step } from "../../rules/tag.js";
import { Refused, Unsolvable } from "../errors.js";
import { emptyLevels, gridOf64, oneLevel, putLevel, rangesOf } from "../family.js";
import { Game, squareAround } from "../game.js";
import { at, checkHidden, checkTiles, contentHash, find, mapIn, sameContent } from "../levels.js";
import { eventsOf, statusOf } from "./tag_words.js";

const EXITS = [EXIT_1, EXIT_1 + 1, EXIT_1 + 2, EXIT_4];
const TILES = [WALL, FLOOR, SPAWN, GOAL, ...EXITS, COVER, 28, LOAD];
const ONCE = [[SPAWN, 4], [GOAL, 1], ...EXITS.map((code) => [code, 1])];
const CHANGEABLE = [WALL, FLOOR, COVER];
const [LEAST_SIDE, MOST_SIDE] = [7, 63];
const [STYLE_SIZE, THOUSAND] = [8, 1000];
const OTHERS = STYLE_SIZE + 1;
const TRIES = 1000;
const CLOCK = 6;
const [STEP, LIMIT, STATE, LEFT] = [0, 1, 2, 5];  // columns of the clock
const OVER = 2;
const [BLOCKED, FAR_WAY] = [1, 255];
const TILE_OF_VIEW = [FLOOR, WALL, ...EXITS, GOAL, PLAYER_2, PLAYER_1];

const empty = (n, height, width) => emptyLevels(n, height, width, {
  spots: full("int32", [n, 8, 2], -1),
  others: zeros("int64", [n, OTHERS]),
});

export class Family {
  constructor(data) {
    this.name = "arena";
    this.data = data;
  }

  generate(address) {
    const { ranges, others, height, width } = rangesOf(this.data.family, address.split);
    const a = empty(1, height, width);
    const failed = fill(gridOf64(ranges), gridOf64(others), ...oneLevel(address), a.tiles, a.size, a.spots, a.parSteps, a.distance, a.others, a.seed, a.content);
    if (failed >= 0) throw new Refused(`seed ${address.seed}: no arena of these ranges had room for all in the split '${address.split}'.`);
    return { family: "arena", map: mapIn(part(a.tiles, 0), ...a.size.data), hidden: hiddenOf(a.others.data), seed: address.seed };
  }

  /** The level with its others; a level without any gets a style drawn from its tiles' hash. */
  whole(level) {
    if (Object.keys(level.hidden).length) return level;
    const others = zeros("int64", OTHERS);
    drawOthers(gridOf64(this.data.family.near.others), streamOf(contentHash(level)), others);
    return { ...level, hidden: hiddenOf(others.data) };
  }

  validate(level) {
    const { map } = level;
    checkTiles(level, TILES, "an arena", this.data.tiles);
    if (Math.min(map.height, map.width) < LEAST_SIDE || Math.max(map.height, map.width) > MOST_SIDE || !(map.height % 2 && map.width % 2)) {
      throw new Refused(`an arena has a middle, and sides of ${LEAST_SIDE} to ${MOST_SIDE} tiles: draw an odd number of rows and of columns; this one is ${map.height} x ${map.width}.`);
    }
    for (const [code, count] of ONCE) {
      const drawn = find(map, code).length;
      if (drawn !== count) throw new Refused(`an arena has ${count} of '${this.data.tiles[code]}' '${GLYPHS[code]}'; this one has ${drawn}.`);
    }
    const [[row, column]] = find(map, GOAL);
    if (row !== (map.height - 1) / 2 || column !== (map.width - 1) / 2) throw new Refused("the goal 'G' of an arena stands in its middle.");
    checkEdge(map);
    checkOthers(level);
  }

  /** The level n times, as arrays. */
  pack(drawn, n = 1) {
    this.validate(drawn);
    const level = this.whole(drawn);
    const { height, width } = level.map;
    const a = empty(n, height, width);
    for (let i = 0; i < n; i++) {
      putLevel(a, i, level);
      a.others.data.set([...level.hidden.style, ...level.hidden.skill], OTHERS * i);
    }
    measure(a.tiles, a.size, a.spots, a.parSteps, a.distance);
    if (a.parSteps.data[0] < 0) throw new Unsolvable("some tile of this arena has no way to the middle. Open a way of floor '.', or wall it up.");
    return a;
  }

  mutate(drawn, seed) {
    this.pack(drawn);
    const [level, stream] = [this.whole(drawn), streamOf(seed)];
    for (let k = 0; k < TRIES; k++) {
      const changed = oneChange(level, stream);
      if (sameContent(changed, level)) continue;
      try {
        this.pack(changed);
      } catch (error) {
        if (error instanceof Unsolvable) continue;
        throw error;
      }
      return changed;
    }
    throw new Refused("no change keeps this level solvable: it has no inner tile to change.");
  }
}

const hiddenOf = (others) => ({ style: Array.from(others.slice(0, STYLE_SIZE)), skill: Array.from(others.slice(STYLE_SIZE, OTHERS)) });

/** A change that may leave everything as it is, or make the level unsolvable. */
function oneChange(level, stream) {
  const { height, width } = level.map;
  const [codes, style] = [level.map.codes.slice(), [...level.hidden.style]];
  if (below(stream, 4) === 0) {
    const value = below(stream, THOUSAND);
    style[below(stream, STYLE_SIZE)] = value;
  } else {
    const [row, column] = [1 + below(stream, height - 2), 1 + below(stream, width - 2)];
    const kind = CHANGEABLE[below(stream, CHANGEABLE.length)];
    for (const place of [row * width + column, (height - 1 - row) * width + width - 1 - column]) {
      if (CHANGEABLE.includes(codes[place])) codes[place] = kind;
    }
  }
  return { family: "arena", map: { codes, height, width }, hidden: { ...level.hidden, style }, seed: null };
}

function checkEdge({ codes, height, width }) {
  codes.forEach((code, k) => {
    const [row, column] = [Math.floor(k / width), k % width];
    if (code === WALL || EXITS.includes(code)) return;
    if (row === 0 || column === 0 || row === height - 1 || column === width - 1) throw new Refused(`${at([row, column])}: the edge of an arena is wall or exits.`);
  });
}

function checkOthers(level) {
  if (!Object.keys(level.hidden).length) {
    checkHidden(level, [], "an arena");
    return;
  }
  checkHidden(level, ["style", "skill"], "an arena");
  const { style, skill } = level.hidden;
  const shown = (values) => `[${values.slice(0, 20).join(", ")}]`;
  if (style.length !== STYLE_SIZE || !style.every((value) => value >= 0 && value < THOUSAND)) {
    throw new Refused(`a style is ${STYLE_SIZE} numbers from 0 to ${THOUSAND - 1}; this one is ${shown(style)}.`);
  }
  if (skill.length !== 1 || !(skill[0] >= 0 && skill[0] <= THOUSAND)) {
    throw new Refused(`skill is one number from 0 to ${THOUSAND}; this one is ${shown(skill)}.`);
  }
}

export class Play extends Game {
  constructor(n, data) {
    super(n, data.form);
    this.config = data.config;
    this.words = data.words;
    this.hasPlans = false;
    this.hasEvents = true;
    this.scripted = data.config.others === "scripted";
    this.players = data.config.players;
    this.size = zeros("int32", [n, 2]);
    this.chance = zeros("uint64", n);
    this.others = zeros("int64", [n, OTHERS]);
    this.spots = zeros("int64", [n, 16]);
    this.places = zeros("int64", [n, 2 * this.players]);
    this.clock = zeros("int64", [n, CLOCK]);
    for (let i = 0; i < n; i++) this.clock.data[CLOCK * i + STATE] = OVER;
    this.leftBefore = new Array(n).fill(0);
    this.everyone = full("bool_", n, 1);
    this.makeRoom(0, 0);
  }

  get pad() {
    return (this.config.view - 1) / 2;
  }

  makeRoom(height, width) {
    const sides = [height + 2 * this.pad, width + 2 * this.pad];
    if (this.board?.shape[2] === sides[0] && this.board.shape[3] === sides[1]) return;
    this.board = full("uint8", [this.n, 1, ...sides], BLOCKED);
    this.ways = full("uint8", [this.n, 4, ...sides], FAR_WAY);
  }

  /** Begin a match of level i in game i where the flag holds. */
  reset(levels, flags) {
    this.makeRoom(levels.height, levels.width);
    const mask = constant("bool_", this.n, flags.map(Number));
    const arenas = [levels.tiles, levels.size, levels.spots, levels.distance, levels.others, levels.chance];
    reset(mask, this.config.fresh_maps, arenas, full("int32", this.n, this.config.limit), this.world, this.pad, this.alive);
    this.observe(mask);
  }

  step() {
    this.leftBefore = this.leftBefore.map((_, i) => this.clock.data[CLOCK * i + LEFT]);
    step(this.actions, this.scripted, this.world, this.pad, this.reward, this.terminated, this.truncated, this.success, this.alive);
    this.observe(this.everyone);
  }

  observe(mask) {
    const { view, exits, runner, time, outcome, role, style } = this.obs;
    observe(mask, this.world, this.pad, view, exits, runner, time, outcome);
    for (let i = 0; i < this.n; i++) if (mask.data[i]) this.observeRest(i, role, style);
  }

  /** Which side a seat is on, where seats are played from outside, and the others' style where it is revealed. */
  observeRest(i, role, style) {
    for (let seat = 0; seat < this.seats; seat++) {
      const place = i * this.seats + seat;
      if (role) role.data[place] = seat === this.seats - 1 ? 1 : 0;
      for (let k = 0; style && k < OTHERS; k++) style.data[place * OTHERS + k] = this.others.data[i * OTHERS + k] / (THOUSAND / 2) - 1;
    }
  }

  get world() {
    return [this.size, this.chance, this.others, this.spots, this.places, this.clock, this.board, this.ways];
  }

  stepLimit() {
    return this.config.limit;
  }

  par() {
    return 1;
  }

  /** The arena as the first seat sees it. */
  scene(i) {
    const { pad, players } = this;
    const [height, width] = this.size.data.subarray(2 * i, 2 * i + 2);
    const map = mapIn(part(this.board, i, 0, cut(pad), cut(pad)), height, width);
    for (let k = 0; k < map.codes.length; k++) map.codes[k] = TILE_OF_VIEW[map.codes[k]];
    const placeOf = (p) => Array.from(this.places.data.subarray(2 * (i * players + p), 2 * (i * players + p) + 2));
    for (let p = 1; p < players; p++) {
      const [row, column] = placeOf(p);
      map.codes[row * width + column] = p === players - 1 ? PLAYER_1 : PLAYER_2;
    }
    const clock = this.clockAt(i);
    return { map, agent: placeOf(0), seen: squareAround(placeOf(0), pad), step: clock[STEP], limit: clock[LIMIT], status: statusOf(clock) };
  }

  clockAt(i) {
    return Array.from(this.clock.data.subarray(CLOCK * i, CLOCK * (i + 1)));
  }

  /** Events of the last step of game i, in words. */
  events(i) {
    const clock = this.clockAt(i);
    return clock[STEP] ? eventsOf(this.words, clock, clock[LEFT] > this.leftBefore[i]) : [];
  }
}
