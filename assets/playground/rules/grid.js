// Arrays of several dimensions over one memory, as the rules in Python have them.

const KINDS = {
  bool_: Uint8Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array,
  int64: Float64Array,  // whole numbers up to 2^53; what has more bits is made by hand, as BigInt64Array
  uint64: BigUint64Array, float32: Float32Array, float64: Float64Array,
};

export class Grid {
  /** `steps` are the numbers of values from one index of an axis to the next. */
  constructor(data, shape, steps = stepsOf(shape), start = 0) {
    this.data = data;
    this.shape = shape;
    this.steps = steps;
    this.start = start;
    this.axes = shape.length;
    [this.step0 = 0, this.step1 = 0, this.step2 = 0, this.step3 = 0] = steps;
  }

  /** How many values there are. */
  get size() {
    return this.shape.reduce((a, b) => a * b, 1);
  }

  *[Symbol.iterator]() {
    for (let k = 0; k < this.shape[0]; k++) yield at(this, k);
  }

  /** The places of all values in `data`, in order. */
  places() {
    let places = [this.start];
    this.shape.forEach((length, axis) => {
      places = places.flatMap((place) => Array.from({ length }, (_, k) => place + k * this.steps[axis]));
    });
    return places;
  }

  /** All values in order, as a plain array. */
  values() {
    return this.places().map((place) => this.data[place]);
  }

  /** All values in one dimension. */
  ravel() {
    return new Grid(this.data.constructor.from(this.values()), [this.size]);
  }

  min() {
    return Math.min(...this.values());
  }
}

/** Named arrays; iterated they are the arrays in order. */
export class Fields {
  *[Symbol.iterator]() {
    yield* Object.values(this);
  }
}

class Cut {
  constructor(low, high) {
    this.low = low;
    this.high = high;
  }
}

/** From `low` on up to `high`, which is left out; without bounds everything. */
export const cut = (low = 0, high = Infinity) => new Cut(low, high);

function stepsOf(shape) {
  const steps = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1] * shape[axis + 1];
  return steps;
}

/** A part of an array over the same memory: an index or a `cut` for each of its first axes. */
export function part(grid, ...places) {
  let start = grid.start;
  const [shape, steps] = [[], []];
  for (let axis = 0; axis < grid.axes; axis++) {
    const place = axis < places.length ? places[axis] : cut();
    if (place instanceof Cut) {
      const [low, high] = [place.low, place.high].map((end) => Math.min(end, grid.shape[axis]));
      start += low * grid.steps[axis];
      shape.push(Math.max(0, high - low));
      steps.push(grid.steps[axis]);
    } else {
      start += place * grid.steps[axis];
    }
  }
  return new Grid(grid.data, shape, steps, start);
}

/** The value at an index, or the part of the array that begins with it. */
export function at(grid, i) {
  if (grid.axes === 1 && typeof i === "number") return grid.data[grid.start + i * grid.step0];
  return part(grid, i);
}

export function at2(grid, i, j) {
  if (grid.axes === 2) return grid.data[grid.start + i * grid.step0 + j * grid.step1];
  return part(grid, i, j);
}

export function at3(grid, i, j, k) {
  if (grid.axes === 3) return grid.data[grid.start + i * grid.step0 + j * grid.step1 + k * grid.step2];
  return part(grid, i, j, k);
}

export function at4(grid, i, j, k, l) {
  return grid.data[grid.start + i * grid.step0 + j * grid.step1 + k * grid.step2 + l * grid.step3];
}

/** Set the value at an index, or all of the part that begins with it. */
export function put(grid, i, value) {
  if (grid.axes === 1) grid.data[grid.start + i * grid.step0] = value;
  else assign(part(grid, i), value);
}

export function put2(grid, i, j, value) {
  if (grid.axes === 2) grid.data[grid.start + i * grid.step0 + j * grid.step1] = value;
  else assign(part(grid, i, j), value);
}

export function put3(grid, i, j, k, value) {
  if (grid.axes === 3) grid.data[grid.start + i * grid.step0 + j * grid.step1 + k * grid.step2] = value;
  else assign(part(grid, i, j, k), value);
}

export function put4(grid, i, j, k, l, value) {
  grid.data[grid.start + i * grid.step0 + j * grid.step1 + k * grid.step2 + l * grid.step3] = value;
}

/** Set all values of an array to one, or to those of an array of the same shape. */
export function assign(grid, value) {
  const values = value instanceof Grid ? value.values() : null;
  grid.places().forEach((place, k) => { grid.data[place] = values ? values[k] : value; });
}

const shapeOf = (shape) => (Array.isArray(shape) ? shape : [shape]);

export function zeros(kind, shape) {
  const sides = shapeOf(shape);
  return new Grid(new KINDS[kind](sides.reduce((a, b) => a * b, 1)), sides);
}

export function zerosLike(grid) {
  return new Grid(new grid.data.constructor(grid.size), [...grid.shape]);
}

export function full(kind, shape, value) {
  const grid = zeros(kind, shape);
  grid.data.fill(value);
  return grid;
}

/** An array of these values, in order. */
export function constant(kind, shape, values) {
  return new Grid(KINDS[kind].from(values), shapeOf(shape));
}

export const arange = (n) => constant("int64", n, Array.from({ length: n }, (_, k) => k));

/** How many values differ from one. */
export const countOthers = (grid, value) => grid.values().filter((one) => one !== value).length;

/** What is left of a division, with the sign of the divisor. */
export function modulo(a, b) {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** The nearest whole number; of two, the even one. */
export function rint(x) {
  const whole = Math.round(x);
  return whole - x === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
}

export const toUint32 = (x) => x >>> 0;
export const uint64 = (x) => BigInt.asUintN(64, BigInt(x));
