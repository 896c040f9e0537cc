// Mutation of dungeons: one change at a time that keeps a level solvable.

import { CHEST, DOORS, FLOOR, GOAL, MONSTER_1, POTION_1, SCROLL_1, WALL } from "../../codes.js";
import { drawRules, isFree, isSafe, Layout, mayHold, singleWorld } from "../../rules/dungeon.js";
import { Grid, zeros } from "../../rules/grid.js";
import { below, streamOf } from "../../rules/random.js";
import { Refused } from "../errors.js";
import { sameContent } from "../levels.js";
import { HIDDEN, HIDDEN_SIZE, hiddenOf } from "./dungeon_checks.js";

const TRIES = 1000;
const CLEAN = 0;  // ways that step on no thing
const FIXED = [WALL, FLOOR, GOAL, CHEST, ...DOORS];
const KINDS = [[POTION_1, 4], [SCROLL_1, 3], [MONSTER_1, 3]];

/** A solvable level that differs by one change; `level` has its hidden rules. */
export function changedLevel(family, level, seed) {
  const stream = streamOf(seed);
  const before = escapes(family.pack(level));
  for (let k = 0; k < TRIES; k++) {
    const changed = oneChange(level, stream);
    if (sameContent(changed, level)) continue;
    let after;
    try {
      after = family.pack(changed);
    } catch (error) {
      if (error instanceof Refused) continue;
      throw error;
    }
    if (!before || escapes(after)) return changed;
  }
  throw new Refused("no change keeps this level solvable: there is no tile to dig and no thing to move.");
}

/** Whether a level can be escaped under any rules by a way that steps on no thing. */
function escapes(levels) {
  const { height, width } = levels;
  return isSafe(
    new Layout(levels.tiles, levels.size, levels.spawn, levels.goal, levels.hidden), CLEAN,
    zeros("uint16", [height, width]), zeros("uint16", [height, width]), zeros("uint8", [height, width]),
    zeros("int32", height * width + 1), zeros("int32", [2, 2]), zeros("int32", 2 * height * width), singleWorld(height, width));
}

function oneChange(level, stream) {
  const choice = below(stream, 4);
  if (choice === 0) return { ...level, hidden: redrawOne(level, stream), seed: null };
  const padded = withWall(level.map);
  [digOrWallUp, moveThing, exchange][choice - 1](padded, stream);
  return { ...level, map: withoutWall(padded), seed: null };
}

/** A map with wall all around, so that every tile has neighbours. */
function withWall({ codes, height, width }) {
  const padded = { codes: new Uint8Array((height + 2) * (width + 2)), height: height + 2, width: width + 2 };
  codes.forEach((code, k) => { padded.codes[(Math.floor(k / width) + 1) * (width + 2) + (k % width) + 1] = code; });
  return padded;
}

function withoutWall({ codes, height, width }) {
  const inner = codes.filter((_, k) => k >= width && k < codes.length - width && k % width !== 0 && k % width !== width - 1);
  return { codes: inner, height: height - 2, width: width - 2 };
}

/** Hidden rules, those of one name drawn anew; moves are drawn only where they are shuffled. */
function redrawOne({ hidden }, stream) {
  const names = Object.keys(HIDDEN).filter((name) => name !== "moves" || hidden.moves.join() !== "0,1,2,3");
  const name = names[below(stream, names.length)];
  const rules = zeros("int64", HIDDEN_SIZE);
  drawRules(rules, true, stream);
  return { ...hidden, [name]: hiddenOf(rules.data)[name] };
}

/** The places of the tiles for which something holds, in reading order. */
const placesWhere = (map, holds) => Array.from(map.codes.keys()).filter((k) => holds(map.codes[k], Math.floor(k / map.width), k % map.width));

function digOrWallUp(map, stream) {
  const inner = placesWhere(map, (code, r, c) => code <= FLOOR && r >= 2 && c >= 2 && r < map.height - 2 && c < map.width - 2);
  if (!inner.length) return;
  const place = inner[below(stream, inner.length)];
  map.codes[place] = map.codes[place] === FLOOR ? WALL : FLOOR;
}

/** A thing, a monster or the spawn goes to another tile of floor; where there is none it stays. */
function moveThing(map, stream) {
  const things = placesWhere(map, (code) => !FIXED.includes(code));
  const place = things[below(stream, things.length)];
  const thing = map.codes[place];
  map.codes[place] = FLOOR;
  const grid = new Grid(map.codes, [map.height, map.width]);
  const room = placesWhere(map, (code, r, c) => code === FLOOR && (isFree(thing) || mayHold(grid, r, c)));
  map.codes[room.length ? room[below(stream, room.length)] : place] = thing;
}

/** A potion, scroll or monster becomes another of its kind. */
function exchange(map, stream) {
  const things = placesWhere(map, (code) => code >= POTION_1 && code !== CHEST);
  if (!things.length) return;
  const place = things[below(stream, things.length)];
  for (const [first, kinds] of KINDS) {
    if (map.codes[place] >= first && map.codes[place] < first + kinds) {
      map.codes[place] = first + below(stream, kinds);
      return;
    }
  }
}
