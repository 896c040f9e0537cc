// Plays with one mind, by lines on standard input: see ports.py. node play.mjs, beside gamemeta.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { load } from "./gamemeta.mjs";

let agent, mind;
const words = {
  load: (path) => void (agent = load(readFileSync(path))),
  begin: (seed) => void (mind = agent.begin(1, BigInt(seed))),
  resume: (path) => void (mind = agent.resume(readFileSync(path))),
  save: (path) => writeFileSync(path, mind.memory),
  act: (reward, done, ...symbols) =>
    mind.actFlat({ symbols: symbols.map(Number) }, [Number(reward)], [Number(done)])[0],
};
for await (const line of createInterface({ input: process.stdin })) {
  const [word, ...rest] = line.split(" ");
  try {
    console.log("> " + (words[word](...rest) ?? "ok"));
  } catch (error) {
    console.log("> " + error.message);
  }
}
