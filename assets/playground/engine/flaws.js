// Flaws of a level that can be seen without playing it: { words, places, problem }.

import { DOORS, FLOOR, GLYPHS, GOAL, HAZARD, SPAWN, WALL } from "../codes.js";
import { at, find } from "./levels.js";
import { around, deadEnds, filled, inSight, keysOfDoors, reached, regions } from "./ways.js";

const LONG_DEAD_END = 20;
const PLAIN = [FLOOR, SPAWN, GOAL, ...DOORS];

/** What is wrong with a well-formed level, and what may not be meant, the worst first; `names` of tiles by code. */
export function flaws(level, names) {
  const { map } = level;
  const starts = placesOf(map, SPAWN);
  if (!starts.length) return [];
  const checks = [unfairTraps, needlessKeys, unreachable, goalInSight, longDeadEnds];
  const found = checks.flatMap((check) => [...check(level, starts, names)]);
  return found.map(({ words, places, problem = true }) => ({ words, problem, places: places.map((place) => pair(map, place)) }));
}

const pair = ({ width }, place) => [Math.floor(place / width), place % width];
const placesOf = (map, code) => find(map, code).map(([row, column]) => row * map.width + column);
const where = (map, place) => at(pair(map, place));

function whereAll(map, places, most = 3) {
  const more = places.length > most ? [`and ${places.length - most} more`] : [];
  return [...places.slice(0, most).map((place) => where(map, place)), ...more].join("; ");
}

function reaches(level, starts, goals, closed) {
  const seen = reached(level, starts, closed);
  return goals.some((goal) => seen[goal]);
}

/** Hazards on every way to the goal. */
function* unfairTraps(level, starts) {
  const { map } = level;
  const [goals, traps] = [placesOf(map, GOAL), placesOf(map, HAZARD)];
  if (!goals.length || !traps.length || !reaches(level, starts, goals) || reaches(level, starts, goals, [HAZARD])) return;
  const must = traps.filter((trap) => {
    const codes = map.codes.slice();
    codes[trap] = WALL;
    return !reaches({ ...level, map: { ...map, codes } }, starts, goals);
  });
  const words = must.length
    ? `unfair trap at ${whereAll(map, must)}: every way to the goal crosses it`
    : `unfair traps at ${whereAll(map, traps)}: every way to the goal crosses one of them`;
  yield { words: `${words}. Open a way around.`, places: must.length ? must : traps };
}

/** Doors that one can walk around, or that lead nowhere: what opens them is not needed for them. */
function* needlessKeys(level, _starts, names) {
  const { map } = level;
  for (const [door, key] of keysOfDoors(level)) {
    for (const place of placesOf(map, door)) {
      const sides = around(map, place).filter((side) => map.codes[side] !== WALL);
      const passable = Array.from(map.codes, (code, k) => code !== WALL && k !== place);
      if (sides.length > 1) {
        const seen = filled(map, passable, sides.slice(0, 1));
        if (!sides.every((side) => seen[side])) continue;
      }
      const why = sides.length > 1 ? "one can walk around it" : "nothing lies behind it";
      yield {
        words: `solved without the key: the door '${GLYPHS[door]}' at ${where(map, place)} opens by ${names[key]} '${GLYPHS[key]}', and ${why}.`,
        places: [place, ...placesOf(map, key)],
      };
    }
  }
}

/** Things and floor that no way leads to; the goal is not among them. */
function* unreachable(level, starts, names) {
  const { map } = level;
  const seen = reached(level, starts);
  for (const region of regions(map, Array.from(map.codes, (code, k) => code !== WALL && !seen[k]))) {
    for (const place of region) {
      const code = map.codes[place];
      if (PLAIN.includes(code)) continue;
      yield { words: `unreachable: ${names[code]} '${GLYPHS[code]}' at ${where(map, place)}: no way leads there.`, places: [place] };
    }
    if (region.some((place) => map.codes[place] === GOAL)) continue;
    const many = region.length > 1 ? `${region.length} tiles` : "1 tile";
    yield { words: `unreachable: ${many} around ${where(map, region[0])}: no way leads there.`, places: region };
  }
}

/** A goal in a straight line of sight from where one starts; doors count as glass. In arenas it is known anyway. */
function* goalInSight({ family, map }, starts) {
  const opaque = Array.from(map.codes, (code) => code === WALL);
  if (family === "arena" || !opaque.some(Boolean)) return;
  for (const spawn of starts) {
    for (const goal of placesOf(map, GOAL)) {
      if (inSight(map, opaque, spawn, goal)) {
        yield { words: `the goal at ${where(map, goal)} is seen from the spawn at ${where(map, spawn)}.`, places: [goal], problem: false };
      }
    }
  }
}

/** Long ways at whose ends there is nothing. */
function* longDeadEnds({ map }) {
  for (const alley of deadEnds(map, Array.from(map.codes, (code) => code !== WALL))) {
    if (alley.length < LONG_DEAD_END || !alley.every((place) => map.codes[place] === FLOOR)) continue;
    yield { words: `a dead end of ${alley.length} tiles with nothing in it, at ${where(map, alley[0])}.`, places: alley, problem: false };
  }
}
