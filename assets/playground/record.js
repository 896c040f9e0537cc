// What has been played so far: every moment of both players, to be played, scrubbed and drawn.

import { mapOf } from "./codes.js";
import { Album, pictureOf } from "./watching/pictures.js";

export class Record {
  constructor() {
    this.moments = [];  // { number, lanes: [frame, frame] }, or one frame where nobody plays beside
    this.tries = [];    // { number, first, pars: [{ steps, returns }], event, lanes: [{ map, path, end, endedAt }] }
    this.album = new Album();
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
    const frames = this.frames(message, []);
    this.tries.push({
      number: message.number,
      first: this.moments.length,
      pars: parsOf(message),
      lanes: frames.map((frame) => ({ map: frame.map, path: [frame.at], end: frame.end, endedAt: frame.end ? this.moments.length : null })),
      event: this.event,
    });
    this.event = null;
    this.moments.push({ number: message.number, lanes: frames });
  }

  /** Take in the message of a step; a player that has ended its try stands still. */
  step(message) {
    const before = this.moments.at(-1);
    const current = this.tries.at(-1);
    const lanes = this.frames(message, before.lanes);
    lanes.forEach((frame, k) => {
      if (!message.lanes[k]) return;
      current.lanes[k].path.push(frame.at);
      if (frame.end) Object.assign(current.lanes[k], { end: frame.end, endedAt: this.moments.length });
    });
    this.moments.push({ number: before.number, lanes });
  }

  /** A frame for each player; of two pictures that are the same the second is not sent again. */
  frames({ lanes }, before) {
    const frames = [];
    lanes.forEach((plain, k) => frames.push(plain ? this.frame(plain, before[k] ?? null, frames[0]?.picture) : before[k]));
    return frames;
  }

  frame(plain, before, same = null) {
    return {
      map: plain.rows ? mapOf(plain.rows) : changed(before?.map ?? null, plain.changed),
      ...this.look(plain, before, same),
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

  /** Of a game without a map: its picture, else its text. */
  look(plain, before, same) {
    if (plain.text !== undefined) return { picture: null, text: plain.text };
    if (plain.picture === undefined) return { picture: before?.picture ?? null, text: before?.text ?? "" };
    if (plain.picture === true) return { picture: same, text: "" };
    const picture = pictureOf(plain.picture, plain.size);
    this.album.add(picture);
    return { picture, text: "" };
  }

  /** The tries that have begun by a moment. */
  begunBy(moment) {
    return this.tries.filter((one) => one.first <= moment);
  }
}

/** What the best way takes, on the level of each player. */
function parsOf(message) {
  const first = { steps: message.par_steps, returns: message.par_return };
  return [first, message.other_par_steps === undefined ? first : { steps: message.other_par_steps, returns: message.other_par_return }];
}

function changed(map, changes) {
  if (!changes) return map;
  const codes = map.codes.slice();
  for (const [place, code] of changes) codes[place] = code;
  return { ...map, codes };
}

export const frameOf = (plain, before = null) => new Record().frame(plain, before);
