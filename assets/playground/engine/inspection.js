// What is said about a level while it is drawn: whether it can be solved, what is wrong and where.

import { find, contentHash } from "./levels.js";
import { inOneLine, Refused, Unsolvable } from "./errors.js";
import { flaws } from "./flaws.js";
import { codeOf } from "../codes.js";
import { splitCodeOf } from "../rules/random.js";
import { rate } from "./rating.js";
import { round } from "./session.js";

const [MOST_FINDINGS, MOST_PLACES] = [12, 60];
const QUICK = 40;  // milliseconds of a rating that somebody waits for
const SPLITS = ["train", "validation", "test"];

export function inspect(engine, agent, level, rated) {
  const plain = { ok: false, par_steps: null, par_return: null, findings: [] };
  let malformed = false;
  try {
    const levels = engine.family.pack(level);
    const game = engine.game(1);
    const whole = engine.family.whole(level);
    Object.assign(plain, {
      ok: true,
      par_steps: game.hasPlans ? game.parSteps(levels) : null,
      par_return: round(game.par(levels)),
      hidden: whole.hidden,
      split: SPLITS[splitCodeOf(contentHash(whole))],
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    malformed = !(error instanceof Unsolvable);
    plain.findings = [finding(error.message, placesOf(error.message, level, engine.data.about.once))];
  }
  if (!malformed) plain.findings.push(...flaws(engine.family.whole(level), engine.data.tiles).slice(0, MOST_FINDINGS).map((one) => finding(one.words, one.places, one.problem)));
  if (rated && plain.ok) plain.rating = rate(engine, agent, level, QUICK);
  return plain;
}

const finding = (words, places, problem = true) => ({ words: inOneLine(words, 400), places: places.slice(0, MOST_PLACES), problem });

/** The tiles that a sentence names, or those of which there are too many. */
function placesOf(words, { map }, once) {
  const named = [...words.matchAll(/row (\d+), column (\d+)/g)].map(([, row, column]) => [row - 1, column - 1]);
  const inside = named.filter(([row, column]) => row < map.height && column < map.width);
  if (inside.length) return inside;
  return Object.entries(once).flatMap(([glyph, most]) => {
    const places = find(map, codeOf(glyph));
    return places.length > most ? places : [];
  });
}
