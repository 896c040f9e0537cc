// A level with floor inside its edge, but for what every level of its family must have.

import { DOORS, FLOOR, GOAL, KEYS, LOAD, SPAWN, WALL, EXIT_1, EXIT_4 } from "../codes.js";
import { find } from "./levels.js";

const EXITS = Array.from({ length: EXIT_4 - EXIT_1 + 1 }, (_, k) => EXIT_1 + k);
const MUST = { maze: [SPAWN, GOAL], dungeon: [SPAWN, GOAL, ...KEYS], arena: [SPAWN, GOAL, ...EXITS] };
const NEAR = 2;  // tiles around the goal in which a dungeon's walls and doors are left, since its exit needs them

export function cleared(level) {
  const { height, width } = level.map;
  const goals = level.family === "dungeon" ? find(level.map, GOAL) : [];
  const codes = level.map.codes.map((code, k) => {
    const [row, column] = [Math.floor(k / width), k % width];
    if (code === LOAD || MUST[level.family].includes(code)) return code;
    if (row === 0 || column === 0 || row === height - 1 || column === width - 1) return code;
    const near = goals.some(([r, c]) => Math.abs(r - row) <= NEAR && Math.abs(c - column) <= NEAR);
    return near && (code === WALL || DOORS.includes(code)) ? code : FLOOR;
  });
  return { family: level.family, map: { codes, height, width }, hidden: level.hidden, seed: null };
}
