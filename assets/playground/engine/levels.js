// Levels as values: { family, map: { codes, height, width }, hidden, seed }.

import { GLYPHS, isLevel, mapOf, rowsOf } from "../codes.js";
import { Grid } from "../rules/grid.js";
import { finished, hashOfTiles, withText } from "../rules/random.js";
import { inOneLine, quoted, Refused } from "./errors.js";

/** The level in a message. */
export function levelFrom(plain, family) {
  if (!isLevel(plain)) throw new Refused("the level of a message is a document with its tiles as rows.");
  if (plain.family !== family) {
    throw new Refused(`this level belongs to the family ${quoted(plain.family)}, and the agent plays ${quoted(family)}. Choose an agent that plays such levels first.`);
  }
  return { family, map: mapOf(plain.tiles), hidden: { ...plain.hidden }, entities: plain.entities ?? [], seed: null };
}

/** A level as the page keeps it. */
export function plainLevel({ family, map, hidden, seed = null }) {
  return { family, tiles: rowsOf(map), entities: [], hidden, seed: seed === null ? null : Number(seed) };
}

export const gridOf = ({ codes, height, width }) => new Grid(codes, [height, width]);

/** The map in the upper left corner of a grid. */
export function mapIn(grid, height, width) {
  const codes = new Uint8Array(height * width);
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) codes[r * width + c] = grid.data[grid.start + r * grid.step0 + c * grid.step1];
  }
  return { codes, height, width };
}

/** Row and column of every tile with this code, in reading order. */
export function find({ codes, width }, code) {
  const places = [];
  codes.forEach((one, k) => { if (one === code) places.push([Math.floor(k / width), k % width]); });
  return places;
}

/** The number that decides which split a level belongs to. */
export function contentHash({ map, hidden }) {
  let value = hashOfTiles(gridOf(map), map.height, map.width);
  for (const name of Object.keys(hidden).sort()) value = withText(value, `${name}=${hidden[name].join(",")};`);
  return finished(value);
}

export const sameContent = (one, other) => contentHash(one) === contentHash(other);

export const at = ([row, column]) => `row ${row + 1}, column ${column + 1}`;

// --- what families check alike; `names` are the names of tiles by code

export function checkTiles({ map }, allowed, what, names) {
  map.codes.forEach((code, k) => {
    if (allowed.includes(code)) return;
    const place = at([Math.floor(k / map.width), k % map.width]);
    throw new Refused(`${place}: '${GLYPHS[code]}' (${names[code]}) has no meaning in ${what}. Use ${allowed.map((one) => GLYPHS[one]).join(" ")}.`);
  });
}

export function checkOnce({ map }, codes, what, names) {
  for (const code of codes) {
    const places = find(map, code);
    if (places.length === 1) continue;
    const second = places.length ? `, the second at ${at(places[1])}` : "";
    throw new Refused(`${what} has exactly one ${names[code]} '${GLYPHS[code]}'; this one has ${places.length}${second}.`);
  }
}

export function checkHidden({ hidden, entities = [] }, wanted, what) {
  const has = [...Object.keys(hidden).sort(), ...(entities.length ? ["entities"] : [])];
  if (!entities.length && has.length === wanted.length && wanted.every((name) => has.includes(name))) return;
  throw new Refused(`beside its tiles ${what} has ${wanted.join(" and ") || "nothing"}; this level has ${inOneLine(has.join(", "), 200) || "nothing"}.`);
}
