/**
 * replay.mjs: plays a golden trace again with gamemeta.mjs, and counts what differs.
 * SPDX-License-Identifier: MIT
 * @module
 */
import { load } from "./gamemeta.mjs";

/** Largest error of an output, relative beyond 1. */
export const LIMIT = 2e-5;
const HEADER = 72, DIGITS = "GMTRACE1";

/** The distance of two numbers, relative beyond 1. */
function apart(mine, golden) {
  const away = Math.abs(mine - golden) / Math.max(1, Math.abs(golden));
  return away === away ? away : Infinity;
}

/** A trace as it is played; `error`, `equal`, `actions`, `memory` and `decisions` say what came of it. */
export class Replay {
  /**
   * @param {Uint8Array} agent bytes of agent.bin
   * @param {Uint8Array} trace bytes of trace.bin
   */
  constructor(agent, trace) {
    this.agent = load(agent);
    this.data = new Uint8Array(trace);
    this.view = new DataView(this.data.buffer);
    if (new TextDecoder().decode(this.data.subarray(0, 8)) !== DIGITS) throw new Error("trace.bin is no trace.");
    const pool = this.view.getUint32(8, true), [symbols, quantities, images] = this.agent.sizes, { buffer } = this.data;
    this.symbols = new Int32Array(buffer, 16, pool * symbols);
    this.quantities = new Float32Array(buffer, 16 + 4 * this.symbols.length, pool * quantities);
    const pixels = 16 + 4 * (this.symbols.length + this.quantities.length);
    this.images = new Uint8Array(buffer, pixels, pool * images);
    this.events = list(this.view, pixels + 4 * Math.ceil(this.images.length / 4));
    this.error = this.equal = this.actions = this.decisions = 0;
    this.memory = true;
  }

  /** Whether all is as it was in Python. */
  get good() {
    return this.error <= LIMIT && this.equal === this.actions && this.actions > 0 && this.memory;
  }

  /** Plays all events; timed, nothing is compared. */
  play(timed = false) {
    for (const event of this.events) this.take(event, timed);
  }

  /** Plays one event. */
  take({ kind, at, bytes }, timed = false) {
    const n = this.view.getUint32(at, true), memory = () => this.data.slice(at + 4, at + 4 + n);
    if (kind === 1) {
      const skill = this.view.getFloat64(at + 12, true);
      this.mind = this.agent.withSkill(skill).begin(n, this.view.getBigUint64(at + 4, true));
      this.obs = this.room(n);
    } else if (kind === 2) this.act(at, timed);
    else if (kind === 3) this.mind.forget(this.integers(at, this.mind.n));
    else if (kind === 4 && !timed) this.save(memory());
    else if (kind === 5) this.mind = this.agent.resume(memory());
  }

  room(n) {
    const [symbols, quantities, images] = this.agent.sizes;
    return {
      symbols: new Int32Array(n * symbols),
      quantities: new Float32Array(n * quantities),
      images: new Uint8Array(n * images),
    };
  }

  integers(at, n) {
    return new Int32Array(this.data.buffer, at, n);
  }

  floats(at, n) {
    return new Float32Array(this.data.buffer, at, n);
  }

  act(at, timed) {
    const { agent, mind, obs } = this, { n } = mind, heads = agent.choices.length, width = heads + agent.numbers;
    const which = this.integers(at, n), reward = this.floats(at + 4 * n, n), done = this.integers(at + 8 * n, n);
    for (const [k, kind] of ["symbols", "quantities", "images"].entries()) {
      const size = agent.sizes[k];
      for (let i = 0; i < n; i++) obs[kind].set(this[kind].subarray(which[i] * size, (which[i] + 1) * size), i * size);
    }
    this.answer = mind.actFlat(obs, reward, done);
    this.decisions += n;
    if (timed) return;
    const outputs = this.floats(at + 12 * n, n * agent.outputs);
    const golden = this.floats(at + 12 * n + 4 * outputs.length, n * width);
    for (let k = 0; k < outputs.length; k++) this.error = Math.max(this.error, apart(mind.outputs[k], outputs[k]));
    for (let k = 0; k < golden.length; k++) {
      const near = k % width < heads ? 0 : LIMIT * agent.half[(k % width) - heads];
      this.actions++;
      if (Math.abs(this.answer[k] - golden[k]) <= near) this.equal++;
    }
  }

  /** Compares the memory with the golden one, and goes on from it. */
  save(golden) {
    const { agent, mind } = this, mine = mind.memory, first = HEADER + 8 * mind.n, count = agent.state + agent.numbers;
    const floats = mind.n * (count + (mind.skill < 1 ? agent.outputs : 0)), end = first + 4 * floats;
    const exact = (k) => (k < first || k >= end) && k < golden.length - 4;
    this.memory = this.memory && mine.length === golden.length && mine.every((byte, k) => !exact(k) || byte === golden[k]);
    if (this.memory) {
      const [a, b] = [mine, golden].map((bytes) => new Float32Array(bytes.buffer, first, floats));
      this.memory = a.every((value, k) => apart(value, b[k]) <= LIMIT);
    }
    this.mind = agent.resume(mine);
  }
}

/**
 * The lines that a checker prints.
 * @param {Replay} replay that has been played
 * @param {(() => number) | undefined} clock seconds that this process has computed; nothing is timed without it
 */
export function report(replay, clock) {
  const { error, equal, actions, memory, good } = replay;
  const lines = [`error ${error.toPrecision(3)}`, `actions ${equal} ${actions}`, `memory ${memory ? "equal" : "differs"}`];
  if (clock !== undefined) lines.push(`us ${microseconds(replay, clock).toPrecision(3)}`);
  return [...lines, good ? "ok" : "failed"].join("\n");
}

/** Microseconds of a decision. */
function microseconds(replay, clock) {
  const begun = clock(), before = replay.decisions;
  while (clock() < begun + 0.5) replay.play(true);
  return (1e6 * (clock() - begun)) / (replay.decisions - before);
}

/** Kind and place of every event. */
function list(view, at) {
  const events = [];
  for (let k = view.getUint32(12, true); k > 0; k--) {
    if (at + 8 > view.byteLength) throw new Error("trace.bin is cut off.");
    const bytes = view.getUint32(at + 4, true);
    events.push({ kind: view.getUint32(at, true), at: at + 8, bytes });
    at += 8 + bytes;
  }
  if (at > view.byteLength) throw new Error("trace.bin is cut off.");
  return events;
}
