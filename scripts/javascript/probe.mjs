// Plays levels, lets the agent try levels, and sends messages, in the engine of a page without Python:
// node probe.mjs ENGINE.JS. Standard input: JSON of { data, levels, trials, messages }; output: JSON of what came of each.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const make = runInThisContext(`(${readFileSync(process.argv[2], "utf8")})`);
const { addressOf, contentHash, Engine, episodeChance, Play, Session, Tab } = make();
const asked = JSON.parse(readFileSync(0, "utf8"));
const engine = new Engine(asked.data);

const rowsOf = ({ codes, width }) =>
  Array.from({ length: codes.length / width }, (_, r) => Array.from(codes.subarray(r * width, (r + 1) * width)));

/** Everything that can be seen of a moment, as bytes. */
function bytesOf(game, scene, events) {
  const grids = [...Object.values(game.obs), game.reward, game.terminated, game.truncated, game.success, game.alive];
  const numbers = Float32Array.from(grids.flatMap((grid) => Array.from(grid.data)));
  const words = JSON.stringify([scene.agent, scene.seen, scene.step, scene.limit, scene.status, events]);
  return [new Uint8Array(numbers.buffer), scene.map.codes, new TextEncoder().encode(words)];
}

function played({ word, episodes, form, settings }) {
  const level = engine.family.generate(addressOf(word));
  const levels = engine.family.pack(level);
  const game = new Play(1, { ...asked.data, form, config: { ...asked.data.config, ...settings } });
  const digest = createHash("sha256");
  const note = (events) => bytesOf(game, game.scene(0), events).forEach((bytes) => digest.update(bytes));
  episodes.forEach((actions, k) => {
    levels.chance.data.fill(episodeChance(0, levels.content.data[0], k));
    game.reset(levels, [true]);
    note([]);
    for (const action of actions) {
      game.actions.data.set(action);
      game.step();
      note(game.events(0));
    }
  });
  return {
    rows: rowsOf(level.map), hidden: level.hidden, hash: String(contentHash(level)), digest: digest.digest("hex"),
    par: game.par(levels), steps: game.hasPlans ? game.parSteps(levels) : null, limit: game.stepLimit(levels),
  };
}

function tried({ word, wipe }) {
  const session = new Session(engine, engine.agent, engine.family.generate(addressOf(word)), { wipe });
  return Array.from({ length: asked.data.about.episodes }, () => {
    const path = [];
    const note = ({ scene, end }) => path.push([...scene.agent, scene.status, ...(end ? [end.steps, end.success, end.returns] : [])]);
    for (note(session.begin()); !session.over;) note(session.step());
    return path;
  });
}

const tab = new Tab(engine);
const answers = asked.messages.map((message) => [...tab.answer(message)].filter(Boolean));
console.log(JSON.stringify({ levels: asked.levels.map(played), trials: asked.trials.map(tried), messages: answers }));
