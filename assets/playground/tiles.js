// Pictures of the tiles.

import { pictureAddress } from "./live.js";

const SIDE = 16;
const FACTOR = 4;  // sprites are kept this much larger, so that they stay sharp at any size

const pictures = {};

/** The pictures of a file, each on a canvas of its own, so that none shows at another's edge. */
async function load(name) {
  const image = new Image();
  image.src = pictureAddress(name);
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
