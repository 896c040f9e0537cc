/**
 * gamemeta.mjs: an agent of gamemeta in one module without dependencies, for browsers and node 18 or newer.
 *
 *     import { load } from "./gamemeta.mjs";
 *     const agent = load(bytes);            // of agent.bin
 *     const mind = agent.begin(1, 7);       // one mind, seed 7
 *     const action = mind.act(obs, reward, done);
 *
 * Whatever is wrong throws a GamemetaError that says so; then nothing has changed.
 * SPDX-License-Identifier: MIT
 * @module
 */

/** What is wrong, and what to do about it. */
export class GamemetaError extends Error {
  constructor(message) {
    super(message);
    this.name = "GamemetaError";
  }
}

/**
 * A part of the observation.
 * @typedef {{name: string, kind: "symbols" | "quantities" | "images", size: number, codes: number}} Part
 *
 * What one mind is shown: every part by name, its numbers row by row; one number where its size is 1.
 * @typedef {Record<string, number | ArrayLike<number>>} Obs
 *
 * The same for n minds, all parts of a kind side by side, one mind after the other.
 * @typedef {{symbols?: ArrayLike<number>, quantities?: ArrayLike<number>, images?: ArrayLike<number>}} FlatObs
 */

const SYMBOLS = 0, QUANTITIES = 1, NORMALISED = 2, IMAGE = 3;
const MINGRU = 0, GRU = 1, TABLE = 2, ATTENTION = 3;
/** Kinds of flat arrays, and which of them each kind of part lies in. */
const KINDS = ["symbols", "quantities", "images"], KIND_OF = [0, 1, 1, 2];
const LEARNED = -2;
const HEADER = 48, SAVED = 72;
const MOST_MINDS = 1 << 20, MOST_STEPS = 2 ** 48, MOST_STATE = 1e12;

function need(good, words) {
  if (!good) throw new GamemetaError(words);
}

function whole(value, least, most) {
  return Number.isInteger(value) && value >= least && value <= most;
}

function list(count, make) {
  return Array.from({ length: count }, (_, k) => make(k));
}

// ---- Random streams: splitmix64, a 64-bit number as two halves ----

/** What `multiply` and `combine` answer. */
let high = 0, low = 0;

/** high:low = a:b times c:d. */
function multiply(a, b, c, d) {
  const b0 = b & 0xffff, b1 = b >>> 16, d0 = d & 0xffff, d1 = d >>> 16;
  const middle = b1 * d0 + ((b0 * d0) >>> 16);
  const carry = b0 * d1 + (middle & 0xffff);
  high = (b1 * d1 + (middle >>> 16) + (carry >>> 16) + Math.imul(a, d) + Math.imul(b, c)) >>> 0;
  low = Math.imul(b, d) >>> 0;
}

/** high:low = high:low + c:d. */
function add(c, d) {
  const sum = low + d;
  high = (high + c + (sum > 0xffffffff ? 1 : 0)) >>> 0;
  low = sum >>> 0;
}

function mix() {
  multiply(high ^ (high >>> 30), (low ^ ((low >>> 30) | (high << 2))) >>> 0, 0xbf58476d, 0x1ce4e5b9);
  multiply(high ^ (high >>> 27), (low ^ ((low >>> 27) | (high << 5))) >>> 0, 0x94d049bb, 0x133111eb);
  const l = (low ^ ((low >>> 31) | (high << 1))) >>> 0;
  high = (high ^ (high >>> 31)) >>> 0;
  low = l;
}

/** high:low = the number c:d of the stream a:b. */
function combine(a, b, c, d) {
  multiply(c, d, 0x9e3779b9, 0x7f4a7c15);
  add(0x9e3779b9, 0x7f4a7c15);
  const h = high, l = low;
  high = a;
  low = b;
  add(0x9e3779b9, 0x7f4a7c15);
  mix();
  high = (high ^ h) >>> 0;
  low = (low ^ l) >>> 0;
  mix();
}

/** A random stream of one mind, whose draw number is step * width + k. */
class Lane {
  constructor(seed, flag, mind) {
    combine((Number(seed >> 32n) ^ flag) >>> 0, Number(seed & 0xffffffffn), 0, mind);
    this.high = high;
    this.low = low;
  }

  draw(step, width, k) {
    multiply(Math.floor(step / 4294967296), step >>> 0, 0, width);
    add(0, k);
    combine(this.high, this.low, high, low);
  }

  uniform(step, width, k) {
    this.draw(step, width, k);
    return (high >>> 8) / 16777216;
  }

  normal(step, width, k) {
    this.draw(step, width, k);
    const radius = Math.sqrt(-2 * Math.log((high + 1) / 4294967296));
    return Math.fround(radius * Math.cos(((2 * Math.PI) / 4294967296) * low));
  }
}

const REACTIONS = 1 << 29, NUMBERS = 1 << 30; // bits 61 and 62 of a seed

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let k = 0; k < 8; k++) byte = (byte >>> 1) ^ (byte & 1 ? 0xedb88320 : 0);
  return byte >>> 0;
});

function crc32(bytes, size) {
  let crc = -1;
  for (let i = 0; i < size; i++) crc = (crc >>> 8) ^ CRC[(crc ^ bytes[i]) & 255];
  return ~crc >>> 0;
}

// ---- Arithmetic ----

const POWERS = Float64Array.from({ length: 256 }, (_, k) => 2 ** (k - 128));

/** e to the x, exact to 1e-8 of itself; less than e to the -87 is nothing. */
function exp(x) {
  if (x < -87) return 0;
  if (x > 87) x = 87;
  const scaled = x * 1.4426950408889634;
  const k = (scaled + 128.5) | 0;
  const r = x - (k - 128) * 0.6931471805599453;
  const p = 1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040)))));
  return (1 + r + r * r * p) * POWERS[k];
}

function sigmoid(x) {
  return 1 / (1 + exp(-x));
}

function tanh(x) {
  return 1 - 2 / (1 + exp(2 * x));
}

/**
 * y[to + r] += the dot product of row r of a matrix and x[0..inputs). The one loop that takes time: x and y are
 * always Float64Array, and matrices Float32Array, so that engines compile it for these alone.
 */
