// What one player sees of a game without a map: its picture on the canvas of a board, or its text.

import { roomOf } from "../board.js";
import { Unpacker } from "./pictures.js";

const SHARP = 2;  // pictures that are made larger by this much keep their pixels

export class Screen {
  /** `share` is the part of the window's height that a picture may take; `arrived` asks to be drawn again. */
  constructor(canvas, text, share, arrived) {
    this.canvas = canvas;
    this.text = text;
    this.share = share;
    this.unpacker = new Unpacker(arrived);
  }

  /** Draw a frame of a game without a map, with words for those who cannot see it. */
  draw({ picture, text }) {
    this.canvas.hidden = !picture;
    this.text.hidden = Boolean(picture);
    if (!picture) {
      if (this.text.textContent !== text) this.text.textContent = text;
      return;
    }
    const bitmap = this.unpacker.of(picture);
    if (bitmap) this.show(bitmap, picture);  // until it is there the one before stays
    else if (!picture.blob) this.show(null, picture);
  }

  /** Give the canvas over to a map. */
  leave() {
    this.canvas.hidden = false;
    this.text.hidden = true;
    this.size = null;
  }

  show(bitmap, { height, width }) {
    this.fit(height, width);
    const { canvas } = this;
    const pen = canvas.getContext("2d");
    if (!bitmap) {
      this.words(pen, "no longer kept");
      return;
    }
    pen.imageSmoothingEnabled = canvas.width < SHARP * bitmap.width;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  }

  /** As large as there is room; small pictures by a whole factor. */
  fit(height, width) {
    const { canvas } = this;
    const { wide, tall, ratio } = roomOf(canvas, this.share);
    const fits = Math.min(wide / width, tall / height);
    const factor = fits > SHARP ? Math.floor(fits) : fits;
    const size = [Math.round(width * factor), Math.round(height * factor)];
    if (this.size?.join() === size.join() && canvas.width === size[0]) return;
    this.size = size;
    [canvas.width, canvas.height] = size;
    canvas.style.width = `${size[0] / ratio}px`;
    canvas.style.height = `${size[1] / ratio}px`;
  }

  words(pen, text) {
    const { canvas } = this;
    pen.fillStyle = "#1b182b";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#f3efe4";
    pen.font = `${14 * (window.devicePixelRatio || 1)}px system-ui, sans-serif`;
    pen.textAlign = "center";
    pen.fillText(text, canvas.width / 2, canvas.height / 2);
  }
}
