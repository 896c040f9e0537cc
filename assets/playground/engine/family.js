// What level families have in common: levels by seed and split, and arrays of levels as the rules take them.

import { constant, full, Grid, zeros } from "../rules/grid.js";
import { combine } from "../rules/random.js";
import { quoted, Refused } from "./errors.js";
import { contentHash } from "./levels.js";

const SPLITS = { train: 0, validation: 1, test: 2, far: -1, any: -1 };
const MOST_SEED = (1n << 63n) - 1n;
const CHANCE = 5n;  // the stream of chance within games
const EXAMPLE = "Give a seed such as 17, test:17 or far:3.";
export const UNREACHABLE = 65535;

/** Split and seed of `17`, `test:17` or `far:3`. */
export function addressOf(word) {
  const found = /^(?:([a-z]+):)?([0-9]+)$/.exec(word);
  if (!found) throw new Refused(`no level called ${quoted(word)}. ${EXAMPLE}`);
  const split = found[1] ?? "any";
  if (!Object.hasOwn(SPLITS, split)) {
    throw new Refused(`no split called ${quoted(split)}. Choose one of: ${Object.keys(SPLITS).join(", ")}.`);
  }
  const digits = found[2].replace(/^0+(?=.)/, "");
  if (digits.length > 19 || BigInt(digits) > MOST_SEED) {
    throw new Refused(`the seed in ${quoted(word)} is too large: give 0 to ${MOST_SEED}.`);
  }
  return { split, seed: BigInt(digits) };
}

/** Arrays of n levels of at most so many tiles; those of a family alone are in `more`. */
export function emptyLevels(n, height, width, more = {}) {
  return {
    n, height, width,
    tiles: zeros("uint8", [n, height, width]),
    size: zeros("int32", [n, 2]),
    spawn: zeros("int32", [n, 2]),
    goal: zeros("int32", [n, 2]),
    parSteps: zeros("int32", n),
    distance: full("uint16", [n, height, width], UNREACHABLE),
    seed: new Grid(new BigInt64Array(n), [n]),
    content: zeros("uint64", n),
    chance: zeros("uint64", n),
    ...more,
  };
}

/** The arguments of a family's `fill` for one level: its row, its seed, and the code of its split. */
export function oneLevel({ split, seed }) {
  return [constant("int64", 1, [0]), new Grid(BigInt64Array.of(seed), [1]), SPLITS[split]];
}

/** Write tiles, size and content of a level into row i. */
export function putLevel(arrays, i, level) {
  const { codes, height, width } = level.map;
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) arrays.tiles.data[(i * arrays.height + r) * arrays.width + c] = codes[r * width + c];
  }
  arrays.size.data.set([height, width], 2 * i);
  arrays.content.data[i] = contentHash(level);
}

/** What chance in an episode of a level depends on; episodes count from 0. */
export const episodeChance = (seed, number, episode) =>
  combine(combine(combine(BigInt(seed), CHANCE), number), BigInt(episode));

/** The ranges of a split out of { near, far }. */
export function rangesOf(family, split) {
  if (split !== "far") return family.near;
  if (family.far.refused) throw new Refused(family.far.refused);
  return family.far;
}

export const gridOf64 = (rows) =>
  Array.isArray(rows[0]) ? constant("int64", [rows.length, rows[0].length], rows.flat()) : constant("int64", rows.length, rows);
