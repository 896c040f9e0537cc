// Checks of drawn dungeons, and the hidden rules of one that was drawn without.

import { CHEST, DOORS, GLYPHS, GOAL, KEYS, MONSTER_1, MOVES, SPAWN, WALL } from "../../codes.js";
import { drawRules, isFree } from "../../rules/dungeon.js";
import { zeros } from "../../rules/grid.js";
import { hashOfTiles, streamOf } from "../../rules/random.js";
import { Refused } from "../errors.js";
import { at, checkHidden, checkOnce, checkTiles, find, gridOf } from "../levels.js";

export const HIDDEN = { harmless: 3, keys: 3, moves: 4, potions: 4, scrolls: 3 };
export const HIDDEN_SIZE = 17;
export const MONSTERS = 3;
const MOST_MONSTERS = 12;
const TILES = Array.from({ length: CHEST + 1 }, (_, code) => code);

/** The level with hidden rules; for a level without any they are drawn from its tiles' hash. */
export function withRules(level, shuffledMoves) {
  if (Object.keys(level.hidden).length) return level;
  const stream = streamOf(hashOfTiles(gridOf(level.map), level.map.height, level.map.width));
  const rules = zeros("int64", HIDDEN_SIZE);
  drawRules(rules, shuffledMoves, stream);
  return { ...level, hidden: hiddenOf(rules.data) };
}

/** Hidden rules by name, out of 17 values. */
export function hiddenOf(values) {
  const hidden = {};
  let start = 0;
  for (const [name, count] of Object.entries(HIDDEN)) {
    hidden[name] = Array.from(values.slice(start, start + count));
    start += count;
  }
  return hidden;
}

export const hiddenRow = ({ hidden }) => Object.keys(HIDDEN).flatMap((name) => hidden[name]);

/** Refuse a level that the rules cannot play, with row and column; `names` of tiles by code. */
export function check(level, names) {
  checkTiles(level, TILES, "a dungeon", names);
  if (Object.keys(level.hidden).length || level.entities?.length) {
    checkHidden(level, Object.keys(HIDDEN), "a dungeon");
    checkRules(level.hidden);
  }
  checkOnce(level, [SPAWN, GOAL, ...KEYS], "a dungeon", names);
  const monsters = level.map.codes.filter((code) => code >= MONSTER_1 && code < MONSTER_1 + MONSTERS).length;
  if (monsters > MOST_MONSTERS) throw new Refused(`a dungeon has at most ${MOST_MONSTERS} monsters; this one has ${monsters}.`);
  checkNiche(level);
}

function checkRules(hidden) {
  for (const [name, count] of Object.entries(HIDDEN)) {
    const values = hidden[name];
    const shown = `[${values.slice(0, 20).join(", ")}]`;
    if (name === "harmless") {
      if (values.length === count && values.every((value) => value === 0 || value === 1)) continue;
      throw new Refused(`hidden \`harmless\` says 0 or 1 for each of ${count} kinds; found ${shown}.`);
    }
    if ([...values].sort((a, b) => a - b).join() !== Array.from({ length: count }, (_, k) => k).join()) {
      throw new Refused(`hidden \`${name}\` holds each of 0 to ${count - 1} once, in any order; found ${shown}.`);
    }
  }
}

/** The exit lies behind a door, and the door between the exit and a tile of floor, in a straight line. */
function checkNiche(level) {
  const [[row, column]] = find(level.map, GOAL);
  const beside = MOVES.filter(([down, right]) => tileAt(level, row + down, column + right) !== WALL);
  const shapes = `Draw it as '.${GLYPHS[DOORS[0]]}${GLYPHS[GOAL]}' in a row or a column, with '#' all around.`;
  if (beside.length !== 1) {
    throw new Refused(`the exit at ${at([row, column])} has ${beside.length} ways in; it needs one, by a door. ${shapes}`);
  }
  const [[down, right]] = beside;
  const door = [row + down, column + right];
  if (!DOORS.includes(tileAt(level, ...door))) throw new Refused(`${at(door)}: there must be a door here, before the exit. ${shapes}`);
  const front = [door[0] + down, door[1] + right];
  if (!isFree(tileAt(level, ...front))) throw new Refused(`${at(front)}: there must be floor '.' here, before the exit's door. ${shapes}`);
  for (const side of [[door[0] + right, door[1] + down], [door[0] - right, door[1] - down]]) {
    if (tileAt(level, ...side) !== WALL) throw new Refused(`${at(side)}: there must be wall '#' here, beside the exit's door. ${shapes}`);
  }
}

function tileAt({ map }, row, column) {
  return row >= 0 && column >= 0 && row < map.height && column < map.width ? map.codes[row * map.width + column] : WALL;
}

/** Why there is no way, for the designer of a level with its rules. */
export function unsolvableWords(level, names) {
  const [[row, column]] = find(level.map, GOAL);
  const door = MOVES.map(([down, right]) => tileAt(level, row + down, column + right)).find((code) => DOORS.includes(code));
  const key = KEYS[level.hidden.keys.indexOf(DOORS.indexOf(door))];
  const [place] = find(level.map, key);
  return `no way leads from the spawn to the ${names[key]} '${GLYPHS[key]}' at ${at(place)}, which opens the exit's door, and on to the exit at ${at([row, column])}, without a trap, another key or another door. Open a way of floor '.'.`;
}