function times(matrix, x, y, to, outputs, inputs) {
  let r = 0, at = 0;
  for (; r + 4 <= outputs; r += 4, at += 4 * inputs) {
    let a = 0, b = 0, c = 0, d = 0;
    for (let i = 0, j = at, k = at + inputs, l = k + inputs, m = l + inputs; i < inputs; i++, j++, k++, l++, m++) {
      const v = x[i];
      a += v * matrix[j];
      b += v * matrix[k];
      c += v * matrix[l];
      d += v * matrix[m];
    }
    y[to + r] += a;
    y[to + r + 1] += b;
    y[to + r + 2] += c;
    y[to + r + 3] += d;
  }
  for (; r < outputs; r++, at += inputs) {
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += matrix[at + i] * x[i];
    y[to + r] += sum;
  }
}

/** y[to..] += by * x[from..], n numbers. */
function plus(y, to, x, from, by, n) {
  for (let i = 0; i < n; i++) y[to + i] += by * x[from + i];
}

function rms(x, y) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  const by = 1 / Math.sqrt(sum / x.length + 1e-5);
  for (let i = 0; i < x.length; i++) y[i] = x[i] * by;
}

function clip(x, least, most) {
  return x < least ? least : x > most ? most : x;
}

/** The distance from the mean in deviations, within -10 and 10. */
function scaled(value, mean, deviation, squeezed) {
  if (!(deviation > 0)) return 0;
  const away = (value - mean) / deviation;
  return Math.fround(clip(squeezed ? Math.asinh(away) : away, -10, 10));
}

// ---- Reading agent.bin ----

class Reader {
  constructor(integers, floats) {
    this.integers = integers;
    this.floats = floats;
    this.i = this.f = 0;
  }

  integer(least, most) {
    const value = this.integers[this.i++];
    need(whole(value, least, most), "agent.bin is damaged: a size is impossible. Export the agent again.");
    return value;
  }

  array(rows, columns = 1) {
    const end = this.f + rows * columns;
    need(end <= this.floats.length, "agent.bin is damaged: weights are missing. Export the agent again.");
    const array = this.floats.subarray(this.f, end);
    this.f = end;
    return array;
  }
}

/** Encodes observations and, where there is a `before`, what the step before led to. */
class Encoder {
  constructor(reader, agent, width, before) {
    this.width = width;
    this.rows = agent.codes + (before ? agent.choices.length * (agent.most + 1) + 2 : 0);
    this.values = agent.sizes[1] + (before ? agent.numbers + 1 : 0);
    this.count = agent.sizes[0] + (before ? agent.choices.length + 1 : 0);
    this.bias = reader.array(width);
    this.symbols = reader.array(this.rows, width);
    this.quantities = reader.array(this.values, width);
    this.images = agent.parts.filter((p) => p.code === IMAGE).map((p) => new Picture(reader, agent, p, width));
  }

  /** x = the features of rows, values and images; of images from a place on. */
  encode(rows, values, images, place, x) {
    const { width, symbols, quantities } = this;
    for (let i = 0; i < width; i++) x[i] = this.bias[i];
    for (let k = 0; k < this.count; k++) plus(x, 0, symbols, rows[k] * width, 1, width);
    for (let k = 0; k < this.values; k++) plus(x, 0, quantities, k * width, values[k], width);
    for (const image of this.images) {
      image.look(images, place, x);
      place += image.part.size;
    }
  }
}

/** The encoder of an image: stages of convolutions, each halving its sides. */
class Picture {
  constructor(reader, agent, part, width) {
    this.part = part;
    this.width = width;
    this.stages = [];
    let { height, width: across, channels } = part, most = 0;
    for (const outputs of agent.stages) {
      const stage = { outputs, convolutions: [] };
      most = Math.max(most, height * across * Math.max(outputs, channels));
      for (let k = 0; k < 1 + 2 * agent.blocks; k++) {
        stage.convolutions.push({ weight: reader.array(outputs, 9 * channels), bias: reader.array(outputs) });
        channels = outputs;
      }
      this.stages.push(stage);
      height = (height + 1) >> 1;
      across = (across + 1) >> 1;
    }
    this.features = height * across * channels;
    this.out = reader.array(width, this.features);
    this.maps = [0, 1, 2].map(() => new Float64Array(most));
    this.patch = new Float64Array(9 * Math.max(part.channels, ...agent.stages));
  }

  look(images, place, x) {
    const [map, one, two] = this.maps;
    let { height, width, channels } = this.part;
    for (let i = 0; i < this.part.size; i++) map[i] = images[place + i];
    for (const { outputs, convolutions } of this.stages) {
      this.convolve(convolutions[0], map, one, height, width, channels, outputs, false);
      pool(one, map, height, width, outputs);
      height = (height + 1) >> 1;
      width = (width + 1) >> 1;
      channels = outputs;
      for (let k = 1; k < convolutions.length; k += 2) {
        this.convolve(convolutions[k], map, one, height, width, channels, channels, true);
        this.convolve(convolutions[k + 1], one, two, height, width, channels, channels, true);
        plus(map, 0, two, 0, 1, height * width * channels);
      }
    }
    for (let i = 0; i < this.features; i++) map[i] = Math.max(map[i], 0);
    times(this.out, map, x, 0, this.width, this.features);
  }

  convolve({ weight, bias }, from, to, height, width, inputs, outputs, relu) {
    const patch = this.patch;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        let at = 0;
        for (let i = y - 1; i <= y + 1; i++)
          for (let j = x - 1; j <= x + 1; j++) {
            const inside = i >= 0 && j >= 0 && i < height && j < width, place = (i * width + j) * inputs;
            for (let c = 0; c < inputs; c++, at++) {
              const v = inside ? from[place + c] : 0;
              patch[at] = relu && v < 0 ? 0 : v;
            }
          }
        to.set(bias, (y * width + x) * outputs);
        times(weight, patch, to, (y * width + x) * outputs, outputs, 9 * inputs);
      }
  }
}

/** The maximum of the 3x3 around every second place. */
function pool(from, to, height, width, channels) {
  let at = 0;
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2)
      for (let c = 0; c < channels; c++) {
        let most = -Infinity;
        for (let i = Math.max(y - 1, 0); i <= y + 1 && i < height; i++)
          for (let j = Math.max(x - 1, 0); j <= x + 1 && j < width; j++)
            most = Math.max(most, from[(i * width + j) * channels + c]);
        to[at++] = most;
      }
}

