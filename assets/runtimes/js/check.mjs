/**
 * check.mjs: replays trace.bin with gamemeta.mjs: node check.mjs agent.bin trace.bin [--time]
 * Prints the largest error of an output, equal actions of all, whether memories are equal, and ok or failed.
 * SPDX-License-Identifier: MIT
 */
import { readFileSync } from "node:fs";
import { Replay, report } from "./replay.mjs";

const [agent, trace, time] = process.argv.slice(2);
try {
  if (trace === undefined) throw new Error("node check.mjs AGENT.BIN TRACE.BIN [--time]");
  const replay = new Replay(readFileSync(agent), readFileSync(trace));
  replay.play();
  console.log(report(replay, time === "--time" ? () => process.cpuUsage().user / 1e6 : undefined));
  process.exitCode = replay.good ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
