/**
 * check.mjs: replays trace.bin with gamemeta.mjs: node check.mjs agent.bin trace.bin [--time]
 * Prints the largest error of an output, equal actions of all, whether memories are equal, and ok or failed.
 * SPDX-License-Identifier: MIT
 */
import { readFileSync } from "node:fs";
import { Replay } from "./replay.mjs";

const [agent, trace, time] = process.argv.slice(2);
try {
  if (trace === undefined) throw new Error("node check.mjs AGENT.BIN TRACE.BIN [--time]");
  const replay = new Replay(readFileSync(agent), readFileSync(trace));
  replay.play();
  console.log(`error ${replay.error.toPrecision(3)}\nactions ${replay.equal} ${replay.actions}`);
  console.log(`memory ${replay.memory ? "equal" : "differs"}`);
  if (time === "--time") console.log(`us ${microseconds(replay).toPrecision(3)}`);
  console.log(replay.good ? "ok" : "failed");
  process.exitCode = replay.good ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** Microseconds of a decision that this process computes, whatever else runs on the machine. */
function microseconds(replay) {
  const seconds = () => process.cpuUsage().user / 1e6, begun = seconds(), before = replay.decisions;
  while (seconds() < begun + 0.5) replay.play(true);
  return (1e6 * (seconds() - begun)) / (replay.decisions - before);
}
