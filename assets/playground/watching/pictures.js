// Pictures of games without a map, as Python sends them: kept packed, and unpacked when they are shown.

const UNPACKED = 64;  // pictures that are kept unpacked
const PACKED = 64 << 20;  // bytes that are kept packed; the oldest go first

/** A picture out of base64; `height` and `width` are those that the game draws. */
export function pictureOf(base64, [height, width]) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return { blob: new Blob([bytes], { type: "image/webp" }), height, width };
}

/** Keeps the memory that pictures take within bounds: what was shown long ago is let go. */
export class Album {
  constructor() {
    this.pictures = [];
    this.size = 0;
  }

  add(picture) {
    this.pictures.push(picture);
    this.size += picture.blob.size;
    while (this.size > PACKED) {
      const oldest = this.pictures.shift();
      this.size -= oldest.blob.size;
      oldest.blob = null;
    }
  }
}

/** Unpacks pictures; `arrived` is called when one that was asked for is there. */
export class Unpacker {
  constructor(arrived) {
    this.arrived = arrived;
    this.bitmaps = new Map();
  }

  /** The bitmap of a picture; null while it is unpacked, or where it was let go. */
  of(picture) {
    const known = this.bitmaps.get(picture);
    if (known || !picture.blob) return known ?? null;
    if (known === undefined) this.unpack(picture);
    return null;
  }

  async unpack(picture) {
    this.bitmaps.set(picture, null);
    try {
      this.bitmaps.set(picture, await createImageBitmap(picture.blob));
    } catch {
      return;  // it stays null: there is nothing to show
    }
    for (const [old, bitmap] of this.bitmaps) {
      if (this.bitmaps.size <= UNPACKED) break;
      if (old === picture || !bitmap) continue;
      bitmap.close();
      this.bitmaps.delete(old);
    }
    this.arrived();
  }
}
