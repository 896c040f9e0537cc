// Tile codes, and the glyphs that stand for them.

export const GLYPHS = "#.SG^kDlmEF$abcduvwxyz*1234%!LPQR";
export const [WALL, FLOOR, SPAWN, GOAL, HAZARD] = [0, 1, 2, 3, 4];
export const KEYS = [5, 7, 8];
export const DOORS = [6, 9, 10];
export const [POTION_1, SCROLL_1, MONSTER_1, CHEST] = [12, 16, 19, 22];
export const [EXIT_1, EXIT_4, COVER, LOAD, PLAYER_1, PLAYER_2] = [23, 26, 27, 29, 30, 31];
export const MOVES = [[-1, 0], [1, 0], [0, -1], [0, 1]];
export const MOST_SIDE = 255;

export const codeOf = (glyph) => GLYPHS.indexOf(glyph);

/** A map out of rows of glyphs. */
export function mapOf(rows) {
  const width = rows[0].length;
  const codes = new Uint8Array(rows.length * width);
  rows.forEach((row, r) => { for (let c = 0; c < width; c++) codes[r * width + c] = codeOf(row[c]); });
  return { codes, height: rows.length, width };
}

export function rowsOf({ codes, height, width }) {
  return Array.from({ length: height }, (_, r) =>
    Array.from(codes.subarray(r * width, (r + 1) * width), (code) => GLYPHS[code]).join(""));
}

/** Whether something from outside is a level in its form: rows of tiles, hidden numbers by name. */
export function isLevel(plain) {
  if (typeof plain !== "object" || plain === null || typeof plain.family !== "string") return false;
  const { tiles, hidden = {}, entities = [] } = plain;
  if (!Array.isArray(tiles) || tiles.length < 1 || tiles.length > MOST_SIDE || !isRow(tiles[0])) return false;
  if (!tiles.every((row) => isRow(row) && row.length === tiles[0].length)) return false;
  if (typeof hidden !== "object" || hidden === null || Array.isArray(hidden) || !Array.isArray(entities)) return false;
  return Object.values(hidden).every((values) => Array.isArray(values) && values.length < 256 && values.every(isWhole));
}

/** Numbers of more than 53 bits are texts. */
const isWhole = (value) => Number.isSafeInteger(value) || (typeof value === "string" && /^-?\d{1,19}$/.test(value));

const isRow = (row) => typeof row === "string" && row.length >= 1 && row.length <= MOST_SIDE && [...row].every((glyph) => GLYPHS.includes(glyph));
