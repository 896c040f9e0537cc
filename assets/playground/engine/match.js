// Matches of a person against or with the agent or the game's own player.

import { episodeChance } from "./family.js";
import { Refused } from "./errors.js";
import { FrameWriter, round } from "./session.js";

const MOST_MATCHES = 1000;
const UNGUESSED = {
  agent: "Pages without Python leave out the heads of beliefs that tell what an agent thinks of you: use gamemeta playground.",
  bot: "The game's own player plays by fixed habits and guesses nothing about you.",
};

export class Match {
  /** `against` is "agent" or "bot", the player that the game itself has. */
  constructor(engine, against, level, seed = 0) {
    const sides = engine.data.matches?.[against === "agent" ? "agent" : "bot"];
    if (!sides) throw new Refused(`${engine.data.about.game} is played alone: it has no other player.`);
    if (sides.refused) throw new Refused(sides.refused);
    Object.assign(this, { engine, sides, level, seed, number: 0, over: true });
    this.game = engine.game(1, sides.form, sides.others);
    this.mind = against === "agent" ? engine.agent.begin(1, seed) : null;
    this.writer = new FrameWriter();
  }

  /** Start the next match; the agent keeps its memory. */
  begin() {
    if (this.number === MOST_MATCHES) throw new Refused(`${MOST_MATCHES} matches are played: start anew.`);
    const levels = this.engine.family.pack(this.level);
    levels.chance.data.fill(episodeChance(this.seed, levels.content.data[0], this.number));
    this.game.reset(levels, [true]);
    Object.assign(this, { number: this.number + 1, over: false, fresh: true, returns: 0 });
    const { you, goal, outcomes } = this.sides;
    const unguessed = UNGUESSED[this.mind ? "agent" : "bot"];
    const actions = this.engine.data.actions;
    return { type: "match", number: this.number, you, goal, actions, outcomes, unguessed, frame: this.frame([], true) };
  }

  /** Play a step by an action in the names of its choices. */
  act(names) {
    if (this.over) throw new Refused("no match is being played: begin the next one.");
    const { game, mind } = this;
    const { seat } = this.sides;
    const codes = this.engine.data.actions.map((choices, k) => choices.indexOf(names?.[k]));
    if (codes.some((code) => code < 0)) throw new Refused("this game has no such action.");
    game.actions.data.set(codes, seat * game.heads);
    if (mind) {
      const other = 1 - seat;
      const action = mind.act(game.seen(0, other), game.reward.data[other], this.fresh);
      game.actions.data.set([action].flat(), other * game.heads);
    }
    game.step();
    this.fresh = false;
    this.returns += game.reward.data[seat];
    this.over = game.isDone(0);
    return { type: "moved", frame: this.frame(game.events(0)) };
  }

  frame(events, whole = false) {
    const { game } = this;
    const { seat } = this.sides;
    const scene = game.scene(0);
    const success = Boolean(game.success.data[seat]);
    const end = this.over ? { steps: scene.step, returns: round(this.returns), success, outcome: this.outcome(success) } : null;
    return { ...this.writer.write({ scene, returns: this.returns, events, end }, whole), seat };
  }

  /** Who won, for the person: in all games here somebody is paid 1, or nobody. */
  outcome(success) {
    return success ? "won" : "lost";
  }
}
