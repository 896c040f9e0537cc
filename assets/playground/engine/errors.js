// What is wrong with what a person asked for, in words.

export class Refused extends Error {}

/** A level that is as it should be, but has no way through. */
export class Unsolvable extends Refused {}

/** Text from outside in one line of at most so many letters, with nothing in it that cannot be seen. */
export function inOneLine(text, most = 600) {
  const line = String(text).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length > most ? `${line.slice(0, most - 3)}...` : line;
}

export const quoted = (text) => `'${inOneLine(text, 60)}'`;
