// Wrong calls, and what they say; then a memory and the action after it. Agents come in as base64.
import { readFileSync } from "node:fs";
import { load, GamemetaError } from "./gamemeta.mjs";
const data = JSON.parse(readFileSync(0, "utf8"));
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const agent = load(bytes(data.agent)), other = load(bytes(data.other)), masked = load(bytes(data.masked));
let mind = agent.begin(1, 7);
const seen = (more) => ({ place: [0, 2], speed: [0.5, -1], ...more });
const before = mind.memory;
const calls = [
  () => mind.act(null), () => mind.act(seen({ speed: undefined })), () => mind.act(seen({ speed: [1] })),
  () => mind.act(seen({ speed: [1, NaN] })), () => mind.act(seen({ place: [0, 3] })), () => mind.act(seen({ place: [0.5, 0] })),
  () => mind.act(seen(), Infinity), () => mind.act(seen(), 0, NaN), () => mind.act([seen(), seen()]),
  () => mind.actFlat({ symbols: [0, 0], quantities: [1] }, [0], [0]), () => mind.actFlat({ symbols: [0, 9], quantities: [1, 1] }, [0], [0]),
  () => mind.forget([true, false]), () => agent.begin(0), () => agent.begin(1, -1), () => agent.begin(1, 2 ** 60),
  () => agent.withSkill(2), () => load(bytes(data.agent).slice(0, -9)), () => load(new Uint8Array(9)), () => load("agent.bin"),
  () => load(bytes(data.agent).map((b, k) => (k === 200 ? b ^ 1 : b))), () => load(bytes(data.agent).map((b, k) => (k === 8 ? 2 : b))),
  () => agent.resume(before.slice(0, -3)), () => agent.resume(new Uint8Array(3)), () => other.resume(before),
  () => agent.resume(before.map((b, k) => (k === 8 ? 9 : b))), () => load(bytes(data.infinite)), () => load(bytes(data.range)),
  () => mind.act(seen(), 0, Symbol("x")), () => mind.act(seen({ place: [Symbol("x"), 0] })), () => mind.act(seen({ place: [1n, 0n] })),
  () => agent.begin(Symbol("x")), () => agent.begin(1, Object.create(null)), () => agent.withSkill(Symbol("x")), () => mind.forget(5),
  () => mind.actFlat({ symbols: [0, 0], quantities: [1, 1] }, null, [0]), () => masked.begin().act({ place: [0, 0], action_mask: [1, 0, 0, 0, 0, 0, 0] }),
];
const words = calls.map((call) => {
  try {
    call();
  } catch (error) {
    return error instanceof GamemetaError ? error.message : `${error.stack}`;
  }
  return "nothing";
});
const same = Buffer.from(before).equals(Buffer.from(mind.memory));
for (let k = 1; k <= 5; k++) mind.act(seen(), 0.25 * k, k === 3);
const saved = Buffer.from(mind.memory).toString("base64"), action = agent.resume(mind.memory).act(seen(), 0.5, false);
console.log(JSON.stringify({ words, same, saved, action }));
