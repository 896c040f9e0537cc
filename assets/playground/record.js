// What has been played so far: every moment of both players, to be played, scrubbed and drawn.

import { mapOf } from "./codes.js";

export class Record {
  constructor() {
    this.moments = [];  // { number, lanes: [frame, frame] }
    this.tries = [];    // { number, first, parSteps, parReturns, limit, lanes: [{ path, end }], event }
    this.event = null;  // what was done since the last try: "memory swapped"
  }

  get last() {
    return this.moments.length - 1;
  }

  /** Whether every player has ended the newest try. */
  get betweenTries() {
    return this.tries.length === 0 || this.tries.at(-1).lanes.every((lane) => lane.end);
  }

  /** Take in the message that begins a try. */
  begin(message) {
    const frames = message.lanes.map((plain) => this.frame(plain, null));
    this.tries.push({
      number: message.number,
      first: this.moments.length,
      parSteps: message.par_steps,
      parReturns: message.par_return,
      map: frames[0].map,
      lanes: frames.map((frame) => ({ path: [frame.at], end: frame.end, endedAt: frame.end ? this.moments.length : null })),
      event: this.event,
    });
    this.event = null;
    this.moments.push({ number: message.number, lanes: frames });
  }

  /** Take in the message of a step; a player that has ended its try stands still. */
  step(message) {
    const before = this.moments.at(-1);
    const current = this.tries.at(-1);
    const lanes = message.lanes.map((plain, k) => {
      if (!plain) return before.lanes[k];
      const frame = this.frame(plain, before.lanes[k]);
      current.lanes[k].path.push(frame.at);
      if (frame.end) Object.assign(current.lanes[k], { end: frame.end, endedAt: this.moments.length });
      return frame;
    });
    this.moments.push({ number: before.number, lanes });
  }

  frame(plain, before) {
    return {
      map: plain.rows ? mapOf(plain.rows) : changed(before.map, plain.changed),
      at: plain.at,
      seen: plain.seen,
      step: plain.step,
      limit: plain.limit ?? before.limit,
      returns: plain.returns,
      status: plain.status ?? "",
      events: plain.events ?? [],
      end: plain.end ?? null,
      beliefs: plain.beliefs ?? before?.beliefs ?? [],
    };
  }

  /** The tries that have begun by a moment. */
  begunBy(moment) {
    return this.tries.filter((one) => one.first <= moment);
  }
}

function changed(map, changes) {
  if (!changes) return map;
  const codes = map.codes.slice();
  for (const [place, code] of changes) codes[place] = code;
  return { ...map, codes };
}

export const frameOf = (plain, before = null) => new Record().frame(plain, before);
