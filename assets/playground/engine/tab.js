// What one open page does: it takes messages and answers them, as the playground's server does.

import { inOneLine, Refused } from "./errors.js";
import { addressOf } from "./family.js";
import { inspect } from "./inspection.js";
import { levelFrom, plainLevel } from "./levels.js";
import { Match } from "./match.js";
import { Race } from "./race.js";
import { inSlices } from "./rating.js";
import { cleared } from "./cleared.js";

const MOST_STEPS = 64;
const OTHER = "other";  // the side of a level that is played beside the first
const FULL = 2000;  // milliseconds that a rating may take that nobody waits for

export class Tab {
  constructor(engine) {
    this.engine = engine;
    this.race = null;
    this.match = null;
  }

  /** The answers to a message, one after the other, null for a pause; what is wrong with it is one of them, in words. */
  *answer(message) {
    try {
      const does = Object.hasOwn(DOES, message.do) ? DOES[message.do] : null;
      if (!does) throw new Refused("this message asks for nothing that the playground does.");
      yield* does(this, message);
    } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      const words = error instanceof Refused ? error.message : `the playground failed at this: ${error.message}`;
      yield { type: "error", words: inOneLine(words), about: message.do };
    }
  }

  level(message) {
    return levelFrom(message.level, this.engine.family.name);
  }

  find(word) {
    return this.engine.family.generate(addressOf(word));
  }

  get watched() {
    if (!this.race) throw new Refused("nothing is being watched: choose a level first.");
    return this.race;
  }

  get played() {
    if (!this.match) throw new Refused("nothing is being played: begin a match first.");
    return this.match;
  }
}

const DOES = {
  *agent(tab) {
    tab.race = tab.match = null;
    yield tab.engine.data.about;
  },
  *level(tab, { word, side }) {
    yield { type: "level", name: word, level: plainLevel(tab.find(word)), ...(side === OTHER ? { side } : {}) };
  },
  *mutate(tab, message) {
    yield { type: "level", name: "", level: plainLevel(tab.engine.family.mutate(tab.level(message), message.seed)) };
  },
  *clear(tab, message) {
    yield { type: "level", name: "", level: plainLevel(cleared(tab.level(message))) };
  },
  *inspect(tab, message) {
    const { engine } = tab;
    yield { type: "inspected", number: message.number, ...inspect(engine, engine.agent, tab.level(message), message.rated !== false) };
  },
  *rate(tab, message) {
    const { engine } = tab;
    const rating = yield* inSlices(engine, engine.agent, tab.level(message), FULL);
    yield { type: "rated", number: message.number, rating };
  },
  *watch(tab, message) {
    const other = message.other ? levelFrom(message.other, tab.engine.family.name) : null;
    tab.race = new Race(tab.engine, tab.engine.agent.withSkill(message.skill), tab.level(message), message.seed, other);
    yield { type: "watching" };
  },
  *more(tab, { count }) {
    yield* tab.watched.steps(Math.min(count, MOST_STEPS));
  },
  *change(tab, message) {
    tab.watched.changeLevel(tab.level(message));
    yield { type: "changed" };
  },
  *swap(tab, { word }) {
    tab.watched.swapMemory(tab.find(word));
    yield { type: "swapped", name: word };
  },
  *match(tab, message) {
    tab.match = new Match(tab.engine, message.against, tab.level(message), message.seed);
    yield tab.match.begin();
  },
  *next(tab) {
    yield tab.played.begin();
  },
  *act(tab, { names }) {
    yield tab.played.act(names);
  },
};