/** A mingru or gru cell, whose state are `width` numbers. */
class Recurrent {
  constructor(reader, agent, gru) {
    const w = (this.size = agent.width);
    this.weight = reader.array(3 * w, w);
    this.bias = reader.array(3 * w);
    this.recurrent = gru ? reader.array(3 * w, w) : null;
    this.recurrentBias = gru ? reader.array(3 * w) : null;
    this.out = reader.array(w, w);
    this.normal = new Float64Array(w);
    this.p = new Float64Array(3 * w);
    this.q = new Float64Array(3 * w);
  }

  possible(state, at) {
    return bounded(state, at, this.size);
  }

  step(turn, x, state, at) {
    const { size: w, normal, p, q } = this;
    rms(x, normal);
    p.set(this.bias);
    times(this.weight, normal, p, 0, 3 * w, w);
    if (this.recurrent === null) {
      for (let i = 0; i < w; i++) {
        const gate = p[2 * w + i], value = state[at + i] + sigmoid(p[i]) * (tanh(p[w + i]) - state[at + i]);
        state[at + i] = value;
        normal[i] = value * gate * sigmoid(gate);
      }
    } else {
      for (let i = 0; i < w; i++) normal[i] = state[at + i];
      q.set(this.recurrentBias);
      times(this.recurrent, normal, q, 0, 3 * w, w);
      for (let i = 0; i < w; i++) {
        const candidate = tanh(p[2 * w + i] + sigmoid(p[i] + q[i]) * q[2 * w + i]);
        const value = candidate + sigmoid(p[w + i] + q[w + i]) * (state[at + i] - candidate);
        state[at + i] = normal[i] = value;
      }
    }
    times(this.out, normal, x, 0, w, w);
  }
}

function bounded(state, at, size) {
  for (let i = at; i < at + size; i++) if (!(Math.abs(state[i]) < MOST_STATE)) return false;
  return true;
}

/** Attention over the last steps: a ring of keys [size, window] and values [window, size], and a count of steps. */
class Attention {
  constructor(reader, agent) {
    const w = agent.width, damaged = "agent.bin is damaged: attention does not fit. Export the agent again.";
    const heads = (this.heads = reader.integer(1, w)), window = (this.window = reader.integer(1, 1 << 20));
    const size = (this.keySize = w / heads), outputs = 2 * (w + size);
    need(Number.isInteger(size) && size * window <= 1 << 24, damaged);
    this.size = 2 * size * window + 1;
    this.weight = reader.array(outputs, w);
    this.bias = reader.array(outputs);
    this.distanceBias = reader.array(heads, window);
    this.out = reader.array(w, w);
    this.normal = new Float64Array(w);
    this.p = new Float64Array(outputs);
    this.score = new Float64Array(window);
  }

  possible(state, at) {
    return bounded(state, at, this.size) && whole(state[at + this.size - 1], 0, 2 * this.window - 1);
  }

  step(turn, x, state, at) {
    const { heads, window, keySize: size, normal, p, score, distanceBias } = this, w = x.length;
    rms(x, normal);
    p.set(this.bias);
    times(this.weight, normal, p, 0, p.length, w);
    const values = at + size * window, last = at + this.size - 1, newest = state[last] % window;
    const steps = state[last] + 1, taken = Math.min(steps, window), scale = 1 / Math.sqrt(size);
    for (let j = 0; j < size; j++) {
      state[at + j * window + newest] = p[2 * w + j];
      state[values + newest * size + j] = p[2 * w + size + j];
    }
    state[last] = steps < 2 * window ? steps : window;
    for (let h = 0, first = 0; h < heads; h++, first += size) {
      for (let s = 0; s < taken; s++) score[s] = distanceBias[h * window + ((newest - s + window) % window)];
      for (let j = 0; j < size; j++) {
        const query = scale * p[first + j], from = at + j * window;
        for (let s = 0; s < taken; s++) score[s] += query * state[from + s];
      }
      let top = -Infinity, sum = 0;
      for (let s = 0; s < taken; s++) if (score[s] > top) top = score[s];
      for (let s = 0; s < taken; s++) sum += score[s] = exp(score[s] - top);
      for (let j = 0; j < size; j++) normal[first + j] = 0;
      for (let s = 0; s < taken; s++) {
        const weight = score[s] / sum, from = values + s * size;
        for (let j = 0; j < size; j++) normal[first + j] += weight * state[from + j];
      }
    }
    for (let i = 0; i < w; i++) normal[i] *= p[w + i] * sigmoid(p[w + i]);
    times(this.out, normal, x, 0, w, w);
  }
}

/** A cell that writes down what every action led to, by place or by learned keys. */
class Table {
  constructor(reader, agent) {
    const w = agent.width, damaged = "agent.bin is damaged: a table does not fit. Export the agent again.";
    this.agent = agent;
    this.keys = reader.integer(-2, agent.parts.length - 1);
    this.rows = reader.integer(1, 1 << 20);
    const v = (this.values = reader.integer(1, 256)), u = (this.units = reader.integer(1, 1024));
    const carry = reader.integer(0, 1), a = agent.actions;
    this.learned = this.keys === LEARNED;
    const part = agent.parts[this.keys];
    const places = part === undefined ? 1 : part.codes ** part.size;
    need(part === undefined || part.code === SYMBOLS, damaged);
    need(a > 0 && agent.numbers === 0 && (this.learned || places * a === this.rows), damaged);
    this.size = this.rows * (v + 1) + (this.learned ? this.rows : 1);
    this.value = reader.array(v, w);
    this.valueBias = reader.array(v);
    this.read = reader.array(u, v + 1);
    this.context = reader.array(u, w);
    this.contextBias = reader.array(u);
    this.carry = carry ? reader.array(u, u) : null;
    this.mix = reader.array(u, u);
    this.pick = reader.array(u);
    this.out = reader.array(w, 2 * u);
    this.encoder = this.learned ? new Encoder(reader, agent, this.rows, false) : null;
    this.actionKeys = this.learned ? reader.array(a, this.rows) : null;
    for (const [name, size] of [["normal", w], ["written", v + 1], ["facts", v + 1], ["address", this.rows],
      ["logits", this.rows], ["y", a * (v + 1)], ["known", a * u], ["row", u], ["mixed", u], ["now", u],
      ["score", a], ["both", 2 * u]]) this[name] = new Float64Array(size);
  }

