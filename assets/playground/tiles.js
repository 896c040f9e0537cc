// Tile codes, their glyphs, and their pictures.

export const GLYPHS = "#.SG^kDlmEF$abcduvwxyz*1234%!LPQR";
export const WALL = 0;
export const FLOOR = 1;
const SIDE = 16;
const FACTOR = 4;  // sprites are kept this much larger, so that they stay sharp at any size

export const codeOf = (glyph) => GLYPHS.indexOf(glyph);

const pictures = {};

/** The pictures of a file, each on a canvas of its own, so that none shows at another's edge. */
async function load(name) {
  const image = new Image();
  image.src = `/tiles/${name}.png`;
  await image.decode();
  pictures[name] = Array.from({ length: image.width / SIDE }, (_, k) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIDE * FACTOR;
    const pen = canvas.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(image, k * SIDE, 0, SIDE, SIDE, 0, 0, canvas.width, canvas.height);
    return canvas;
  });
}

export const loadTiles = () => Promise.all([load("sheet"), load("agent")]);

/** Draw a tile with its upper left corner at x, y. */
export function drawTile(pen, code, x, y, side) {
  pen.drawImage(pictures.sheet[code], x, y, side, side);
}

export function drawAgent(pen, x, y, side) {
  pen.drawImage(pictures.agent[0], x, y, side, side);
}

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
