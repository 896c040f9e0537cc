// How an agent fares on a level, by a few trials that are played side by side.

import { episodeChance } from "./family.js";
import { indicesOf } from "./game.js";
import { round } from "./session.js";

const PLAYERS = 8;
const SLICE = 15;  // milliseconds after which others may have a turn

/** Means over the trials, for each try that all of them have ended within so many milliseconds. */
export function rate(engine, agent, level, milliseconds) {
  const rating = inSlices(engine, agent, level, milliseconds);
  for (;;) {
    const { done, value } = rating.next();
    if (done) return value;
  }
}

/** The same, with a pause, null, now and then, at which it may be given up. */
export function* inSlices(engine, agent, level, milliseconds) {
  const players = PLAYERS;
  const { episodes } = engine.data.about;
  const [game, levels] = [engine.game(players), engine.family.pack(level, players)];
  const until = performance.now() + milliseconds;
  let since = performance.now();
  const mind = agent.begin(players * game.seats, 0);
  let [reward, done] = [new Array(mind.n).fill(0), new Array(mind.n).fill(false)];
  const played = new Array(players).fill(0);
  const sums = Array.from({ length: episodes }, () => ({ steps: 0, returns: 0, success: 0 }));
  let ended = played.map(() => true);
  while (Math.min(...played) < episodes && performance.now() < until) {
    if (ended.some(Boolean)) {
      for (const i of indicesOf(ended)) levels.chance.data[i] = episodeChance(i, levels.content.data[i], played[i]);
      game.reset(levels, ended);
    }
    const seen = reward.map((_, k) => game.seen(Math.floor(k / game.seats), k % game.seats));
    game.actions.data.set(mind.act(seen, reward, done).flat());
    game.step();
    reward = Array.from(game.reward.data);
    done = reward.map((_, k) => game.isOver(Math.floor(k / game.seats), k % game.seats));
    ended = played.map((_, i) => game.isDone(i));
    played.forEach((number, i) => {
      if (number < episodes) note(sums[number], game, i, ended[i]);
      played[i] += ended[i];
    });
    if (performance.now() - since > SLICE) {
      yield null;
      since = performance.now();
    }
  }
  const whole = Math.min(episodes, ...played);
  const tries = sums.slice(0, whole).map(({ steps, returns, success }) => ({
    steps: round(steps / players, 1), returns: round(returns / players), success: round(success / players),
  }));
  return { tries, players, whole: whole === episodes };
}

function note(sum, game, i, ended) {
  const mine = (grid) => grid.data.subarray(i * game.seats, (i + 1) * game.seats);
  sum.steps++;
  sum.returns += mine(game.reward).reduce((a, b) => a + b, 0) / game.seats;
  if (ended && mine(game.success).some(Boolean)) sum.success++;
}