  possible(state, at) {
    const { rows, values: v } = this, end = at + rows * (v + 1), places = rows / this.agent.actions;
    for (let i = 0; i < rows; i++)
      if (!(state[at + (this.learned ? v * rows + i : i * (v + 1) + v)] >= 0)) return false;
    return bounded(state, at, this.size) && (this.learned || whole(state[end], 0, places - 1));
  }

  step(turn, x, state, at) {
    rms(x, this.normal);
    this.written.set(this.valueBias);
    times(this.value, this.normal, this.written, 0, this.values, x.length);
    this.written[this.values] = 1;
    const last = at + this.rows * (this.values + 1);
    this.write(turn, state, at, last);
    if (this.learned) this.recall(turn, state, at, last);
    else this.lookUp(turn, state, at, last);
    this.think(turn, x);
  }

  /** The address of an action, of length 1. */
  aim(state, last, action) {
    const { rows, address, actionKeys } = this;
    let top = -Infinity, sum = 0;
    for (let i = 0; i < rows; i++) {
      address[i] = state[last + i] + actionKeys[action * rows + i];
      if (address[i] > top) top = address[i];
    }
    for (let i = 0; i < rows; i++) {
      address[i] = exp(address[i] - top);
      sum += address[i] * address[i];
    }
    const by = 1 / Math.sqrt(sum);
    for (let i = 0; i < rows; i++) address[i] *= by;
  }

  /** Writes what the actions before led to. */
  write(turn, state, at, last) {
    const { agent, rows, written } = this, v = this.values + 1;
    for (let h = 0, first = 0; h < agent.choices.length; first += agent.choices[h++]) {
      const taken = first + turn.before[h] - 1;
      if (turn.before[h] === 0) continue;
      if (!this.learned) {
        plus(state, at + (state[last] * agent.actions + taken) * v, written, 0, 1, v);
        continue;
      }
      this.aim(state, last, taken);
      for (let k = 0; k < v; k++) plus(state, at + k * rows, this.address, 0, written[k], rows);
    }
  }

  recall(turn, state, at, last) {
    const { rows, logits, y } = this, v = this.values + 1;
    this.encoder.encode(turn.rows, turn.values, turn.images, turn.pixel, logits);
    for (let i = 0; i < rows; i++) state[last + i] = logits[i];
    for (let action = 0; action < this.agent.actions; action++) {
      this.aim(state, last, action);
      for (let k = 0; k < v; k++) {
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += state[at + k * rows + i] * this.address[i];
        y[action * v + k] = sum;
      }
    }
  }

  lookUp(turn, state, at, last) {
    const { agent, y } = this, part = agent.parts[this.keys], size = agent.actions * (this.values + 1);
    let here = 0;
    for (let i = 0; part !== undefined && i < part.size; i++)
      here = here * part.codes + turn.symbols[turn.symbol + part.first + i];
    for (let i = 0; i < size; i++) y[i] = state[at + here * size + i];
    state[last] = here;
  }

  /** Turns what is known of every action into features, and adds them to x. */
  think(turn, x) {
    const { y, known, row, mixed, now, facts, score, both, units: u } = this, v = this.values + 1;
    const n = this.agent.actions, first = turn.tables === 0, choices = this.agent.known;
    now.set(this.contextBias);
    times(this.context, this.normal, now, 0, u, x.length);
    let top = -Infinity, sum = 0;
    for (let k = 0; k < n; k++) {
      const share = 1 / (1 + y[k * v + v - 1]);
      for (let j = 0; j < v - 1; j++) facts[j] = y[k * v + j] * share;
      facts[v - 1] = share;
      row.set(now);
      times(this.read, facts, row, 0, u, v);
      if (this.carry !== null && !first) times(this.carry, choices.subarray(k * u, k * u + u), row, 0, u, u);
      for (let j = 0; j < u; j++) row[j] *= sigmoid(row[j]);
      mixed.fill(0);
      times(this.mix, row, mixed, 0, u, u);
      let picked = 0;
      for (let j = 0; j < u; j++) {
        row[j] += mixed[j] * sigmoid(mixed[j]);
        known[k * u + j] = row[j];
        picked += row[j] * this.pick[j];
      }
      score[k] = picked;
      if (picked > top) top = picked;
    }
    for (let k = 0; k < n; k++) sum += score[k] = exp(score[k] - top);
    both.fill(0);
    for (let k = 0; k < n; k++) {
      plus(both, 0, known, k * u, score[k] / sum, u);
      plus(both, u, known, k * u, 1 / n, u);
    }
    times(this.out, both, x, 0, x.length, 2 * u);
    for (let i = 0; i < n * u; i++) choices[i] = first ? known[i] : choices[i] + known[i];
    turn.tables++;
  }
}

function cell(reader, agent) {
  const kind = reader.integer(MINGRU, ATTENTION);
  if (kind === ATTENTION) return new Attention(reader, agent);
  return kind === TABLE ? new Table(reader, agent) : new Recurrent(reader, agent, kind === GRU);
}

/** All bytes of a file in a buffer of their own. */
function copied(bytes, what) {
  if (bytes instanceof ArrayBuffer || ArrayBuffer.isView(bytes)) {
    const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return view.slice();
  }
  throw new GamemetaError(`${what}: give its bytes, a Uint8Array or an ArrayBuffer.`);
}

function text(bytes, from, to) {
  return new TextDecoder().decode(bytes.subarray(from, to));
}

/**
 * The agent out of the bytes of agent.bin.
 * @param {Uint8Array | ArrayBuffer} bytes
 * @returns {Agent}
 */
