/**
 * check.mjs: replays the golden trace with the scripts of index.html: node check.mjs index.html [--time]
 * Prints the largest error of an output, equal actions of all, whether memories are equal, and ok or failed.
 * SPDX-License-Identifier: MIT
 */
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const [file, time] = process.argv.slice(2);
try {
  if (file === undefined) throw new Error("node check.mjs INDEX.HTML [--time]");
  const page = readFileSync(file, "utf8");
  const data = JSON.parse(/<script id="data"[^>]*>([^]*?)<\/script>/.exec(page)[1]);
  for (const [, script] of page.matchAll(/<script>([^]*?)<\/script>/g)) runInThisContext(script);
  const { Replay, report, bytesOf } = runInThisContext("({ Replay, report, bytesOf })");
  const replay = new Replay(bytesOf(data.agent), bytesOf(data.trace));
  replay.play();
  console.log(report(replay, time === "--time" ? () => process.cpuUsage().user / 1e6 : undefined));
  process.exitCode = replay.good ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
