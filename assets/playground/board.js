// A board on a canvas: tiles, what the agent sees, paths of tries, marks, and a cursor.

import { drawAgent, drawTile } from "./tiles.js";

const NIGHT = "rgba(24, 22, 48, 0.56)";
const LIGHT = "#ffea96";
const LEAST = 4;  // device pixels of a tile
const MOST = 96;

/** Device pixels that a canvas may take: the width of what it stands in, and a share of the window's height. */
export function roomOf(canvas, share) {
  const ratio = window.devicePixelRatio || 1;
  const style = getComputedStyle(canvas.parentElement);
  const room = canvas.parentElement.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return { wide: room * ratio, tall: Math.max(160, window.innerHeight * share) * ratio, ratio };
}

export class Board {
  /** `share` is the part of the window's height that the board may take. */
  constructor(canvas, share = 0.6) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.share = share;
    this.still = document.createElement("canvas");
    this.key = null;
  }

  /** Give the canvas the size that fits a map; returns whether it changed. */
  fit(height, width) {
    const { wide, tall, ratio } = roomOf(this.canvas, this.share);
    const side = Math.max(LEAST, Math.min(MOST * ratio, Math.floor(wide / width), Math.floor(tall / height)));
    if (side === this.side && this.canvas.width === side * width && this.canvas.height === side * height) return false;
    this.side = side;
    this.ratio = ratio;
    this.canvas.width = this.still.width = side * width;
    this.canvas.height = this.still.height = side * height;
    this.canvas.style.width = `${(side * width) / ratio}px`;
    this.canvas.style.height = `${(side * height) / ratio}px`;
    this.key = null;
    return true;
  }

  /** Row and column of the tile under a pointer; null outside. */
  placeOf(event) {
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) * this.ratio) / this.side);
    const row = Math.floor(((event.clientY - box.top) * this.ratio) / this.side);
    return row >= 0 && column >= 0 && row < this.height && column < this.width ? [row, column] : null;
  }

  /**
   * Draw a moment.
   *   map: { codes, height, width }
   *   agent: [row, column], not necessarily whole; seen: [top, left, bottom, right]
   *   paths: [{ points, look, number }]; marks: [{ place, kind }]; cursor: [row, column]
   */
  draw({ map, agent = null, seen = null, heat = [], paths = [], marks = [], cursor = null }) {
    this.height = map.height;
    this.width = map.width;
    this.fit(map.height, map.width);
    this.drawStill(map);
    const { pen, side } = this;
    pen.drawImage(this.still, 0, 0);
    if (seen) this.shade(seen);
    this.glow(heat, map.width);
    paths.forEach((path, k) => this.path(path, k, paths.length));
    if (agent) drawAgent(pen, agent[1] * side, agent[0] * side, side);
    for (const mark of marks) this.mark(mark);
    if (cursor) this.frame(cursor[0], cursor[1], 1, 1, "#ffffff", Math.max(2, side / 14), "#1b182b");
  }

  /** Tiles change rarely: they are kept as one picture. */
  drawStill(map) {
    if (this.key === map.codes) return;
    this.key = map.codes;
    const pen = this.still.getContext("2d");
    pen.imageSmoothingQuality = "high";
    for (let k = 0; k < map.codes.length; k++) {
      drawTile(pen, map.codes[k], (k % map.width) * this.side, Math.floor(k / map.width) * this.side, this.side);
    }
  }

  /** Darken what the agent does not see. */
  shade([top, left, bottom, right]) {
    const { pen, side, canvas } = this;
    const [y, x] = [Math.max(0, top) * side, Math.max(0, left) * side];
    const [low, far] = [Math.min(this.height, bottom) * side, Math.min(this.width, right) * side];
    pen.fillStyle = NIGHT;
    pen.beginPath();
    pen.rect(0, 0, canvas.width, canvas.height);
    pen.rect(x, y, far - x, low - y);
    pen.fill("evenodd");
    pen.strokeStyle = LIGHT;
    pen.lineWidth = Math.max(1, side / 22);
    pen.strokeRect(x + 1, y + 1, far - x - 2, low - y - 2);
  }

  /** Tiles that are believed to be the place of something, in percent: the likelier, the larger the mark. */
  glow(heat, width) {
    const { pen, side } = this;
    const most = Math.max(1, ...heat.map(([, percent]) => percent));
    for (const [place, percent] of heat) {
      const part = Math.sqrt(percent / most);
      const size = side * (0.25 + 0.7 * part);
      const [x, y] = [((place % width) + 0.5) * side, (Math.floor(place / width) + 0.5) * side];
      pen.fillStyle = `rgba(226, 60, 168, ${0.25 + 0.45 * part})`;
      pen.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  /** A line with the number of its try, drawn beside those of other tries. */
  path({ points, look, number }, k, count) {
    if (points.length < 2) return;
    const { pen, side } = this;
    const shift = (k - (count - 1) / 2) * Math.min(0.13, 0.5 / count) * side;
    const at = ([row, column]) => [(column + 0.5) * side + shift, (row + 0.5) * side + shift];
    pen.lineCap = pen.lineJoin = "round";
    for (const [colour, width] of [["rgba(255, 255, 255, 0.75)", 0.16], [look.colour, 0.09]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = Math.max(1.5, width * side);
      pen.setLineDash(colour === look.colour ? look.dash.map((part) => part * Math.max(1.5, 0.09 * side)) : []);
      pen.beginPath();
      let last = null;
      for (const point of points) {
        const far = last && Math.abs(point[0] - last[0]) + Math.abs(point[1] - last[1]) > 1;  // moved elsewhere at once
        if (!last || far) pen.moveTo(...at(point));
        else pen.lineTo(...at(point));
        last = point;
      }
      pen.stroke();
    }
    pen.setLineDash([]);
    const [x, y] = at(points.at(-1));
    if (side >= 18) this.label(String(number), x + (k - (count - 1) / 2) * side * 0.16, y - side * 0.32, look.colour);
  }

  label(text, x, y, colour) {
    const { pen, side } = this;
    pen.fillStyle = "#ffffff";
    pen.strokeStyle = colour;
    pen.lineWidth = Math.max(1, side / 20);
    pen.beginPath();
    pen.arc(x, y, side * 0.17, 0, 7);
    pen.fill();
    pen.stroke();
    pen.fillStyle = "#1b182b";
    pen.font = `600 ${side * 0.24}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, x, y + side * 0.01);
  }

  /** A tile that something is wrong with, that may not be meant, or that changes with the next try. */
  mark({ place: [row, column], kind }) {
    const { pen, side } = this;
    const thick = Math.max(2, side / 11);
    if (kind === "problem") {
      this.frame(row, column, 1, 1, "#ff5a4f", thick, "#3b0b08");
      this.sign("!", row, column, "#c4281f");
    } else if (kind === "you") {
      pen.fillStyle = LIGHT;
      pen.strokeStyle = "#1b182b";
      pen.lineWidth = Math.max(1.5, side / 20);
      pen.beginPath();
      const [x, y] = [(column + 0.5) * side, row * side + (row > 0 ? -0.02 : 0.3) * side];
      pen.moveTo(x, y);
      pen.lineTo(x - side * 0.22, y - side * 0.28);
      pen.lineTo(x + side * 0.22, y - side * 0.28);
      pen.closePath();
      pen.stroke();
      pen.fill();
    } else if (kind === "hint") {
      this.frame(row, column, 1, 1, "#f0b341", Math.max(1.5, side / 18), null, [side / 6, side / 8]);
    } else {
      pen.fillStyle = "rgba(255, 234, 150, 0.35)";
      pen.fillRect(column * side, row * side, side, side);
      this.frame(row, column, 1, 1, LIGHT, thick, "#1b182b", [side / 4, side / 6]);
    }
  }

  frame(row, column, height, width, colour, thick, under = null, dash = []) {
    const { pen, side } = this;
    for (const [ink, line, pattern] of [[under, thick * 1.9, []], [colour, thick, dash]]) {
      if (!ink) continue;
      pen.setLineDash(pattern);
      pen.strokeStyle = ink;
      pen.lineWidth = line;
      const inset = thick;
      pen.strokeRect(column * side + inset, row * side + inset, width * side - 2 * inset, height * side - 2 * inset);
    }
    pen.setLineDash([]);
  }

  sign(text, row, column, colour) {
    const { pen, side } = this;
    if (side < 14) return;
    const [x, y] = [(column + 0.8) * side, (row + 0.22) * side];
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(x, y, side * 0.19, 0, 7);
    pen.fill();
    pen.fillStyle = "#ffffff";
    pen.font = `700 ${side * 0.3}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, x, y + side * 0.02);
  }
}