export function load(bytes) {
  need(new Uint8Array(Uint32Array.of(1).buffer)[0] === 1, "this processor is big-endian, which gamemeta.mjs does not know.");
  const data = copied(bytes, "agent.bin"), view = new DataView(data.buffer);
  need(data.length >= HEADER + 4 && text(data, 0, 8) === "GMEXPORT", "these bytes are no agent.bin of gamemeta, or cut off.");
  const [version, integers, letters, floats] = [8, 12, 16, 20].map((at) => view.getUint32(at, true));
  need(version === 1, `agent.bin is of version ${version}, and this gamemeta.mjs reads version 1; take that of the same export.`);
  const names = HEADER + 4 * integers, weights = names + letters, end = weights + 4 * floats;
  need(end + 4 === data.length, "agent.bin is cut off or damaged; copy it again.");
  need(crc32(data, end) === view.getUint32(end, true), "agent.bin is damaged; copy it again.");
  const reader = new Reader(new Int32Array(data.buffer, HEADER, integers), new Float32Array(data.buffer, weights, floats));
  need(reader.floats.every(Number.isFinite), "agent.bin is damaged: a weight is NaN or infinite. Export the agent again.");
  return new Agent(reader, text(data, 32, 48), view.getFloat64(24, true), text(data, names, weights).split("\n"));
}

/** An agent, out of which minds begin. It never changes. */
export class Agent {
  /** @private */
  constructor(reader, digest, skill, lines) {
    this.digest = digest;
    /** How well its minds play, 0 to 1. */
    this.skill = checkedSkill(skill);
    /** When a memory is cleared by itself: 0 never, 1 where an episode ends, 2 before every step. */
    this.clearing = reader.integer(0, 2);
    this.width = reader.integer(1, 4096);
    this.state = reader.integer(1, 1 << 28);
    this.choices = list(reader.integer(0, 64), () => reader.integer(1, 255));
    this.numbers = reader.integer(0, 256);
    this.actions = this.choices.reduce((a, b) => a + b, 0);
    this.most = Math.max(0, ...this.choices);
    this.outputs = this.actions + this.numbers;
    this.readParts(reader, lines);
    this.mask = reader.integer(-1, this.parts.length - 1);
    const legal = this.mask < 0 || (this.parts[this.mask].codes === 2 && this.parts[this.mask].size === this.actions);
    need(legal && this.outputs > 0, "agent.bin is damaged: its parts do not fit. Export the agent again.");
    this.rewardNormalised = reader.integer(0, 1);
    const stages = reader.integer(0, 8);
    this.blocks = reader.integer(0, 8);
    this.stages = list(stages, () => reader.integer(1, 256));
    this.startAction = this.choices.map((choices) => reader.integer(0, choices));
    this.startDone = reader.integer(0, 1);
    this.readWeights(reader);
    const whole = reader.i === reader.integers.length && reader.f === reader.floats.length;
    need(whole && this.possible(this.start, 0), "agent.bin is damaged: its sizes do not fit. Export the agent again.");
    Object.freeze(this);
  }

  readParts(reader, lines) {
    const count = reader.integer(0, 4096);
    /** How many symbols, quantities and bytes of images one mind is shown. */
    this.sizes = [0, 0, 0];
    this.codes = 0;
    /** @type {Part[]} */
    this.parts = list(count, (k) => {
      const code = reader.integer(SYMBOLS, IMAGE), size = reader.integer(1, 1 << 24);
      const part = { name: lines[k], code, kind: KINDS[KIND_OF[code]], size, codes: reader.integer(code === SYMBOLS ? 1 : 0, 65536) };
      for (const side of ["height", "width", "channels"]) part[side] = reader.integer(code === IMAGE ? 1 : 0, 4096);
      const fits = code !== IMAGE || part.height * part.width * part.channels === size;
      need(fits, "agent.bin is damaged: the sides of an image do not fit. Export the agent again.");
      const kind = KIND_OF[code];
      part.first = this.sizes[kind];
      part.row = this.codes;
      this.sizes[kind] += size;
      if (code === SYMBOLS) this.codes += size * part.codes;
      return part;
    });
    /** The names of the choices of each head, where they have names. */
    this.names = this.choices.map((_, h) => (lines[count + h] ? lines[count + h].split("\t") : []));
  }

  readWeights(reader) {
    const cells = reader.integer(1, 256);
    this.start = reader.array(this.state);
    this.startNumbers = reader.array(this.numbers);
    this.startReward = reader.array(1);
    for (const part of this.parts)
      if (part.code === NORMALISED) {
        part.mean = reader.array(part.size);
        part.deviation = reader.array(part.size);
      }
    this.rewardScale = list(this.rewardNormalised * 2, () => reader.array(1)[0]);
    for (const word of ["spread", "middle", "half", "low", "high"]) this[word] = reader.array(this.numbers);
    need(this.half.every((x) => x > 0), "agent.bin is damaged: a number of an action has no range. Export the agent again.");
    this.encoder = new Encoder(reader, this, this.width, true);
    this.cells = list(cells, () => cell(reader, this));
    const units = new Set(this.cells.filter((c) => c instanceof Table).map((c) => c.units));
    const state = this.cells.reduce((sum, c) => sum + c.size, 0);
    need(units.size < 2 && state === this.state, "agent.bin is damaged: its cells do not fit. Export the agent again.");
    this.actor = reader.array(this.outputs, this.width);
    this.actorBias = reader.array(this.outputs);
    const [u] = units;
    this.choiceActor = u === undefined ? null : reader.array(u);
    // What a step works on: a step begins and ends within one call, so that all minds may share it.
    this.x = new Float64Array(this.width);
    this.normal = new Float64Array(this.width);
    this.said = new Float64Array(this.outputs);
    this.known = new Float64Array(u === undefined ? 0 : this.actions * u);
    this.turn = {
      rows: new Int32Array(this.encoder.count),
      values: new Float64Array(this.encoder.values),
      before: new Uint8Array(this.choices.length),
      symbols: null, symbol: 0, images: null, pixel: 0, tables: 0,
    };
  }

  /**
   * The same agent as a weaker player.
   * @param {number} skill 1 plays as it was trained, 0 at random
   * @returns {Agent}
   */
  withSkill(skill) {
    return Object.freeze(Object.assign(Object.create(Agent.prototype), this, { skill: checkedSkill(skill) }));
  }

