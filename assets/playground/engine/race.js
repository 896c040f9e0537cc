// An agent and its memory-wiped twin that play tries in a row on the same level, or the agent on two levels, step for step.

import { Refused } from "./errors.js";
import { FrameWriter, Session } from "./session.js";

const MOST_TRIES = 1000;
const SWAP_SEED = 1_000_003;

class Lane {
  constructor(session) {
    this.session = session;
    this.writer = new FrameWriter();
  }

  begin() {
    return this.writer.write(this.session.begin(), true);
  }

  /** The next frame of this try; null after its end. */
  step() {
    return this.session.over ? null : this.writer.write(this.session.step());
  }
}

export class Race {
  constructor(engine, agent, level, seed = 0, other = null) {
    Object.assign(this, { engine, agent, seed, other, tries: 0, next: null });
    this.lanes = [false, true].map((beside) => new Lane(new Session(engine, agent, (beside && other) || level, { wipe: beside && !other, seed })));
  }

  /** That of the agent which keeps its memory. */
  get session() {
    return this.lanes[0].session;
  }

  get betweenTries() {
    return this.lanes.every((lane) => lane.session.over);
  }

  /** Play on this level from the next try on; of two levels, it takes the place of the first. */
  changeLevel(level) {
    if (!this.betweenTries) {
      this.engine.family.pack(level);  // refused now, rather than when the next try begins
      this.next = level;
      return;
    }
    for (const lane of this.other ? this.lanes.slice(0, 1) : this.lanes) lane.session.changeLevel(level);
    this.next = null;
  }

  /** Let the agent go on with what it learns in a trial on another level. */
  swapMemory(other) {
    if (!this.betweenTries || !this.tries) throw new Refused("memories are swapped between two tries: let this one end first.");
    const trial = new Session(this.engine, this.agent, other, { seed: this.seed + SWAP_SEED });
    trial.play(this.engine.data.about.episodes);
    this.session.takeMemory(trial);
  }

  /** Messages of the next steps of both, up to the end of a try; the first of a try has all tiles. */
  *steps(count) {
    let left = count;
    if (this.betweenTries) {
      if (this.tries === MOST_TRIES) return;
      yield this.begin();
      left--;
    }
    for (; left > 0 && !this.betweenTries; left--) yield { type: "step", lanes: this.lanes.map((lane) => lane.step()) };
  }

  begin() {
    if (this.next) this.changeLevel(this.next);
    this.tries++;
    const { parSteps, parReturn } = this.session;
    const beside = this.lanes[1].session;
    const ofOther = this.other ? { other_par_steps: beside.parSteps, other_par_return: beside.parReturn } : {};
    return { type: "try", number: this.tries, par_steps: parSteps, par_return: parReturn, ...ofOther, lanes: this.lanes.map((lane) => lane.begin()) };
  }
}
