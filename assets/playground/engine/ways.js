// Ways through a level, whatever its family: what can be reached, what can be seen, where ways end.
// A place is row * width + column; a mask is an array of flags by place.

import { DOORS, KEYS, MOVES, WALL } from "../codes.js";

/** The key that opens each kind of door, by tile code, under the hidden rules of the level. */
export function keysOfDoors({ hidden }) {
  const opens = hidden.keys ?? [0, 1, 2];
  return new Map(opens.map((door, key) => [DOORS[door], KEYS[key]]));
}

/** The tiles that can be walked to from the starts; a door opens where its key can be reached. */
export function reached(level, starts, closed = []) {
  const { map } = level;
  const keys = keysOfDoors(level);
  const shut = new Set([...keys.keys()].filter((door) => map.codes.includes(door)));
  for (;;) {
    const seen = filled(map, Array.from(map.codes, (code) => code !== WALL && !closed.includes(code) && !shut.has(code)), starts);
    const keysSeen = new Set(map.codes.filter((_, k) => seen[k]));
    const opened = [...shut].filter((door) => keysSeen.has(keys.get(door)));
    if (!opened.length) return seen;
    for (const door of opened) shut.delete(door);
  }
}

/** The tiles joined to the starts by passable tiles; starts count whatever they are. */
export function filled(map, passable, starts) {
  const seen = new Array(map.codes.length).fill(false);
  const waiting = [...starts];
  for (const place of waiting) seen[place] = true;
  while (waiting.length) {
    for (const place of around(map, waiting.pop())) {
      if (!passable[place] || seen[place]) continue;
      seen[place] = true;
      waiting.push(place);
    }
  }
  return seen;
}

/** The tiles above, below, left and right that lie inside. */
export function around({ height, width }, place) {
  const [row, column] = [Math.floor(place / width), place % width];
  return MOVES.map(([down, right]) => [row + down, column + right])
    .filter(([r, c]) => r >= 0 && c >= 0 && r < height && c < width)
    .map(([r, c]) => r * width + c);
}

/** The joined parts of these tiles, in reading order, each a list of its places. */
export function regions(map, wanted) {
  const [left, parts] = [[...wanted], []];
  wanted.forEach((flag, place) => {
    if (!flag || !left[place]) return;
    const part = filled(map, left, [place]);
    parts.push(part.flatMap((inside, k) => (inside ? [k] : [])));
    part.forEach((inside, k) => { if (inside) left[k] = false; });
  });
  return parts;
}

/** Whether a straight line leads from one tile to another, past no opaque tile and between no two. */
export function inSight({ width }, opaque, eye, target) {
  const [row0, column0, row1, column1] = [Math.floor(eye / width), eye % width, Math.floor(target / width), target % width];
  const steps = Math.max(Math.abs(row1 - row0), Math.abs(column1 - column0));
  let [row, column] = [row0, column0];
  for (let k = 1; k <= steps; k++) {
    const r = row0 + even(((row1 - row0) * k) / steps);
    const c = column0 + even(((column1 - column0) * k) / steps);
    if (r !== row && c !== column && opaque[r * width + column] && opaque[row * width + c]) return false;
    [row, column] = [r, c];
    if (row * width + column !== target && opaque[row * width + column]) return false;
  }
  return true;
}

/** The nearest whole number; of two, the even one. */
function even(x) {
  const whole = Math.round(x);
  return whole - x === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
}

/** The blind alleys: of each tile with a single way out the places from it to the next junction. */
export function deadEnds(map, passable) {
  const ways = passable.map((_, place) => around(map, place).filter((one) => passable[one]).length);
  return passable.flatMap((free, start) => {
    if (!free || ways[start] !== 1) return [];
    const alley = [start];
    let [before, place] = [-1, start];
    for (;;) {
      const onward = around(map, place).filter((one) => passable[one] && one !== before);
      if (onward.length !== 1 || ways[onward[0]] > 2 || onward[0] === start) return [alley];
      [before, place] = [place, onward[0]];
      alley.push(place);
    }
  });
}
