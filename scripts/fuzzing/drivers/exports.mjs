// Plays cases of scripts/fuzzing/cases.py by gamemeta.mjs: node exports.mjs GAMEMETA.MJS
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
const { load, GamemetaError } = await import(pathToFileURL(process.argv[2]).href);
const NUMBERS = new Set(["n", "longer", "place", "odd"]);
const ODD = [
  undefined, null, "x", "1", "", {}, [], [[]], [null], NaN, Infinity, -Infinity, true, -1, 1.5, 2 ** 60, 1e300, 1n, -1n, 2n ** 70n,
  Symbol("x"), () => 1, { length: 2 }, { length: -1 }, { length: 2 ** 40 }, new Date(NaN), new Map(), new Float64Array([NaN, 1]),
  new BigInt64Array(2), new Uint8Array(0), Object.create(null), ["a", "b"], [1n, 2n], [Symbol("y"), 0], [{}, {}], new Array(3),
];

class Wrong extends Error {}

function filled(values, count) {
  return Array.from({ length: Math.max(0, count) }, (_, k) => values[k % values.length]);
}

function checkAnswer(agent, answer, n) {
  const width = agent.choices.length + agent.numbers;
  if (answer.length !== n * width) throw new Wrong("an answer of another length");
  for (let k = 0; k < answer.length; k++) {
    const h = k % width, code = answer[k];
    if (!Number.isFinite(code)) throw new Wrong("an action is not finite");
    if (h < agent.choices.length && !(Number.isInteger(code) && code >= 0 && code < agent.choices[h])) throw new Wrong("an action is no choice");
  }
}

function same(a, b) {
  return Buffer.from(a).equals(Buffer.from(b));
}

/** What a mind is shown, part by part. */
function named(agent, flat) {
  return Object.fromEntries(agent.parts.map((p) => [p.name, flat[p.kind].slice(p.first, p.first + p.size)]));
}

function oddCall(agent, mind, flat, c) {
  const value = ODD[c.odd % ODD.length], obs = named(agent, flat), one = agent.begin(1, 1);
  const part = agent.parts[c.place % Math.max(1, agent.parts.length)];
  const calls = [
    () => load(value), () => agent.resume(value), () => agent.begin(value), () => agent.begin(1, value), () => agent.withSkill(value),
    () => one.act(value), () => one.act(obs, value), () => one.act(obs, 0, value), () => mind.forget(value), () => mind.act(value),
    () => mind.act([value, obs, obs]), () => mind.actFlat(value, [0, 0], [0, 0]), () => mind.actFlat(flat, value, [0, 0]),
    () => mind.actFlat(flat, [0, 0], value), () => mind.actFlat(flat, [value, value], [false, value]), () => mind.forget([value, value]),
    () => mind.actFlat({ ...flat, symbols: value }, [0, 0], [0, 0]), () => mind.actFlat({ ...flat, quantities: value }, [0, 0], [0, 0]),
    () => mind.actFlat({ ...flat, images: value }, [0, 0], [0, 0]), () => part && one.act({ ...obs, [part.name]: value }),
    () => part && one.act({ ...obs, [part.name]: new Array(part.size).fill(value) }),
    () => part && one.act({ ...obs, [part.name]: filled([...filled([0], part.size - 1), value], part.size) }),
  ];
  const before = [mind.memory, one.memory];
  try {
    calls[c.place % calls.length]();
  } catch (error) {
    if (!same(before[0], mind.memory) || !same(before[1], one.memory)) throw new Wrong("a wrong call has changed a memory");
    throw error;
  }
}

function play(c) {
  const agent = load(c.agent), mind = agent.begin(c.n, c.seed), sizes = agent.sizes;
  if (c.n * (sizes[0] + sizes[1] + sizes[2]) > 1e6) return;
  const flat = {
    symbols: filled(c.symbols, c.n * sizes[0] + c.longer * (sizes[0] > 0)),
    quantities: filled(c.quantities, c.n * sizes[1] + c.longer * (sizes[1] > 0)),
    images: filled(c.images, c.n * sizes[2]),
  };
  const steps = (who) => {
    for (let t = 0; t < 3; t++) {
      const before = who.memory;
      try {
        checkAnswer(agent, who.actFlat(flat, filled(c.reward, c.n), filled(c.done.slice(t % 3), c.n)), c.n);
      } catch (error) {
        if (error instanceof GamemetaError && !same(before, who.memory)) throw new Wrong("a wrong act has changed the memory");
        throw error;
      }
    }
  };
  steps(mind);
  if (c.odd >= 0) oddCall(agent, mind, flat, c);
  mind.forget();
  const resumed = agent.resume(c.memory);
  c.n = resumed.n;
  for (const kind of ["symbols", "quantities", "images"])
    flat[kind] = filled(c[kind], c.n * sizes[["symbols", "quantities", "images"].indexOf(kind)]);
  steps(resumed);
}

function outcome(c) {
  try {
    play(c);
    return "good";
  } catch (error) {
    if (error instanceof GamemetaError) return `refused: ${error.message}`;
    return `${error.name}: ${error.stack}`.replaceAll("\n", " | ").slice(0, 2000);
  }
}

function numbers(array, Kind) {
  return Array.from(new Kind(array.buffer.slice(array.byteOffset, array.byteOffset + array.byteLength)));
}

let c = {};
for await (const line of createInterface({ input: process.stdin })) {
  const [word, value] = line.split(" ");
  if (word === "end") {
    c.symbols = numbers(c.symbols, Int32Array);
    c.quantities = numbers(c.quantities, Float32Array);
    c.reward = numbers(c.reward, Float32Array);
    c.images = numbers(c.images, Uint8Array);
    c.done = numbers(c.done, Uint8Array);
    console.log(outcome(c));
    c = {};
  } else if (word === "seed") c.seed = BigInt(value);
  else c[word] = NUMBERS.has(word) ? Number(value) : Buffer.from(value, "base64");
}