  /**
   * n minds that know nothing of their level yet; the same seed gives the same actions.
   * @param {number} [n]
   * @param {number | bigint} [seed] 0 to 2^64 - 1; beyond 2^53 a BigInt
   * @returns {Mind}
   */
  begin(n = 1, seed = 0) {
    need(whole(n, 1, MOST_MINDS), `n = ${shown(n)}: begin with 1 to ${MOST_MINDS} minds.`);
    const fits = typeof seed === "bigint" ? seed >= 0n && seed < 1n << 64n : Number.isSafeInteger(seed) && seed >= 0;
    need(fits, `seed = ${shown(seed)}: give a whole number from 0 to 2^64 - 1, a BigInt beyond 2^53.`);
    return new Mind(this, n, BigInt(seed), this.skill);
  }

  /**
   * The minds whose `memory` was put into a save game.
   * @param {Uint8Array | ArrayBuffer} memory
   * @returns {Mind}
   */
  resume(memory) {
    const data = copied(memory, "memory"), view = new DataView(data.buffer), end = data.length - 4;
    need(end >= SAVED && text(data, 0, 8) === "GMMEMORY", "these bytes are not the memory of an agent, or cut off.");
    const version = view.getUint32(8, true), n = view.getUint32(12, true), skill = view.getFloat64(24, true);
    need(version === 3, `this memory is of version ${version}, and this gamemeta.mjs reads version 3; take that of the release that wrote it.`);
    need(crc32(data, end) === view.getUint32(end, true), "this memory is cut off or damaged; take an earlier save.");
    const digest = text(data, 32, 48);
    need(digest === this.digest, `this memory belongs to agent ${digest}; this agent is ${this.digest}. Load the one that was playing.`);
    const sizes = [this.state, this.numbers, skill < 1 ? this.outputs : 0, this.choices.length, 0];
    const fits = skill >= 0 && skill <= 1 && sizes.every((size, k) => view.getUint32(48 + 4 * k, true) === size);
    need(fits && whole(n, 1, MOST_MINDS) && data.length === savedBytes(n, sizes), "this memory is damaged: its sizes are not those of this agent. Take an earlier save.");
    const mind = new Mind(this, n, view.getBigUint64(16, true), skill);
    mind.restore(data.buffer);
    return mind;
  }

  /** Whether a state is one that acting can lead to. */
  possible(state, at) {
    for (const cell of this.cells) {
      if (!cell.possible(state, at)) return false;
      at += cell.size;
    }
    return true;
  }

  /** One step of one mind, whose inputs stand in `turn`; the state is brought forward in place. */
  step(state, at, outputs, to) {
    const { turn, x, normal, said, known, choiceActor, width } = this;
    turn.tables = 0;
    this.encoder.encode(turn.rows, turn.values, turn.images, turn.pixel, x);
    for (let i = 0; i < width; i++) if (x[i] < 0) x[i] = 0;
    for (const cell of this.cells) {
      cell.step(turn, x, state, at);
      at += cell.size;
    }
    rms(x, normal);
    said.set(this.actorBias);
    times(this.actor, normal, said, 0, this.outputs, width);
    if (choiceActor !== null)
      for (let k = 0, j = 0; k < this.actions; k++)
        for (let i = 0; i < choiceActor.length; i++) said[k] += known[j++] * choiceActor[i];
    outputs.set(said, to);
  }
}

function checkedSkill(skill) {
  need(typeof skill === "number" && skill >= 0 && skill <= 1, `skill = ${shown(skill)}: give 0 (plays at random) to 1 (plays as it was trained).`);
  return skill;
}

function savedBytes(n, [state, numbers, thought, heads]) {
  return SAVED + n * (8 + 4 * (state + numbers + thought + 1) + heads + 1) + 4;
}

/** n minds with their memories, which decide together. */
export class Mind {
  /** @private */
  constructor(agent, n, seed, skill) {
    const heads = agent.choices.length;
    this.agent = agent;
    /** How many minds. */
    this.n = n;
    /** What their actions are drawn from. */
    this.seed = seed;
    this.skill = skill;
    /** What the network said last [n, outputs]: logits of all heads, then means of numbers. */
    this.outputs = new Float32Array(n * agent.outputs);
    this.thought = new Float32Array(skill < 1 ? n * agent.outputs : 0);
    this.state = new Float32Array(n * agent.state);
    this.after = new Float32Array(n * agent.state);
    this.numbers = new Float32Array(n * agent.numbers);
    this.action = new Uint8Array(n * heads);
    this.steps = new Float64Array(n);
    this.seat = new Int32Array(n).fill(-1);
    this.begun = new Uint8Array(n);
    this.lanes = list(n, (i) => new Lane(seed, 0, i));
    this.reactions = list(skill < 1 ? n : 0, (i) => new Lane(seed, REACTIONS, i));
    this.chances = list(skill < 1 ? n : 0, (i) => new Lane(seed, NUMBERS, i));
    this.answer = new Float32Array(n * (heads + agent.numbers));
    this.flat = {
      symbols: new Int32Array(n * agent.sizes[0]),
      quantities: new Float32Array(n * agent.sizes[1]),
      images: new Uint8Array(n * agent.sizes[2]),
    };
    this.forget();
  }

  /**
   * Chooses what to do, and learns from what the last choice led to.
   * @param {Obs | Obs[]} obs what the game shows; of several minds a list
   * @param {number | ArrayLike<number>} [reward] of the step that led here; of several minds a list
   * @param {boolean | number | ArrayLike<boolean | number>} [done] whether that step ended an episode: the first
   *     act of the next episode gets its first observation with true
   * @returns {number | number[] | (number | number[])[]} a number where the action is one, else a list; of
   *     several minds a list of these
   */
  act(obs, reward = 0, done = false) {
    const { agent, n } = this, width = agent.choices.length + agent.numbers;
    if (n === 1 && !(Array.isArray(obs) && obs.length === 1)) obs = [obs];
    need(Array.isArray(obs) && obs.length === n, `obs: give a list of ${n} observations, one for each mind.`);
    for (let i = 0; i < n; i++) this.gather(obs[i], i);
    const one = (value) => (typeof value === "object" && value !== null ? value : new Array(n).fill(value));
    const answer = this.decide(this.flat, one(reward), one(done));
    if (n === 1) return width === 1 ? answer[0] : Array.from(answer);
    return list(n, (i) => (width === 1 ? answer[i] : Array.from(answer.subarray(i * width, (i + 1) * width))));
  }

