// Plays examples/javascript: node guard_player.mjs GAMEMETA.MJS GUARD_GAME.MJS AGENT.BIN; JSON on standard input.
// {saved, seed, keys}: presses of keys, "next" and "new" among them. Prints storage, results and note as JSON.
// {moves}: guards that move as they are told, and what they were shown.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [runtime, example, weights] = process.argv.slice(2);
const { load } = await import(pathToFileURL(runtime)), { GuardGame } = await import(pathToFileURL(example));

function storageOf(items) {
  const put = (key, value) => (items[key] = value);
  return { getItem: (key) => items[key] ?? null, setItem: put, removeItem: (key) => delete items[key] };
}

function played({ storage, seed, keys }) {
  const game = new GuardGame(load(readFileSync(weights)), storageOf(storage), seed), before = game.results.length;
  for (const key of keys) {
    if (key === "new") game.newGame();
    else if (key === "next") game.beginMatch();
    else game.turn(key);
  }
  return { storage, results: game.results.slice(keys[0] === "new" ? 0 : before), note: game.note };
}

function shown(moves) {
  const seen = [], mind = { memory: new Uint8Array(), act: (...inputs) => (seen.push(inputs), moves[seen.length - 1]?.[0] ?? 4) };
  const game = new GuardGame({ begin: () => mind }, storageOf({}), 0);
  while (seen.length < moves.length) {
    if (game.winner) game.beginMatch();
    game.turn(moves[seen.length][1]);
  }
  return seen;
}

const asked = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(asked.moves ? asked.moves.map(shown) : asked.map(played)));
