// Random numbers and hashes of 64 bits, the same as in Python: splitmix64 and FNV-1a.

import { Grid, at2 } from "./grid.js";

const GOLDEN = 0x9e3779b97f4a7c15n;
const [MIX_1, MIX_2] = [0xbf58476d1ce4e5b9n, 0x94d049bb133111ebn];
const [OFFSET, PRIME] = [0xcbf29ce484222325n, 0x100000001b3n];
const TO_UNIT = 1 / (1 << 24);
const [VALIDATION, TEST, TRAIN] = [1, 2, 0];  // of a hash that ends in 0, in 1, in anything else

const wrapped = (x) => BigInt.asUintN(64, x);

/** Scramble 64 bits (the finaliser of splitmix64). */
export function mix(x) {
  let y = wrapped((x ^ (x >> 30n)) * MIX_1);
  y = wrapped((y ^ (y >> 27n)) * MIX_2);
  return y ^ (y >> 31n);
}

/** One seed out of two numbers. */
export function combine(seed, number) {
  return mix(mix(wrapped(BigInt(seed) + GOLDEN)) ^ wrapped(BigInt(number) * GOLDEN + GOLDEN));
}

/** A stream of random numbers that begins with a seed. */
export const streamOf = (seed) => new Grid(BigUint64Array.of(wrapped(BigInt(seed))), [1]);

/** A number in [0, n); the stream moves on by one draw. */
export function below(stream, n) {
  const { data, start } = stream;
  data[start] += GOLDEN;
  return Number(((mix(data[start]) >> 32n) * BigInt(n)) >> 32n);
}

/** A number in [0, 1) with 24 random bits that depends on its two arguments alone. */
export const uniform = (seed, number) => Number(combine(seed, number) >> 40n) * TO_UNIT;

const withByte = (value, byte) => wrapped((value ^ BigInt(byte)) * PRIME);

/** The hash of a level's tiles, to go on with. */
export function hashOfTiles(tiles, height, width) {
  let value = withByte(withByte(OFFSET, height), width);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) value = withByte(value, at2(tiles, row, column));
  }
  return value;
}

/** The hash after the hidden numbers of a name, such as `keys=`, which is given as bytes. */
export function withNumbers(value, name, numbers) {
  return withText(value, `${String.fromCharCode(...name.values())}${numbers.values().join(",")};`);
}

/** The hash after some more letters. */
export function withText(value, text) {
  let hash = value;
  for (const byte of new TextEncoder().encode(text)) hash = withByte(hash, byte);
  return hash;
}

export const finished = mix;

export function splitCodeOf(hash) {
  const tenth = hash % 10n;
  return tenth === 0n ? VALIDATION : tenth === 1n ? TEST : TRAIN;
}
