// The game `dungeon` in words: what happened in a step. `words` are the tables of Python's module of this name.

import { KEYS } from "../../codes.js";

const [GOT_KEY, DID_NOT_FIT] = [3, 5];
const [DIED, OUT_OF_TIME] = [2, 3];
const FULL_HEALTH = 3;

/** Events of a step, a sentence each. */
export function eventsOf(words, { happened, hand, harmless, putDown, ended }) {
  const [thing, outcome, met] = happened;
  const key = hand ? words.things[KEYS[hand - 1]] : "no key";
  const sentences = [];
  if (outcome === DID_NOT_FIT && hand === 0) sentences.push(`${words.things[thing]} is locked`);
  else if (outcome) sentences.push(words.sentences[outcome].replace("{thing}", words.things[thing]).replace("{key}", key));
  if (outcome === GOT_KEY && putDown !== null) sentences.push(`put down ${words.things[putDown]}`);
  words.monsters.forEach((name, kind) => {
    if ((met >> kind) & 1) sentences.push(harmless[kind] ? `the ${name} is harmless` : `the ${name} bites`);
  });
  if (ended === DIED) sentences.push("died");
  if (ended === OUT_OF_TIME) sentences.push("out of time");
  return sentences;
}

/** State of the hero, such as "health 2 of 3, clock 12 of 30, bronze key, haste 7". */
export function statusOf(words, [health, hand, haste, compass, clock, , limit]) {
  const parts = [`health ${health} of ${FULL_HEALTH}`, `clock ${Math.min(clock, limit)} of ${limit}`];
  if (hand) parts.push(`${words.metals[hand - 1]} key`);
  if (haste) parts.push(`haste ${haste}`);
  if (compass) parts.push("compass");
  return parts.join(", ");
}
