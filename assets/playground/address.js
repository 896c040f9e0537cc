// The address of the page holds the agent and the level, so that a link shows the same.

import { isLevel } from "./codes.js";

const DRAWN = "~";

export function parsed(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  return { agent: fields.get("agent"), level: fields.get("level"), other: fields.get("other"), mode: fields.get("mode") };
}

/** Write what is shown into the address: of each level its seed, or the whole drawing, packed. */
export async function remember({ agent, level, other, mode }) {
  const fields = new URLSearchParams({ agent, level: await wordOf(level) });
  if (other?.level) fields.set("other", await wordOf(other));
  if (mode !== "watch") fields.set("mode", mode);
  history.replaceState(null, "", `#${fields}`);
}

const wordOf = async ({ name, plain }) => name || DRAWN + (await packed(JSON.stringify(plain)));

export const isDrawn = (level) => Boolean(level?.startsWith(DRAWN));

/** The drawing in an address; null where it cannot be read. */
export async function drawnIn(level) {
  try {
    const plain = JSON.parse(await unpacked(level.slice(DRAWN.length)));
    return isLevel(plain) ? plain : null;
  } catch {
    return null;
  }
}

async function packed(text) {
  const bytes = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(text));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unpacked(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), bytes));
}

const MOST = 1 << 20;

async function through(stream, bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > MOST) throw new RangeError("too large");
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