  /** Copies the parts of an observation to their places. */
  gather(obs, i) {
    const { agent, flat } = this;
    need(typeof obs === "object" && obs !== null, `obs: give an object with ${agent.parts.map((p) => p.name).join(", ") || "no parts"}.`);
    for (const part of agent.parts) {
      const { name, kind, size } = part;
      let values = obs[name];
      need(values !== undefined && values !== null, `obs lacks ${JSON.stringify(name)}: give ${size} ${kind}.`);
      if (typeof values !== "object") values = [values];
      if (Array.isArray(values) && Array.isArray(values[0])) values = values.flat(Infinity);
      need(values.length === size, `${name}: got ${values.length} numbers; give ${size}.`);
      const to = flat[kind], from = i * agent.sizes[KIND_OF[part.code]] + part.first;
      for (let k = 0; k < size; k++) {
        if (!fits(part, values[k])) wrong(part, k, values[k]);
        to[from + k] = values[k];
      }
    }
  }

  /**
   * As `act`, with all parts of a kind side by side, one mind after the other. The fastest way.
   * @param {FlatObs} obs
   * @param {ArrayLike<number>} reward [n]
   * @param {ArrayLike<boolean | number>} done [n]
   * @returns {Float32Array} [n, heads + numbers], overwritten by the next act
   */
  actFlat(obs, reward, done) {
    this.checkParts(obs);
    return this.decide(obs, reward, done);
  }

  /** As `actFlat`, of parts that are as they should be. */
  decide(obs, reward, done) {
    const { agent, n, state, after } = this;
    this.check(obs, reward, done);
    after.set(state);
    for (let i = 0; i < n; i++) {
      this.present(obs, i, reward[i], Boolean(done[i]));
      agent.step(after, i * agent.state, this.outputs, i * agent.outputs);
    }
    for (let k = 0; k < this.outputs.length; k++)
      need(this.outputs[k] - this.outputs[k] === 0, "the agent's network answers with NaN or infinity; is an observation or reward enormous?");
    const mask = agent.mask < 0 ? -1 : agent.parts[agent.mask].first;
    for (let i = 0; i < n; i++) {
      this.choose(i, mask < 0 ? null : obs.symbols, i * agent.sizes[0] + mask, this.starts(i, done[i]));
      this.begun[i] = 1;
      this.steps[i]++;
    }
    state.set(after);
    return this.answer;
  }

  starts(i, done) {
    return this.begun[i] === 0 || this.agent.clearing === 2 || (this.agent.clearing === 1 && Boolean(done));
  }

  checkParts(obs) {
    const { agent, n } = this;
    need(typeof obs === "object" && obs !== null, "obs: give an object with symbols, quantities and images.");
    for (const [k, kind] of KINDS.entries()) {
      const length = obs[kind] === undefined || obs[kind] === null ? 0 : obs[kind].length, size = agent.sizes[k];
      need(length === n * size, `${kind}: got ${length} numbers; give ${n * size}, ${size} for each mind.`);
    }
    for (let i = 0; i < n; i++)
      for (const part of agent.parts) {
        const values = obs[part.kind], from = i * agent.sizes[KIND_OF[part.code]] + part.first;
        for (let k = 0; k < part.size; k++) if (!fits(part, values[from + k])) wrong(part, k, values[from + k]);
      }
  }

  check(obs, reward, done) {
    const { agent, n } = this;
    need(sized(reward, n) && sized(done, n), `reward and done: give ${n} of each, one for each mind.`);
    for (let i = 0; i < n; i++) {
      need(fits(REWARD, reward[i]), `reward is ${shown(reward[i])}; give a number. Look where the game computes it.`);
      need(typeof done[i] === "boolean" || done[i] === 0 || done[i] === 1, `done is ${shown(done[i])}; give true or false.`);
      if (agent.mask >= 0) this.checkMask(obs.symbols, i * agent.sizes[0] + agent.parts[agent.mask].first);
    }
  }

  checkMask(symbols, at) {
    for (const choices of this.agent.choices) {
      let legal = 0;
      for (let k = 0; k < choices; k++) legal |= symbols[at++];
      need(legal, "action_mask leaves no legal choice in a head; set at least one to 1.");
    }
  }

  /** Writes the inputs of mind i; its state after is the start's, where it starts. */
  present(obs, i, reward, done) {
    const { agent } = this, { turn, sizes } = agent, heads = agent.choices.length, start = this.starts(i, done);
    turn.symbols = obs.symbols;
    turn.symbol = i * sizes[0];
    turn.images = obs.images;
    turn.pixel = i * sizes[2];
    if (start) this.after.set(agent.start, i * agent.state);
    for (const part of agent.parts) {
      const { code, size, first } = part;
      if (code === SYMBOLS)
        for (let k = 0; k < size; k++) turn.rows[first + k] = part.row + k * part.codes + obs.symbols[turn.symbol + first + k];
      else if (code !== IMAGE)
        for (let k = 0; k < size; k++) {
          const value = Math.fround(obs.quantities[i * sizes[1] + first + k]);
          turn.values[first + k] = code === QUANTITIES ? value : scaled(value, part.mean[k], part.deviation[k], false);
        }
    }
    for (let h = 0; h < heads; h++) {
      turn.before[h] = start ? agent.startAction[h] : this.action[i * heads + h];
      turn.rows[sizes[0] + h] = agent.codes + h * (agent.most + 1) + turn.before[h];
    }
    turn.rows[sizes[0] + heads] = agent.codes + heads * (agent.most + 1) + (start ? agent.startDone : done ? 1 : 0);
    for (let k = 0; k < agent.numbers; k++)
      turn.values[sizes[1] + k] = start ? agent.startNumbers[k] : this.numbers[i * agent.numbers + k];
    const earned = start ? agent.startReward[0] : Math.fround(reward);
    turn.values[sizes[1] + agent.numbers] = agent.rewardNormalised ? scaled(earned, ...agent.rewardScale, true) : earned;
  }

  /** Draws the action of mind i, and remembers it. */
  choose(i, mask, legal, start) {
    const { agent, skill, answer } = this, { choices, numbers, outputs } = agent, heads = choices.length;
    const step = this.steps[i], width = heads + numbers, weak = skill < 1, from = i * outputs;
    const logits = weak ? this.thought : this.outputs, heat = Math.fround(skill * skill);
    if (weak) this.react(i, start);
    for (let h = 0, first = 0; h < heads; first += choices[h++]) {
      const code = this.pick(i, h, from + first, mask, legal + first, logits, heat);
      answer[i * width + h] = code;
      this.action[i * heads + h] = code + 1;
    }
    for (let k = 0; k < numbers; k++) {
      const { middle, half } = agent;
      let unit = Math.tanh(logits[from + agent.actions + k] + agent.spread[k] * this.lanes[i].normal(step, width, heads + k));
      if (weak) {
        const chance = 2 * this.chances[i].uniform(step, numbers, k) - 1;
        unit = clip(skill * unit + (1 - skill) * chance, -0.999999, 0.999999);
      }
      const value = clip(Math.fround(middle[k] + half[k] * unit), agent.low[k], agent.high[k]);
      answer[i * width + heads + k] = value;
      this.numbers[i * numbers + k] = clip((value - middle[k]) / half[k], -1, 1);
    }
  }

  /** Takes up new thoughts, unless the mind of this skill is late. */
  react(i, start) {
    const { agent, thought } = this, from = i * agent.outputs, to = from + agent.outputs;
    const late = this.reactions[i].uniform(this.steps[i], 1, 0) < Math.fround(0.5 * (1 - this.skill));
    if (!late) thought.set(this.outputs.subarray(from, to), from);
    else if (start) thought.fill(0, from, to);
  }

  /** The code of head h, of which logits and mask stand from these places on. */
  pick(i, h, from, mask, legal, logits, heat) {
    const { agent } = this, n = agent.choices[h], share = SHARES;
    let top = -Infinity, total = 0, sum = 0, code = 0;
    for (let k = 0; k < n; k++) {
      share[k] = mask !== null && !mask[legal + k] ? -1e9 : Math.fround(logits[from + k] * heat);
      if (share[k] > top) top = share[k];
    }
    for (let k = 0; k < n; k++) total += share[k] = exp(share[k] - top);
    const wanted = this.lanes[i].uniform(this.steps[i], agent.choices.length + agent.numbers, h) * total;
    while (code < n - 1 && (sum += share[code]) <= wanted) code++;
    return code;
  }

  /**
   * Clears the memory, on a new level.
   * @param {ArrayLike<boolean | number>} [which] of which minds [n]; of all without it
   */
  forget(which) {
    const { agent, n } = this, heads = agent.choices.length;
    need(which === undefined || which === null || sized(which, n), `which: give ${n} flags, one for each mind.`);
    for (let i = 0; i < n; i++) {
      if (which && !which[i]) continue;
      this.state.set(agent.start, i * agent.state);
      this.action.fill(0, i * heads, (i + 1) * heads);
      this.numbers.fill(0, i * agent.numbers, (i + 1) * agent.numbers);
      if (this.skill < 1) this.thought.fill(0, i * agent.outputs, (i + 1) * agent.outputs);
      this.begun[i] = 0;
    }
  }

  /** What was learned so far, for a save game. Every language reads these bytes. */
  get memory() {
    const { agent, n } = this, sizes = [agent.state, agent.numbers, this.thought.length / n, agent.choices.length];
    const data = new Uint8Array(savedBytes(n, sizes)), view = new DataView(data.buffer), end = data.length - 4;
    data.set(new TextEncoder().encode("GMMEMORY"));
    view.setUint32(8, 3, true);
    view.setUint32(12, n, true);
    view.setBigUint64(16, this.seed, true);
    view.setFloat64(24, this.skill, true);
    data.set(new TextEncoder().encode(agent.digest), 32);
    sizes.forEach((size, k) => view.setUint32(48 + 4 * k, size, true));
    for (let i = 0; i < n; i++) view.setBigUint64(SAVED + 8 * i, BigInt(this.steps[i]), true);
    for (const [array, at] of this.arrays()) data.set(new Uint8Array(array.buffer), at);
    view.setUint32(end, crc32(data, end), true);
    return data;
  }

  /** Arrays of a memory after `steps`, and where they stand. */
  arrays() {
    let at = SAVED + 8 * this.n;
    return [this.state, this.numbers, this.thought, this.seat, this.action, this.begun].map((array) => {
      at += array.byteLength;
      return [array, at - array.byteLength];
    });
  }

  /** @private */
  restore(buffer) {
    const { agent, n } = this, heads = agent.choices.length, view = new DataView(buffer);
    for (let i = 0; i < n; i++) this.steps[i] = Number(view.getBigUint64(SAVED + 8 * i, true));
    for (const [array, at] of this.arrays()) new Uint8Array(array.buffer).set(new Uint8Array(buffer, at, array.byteLength));
    for (let i = 0; i < n; i++) this.begun[i] = (heads ? this.action[i * heads] : this.begun[i]) > 0 ? 1 : 0;
    let good = this.steps.every((step) => step < MOST_STEPS) && this.thought.every(Number.isFinite);
    good = good && this.numbers.every((x) => Math.abs(x) <= 1) && this.action.every((code, k) => code <= agent.choices[k % heads]);
    for (let i = 0; i < n; i++) good = good && agent.possible(this.state, i * agent.state);
    need(good, "this memory is damaged: it holds what no memory holds. Take an earlier save.");
  }
}

const SHARES = new Float64Array(256);
const REWARD = { code: QUANTITIES };

/** A value in a message; some have no words, such as an object without a prototype. */
function shown(value) {
  try {
    return String(value).slice(0, 40);
  } catch {
    return typeof value;
  }
}

/** Whether it is a list of n. */
function sized(value, n) {
  return typeof value === "object" && value !== null && value.length === n;
}

function fits(part, value) {
  if (typeof value !== "number") return false;
  if (part.code === SYMBOLS || part.code === IMAGE)
    return value >= 0 && value < (part.code === IMAGE ? 256 : part.codes) && value === Math.floor(value);
  return Math.abs(value) <= 3.4028234663852886e38;
}

function wrong(part, k, value) {
  const most = part.code === IMAGE ? 255 : part.codes - 1;
  const range = part.kind === "quantities" ? "a finite number" : `a whole number from 0 to ${most}`;
  throw new GamemetaError(`${part.name}[${k}] is ${shown(value)}; give ${range}.`);
}
