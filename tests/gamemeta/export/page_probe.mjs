// Runs an exported page in node, with as much of a document as the page uses: node page_probe.mjs INDEX.HTML
// Standard input: JSON: {mazes: [{rules, rows, episodes}], walls: [{rules, rows, places}], levels, frames}.
// Standard output: JSON of what came of it.
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const elements = {}, frames = [];
const nothing = new Proxy(() => nothing, { get: () => nothing, set: () => true });

class Element {
  constructor(tag) {
    Object.assign(this, { tag, style: {}, children: [], heard: {}, textContent: "", width: 300, height: 150 });
  }
  append(...children) {
    this.children.push(...children);
  }
  replaceChildren(...children) {
    this.children = children;
  }
  addEventListener(kind, hear) {
    this.heard[kind] = hear;
  }
  getContext() {
    return nothing;
  }
  getBoundingClientRect() {
    return { left: 0, top: 0, width: 100, height: 100 };
  }
  get text() {
    return [this.textContent, ...this.children.map((child) => child.text ?? String(child))].join(" ");
  }
  all(tag) {
    return [...(this.tag === tag ? [this] : []), ...this.children.flatMap((child) => child.all?.(tag) ?? [])];
  }
}

const page = readFileSync(process.argv[2], "utf8");
for (const [, tag, id] of page.matchAll(/<(\w+) id="(\w+)"/g)) elements[id] = new Element(tag);
elements.data.textContent = /<script id="data"[^>]*>([^]*?)<\/script>/.exec(page)[1];
Object.assign(globalThis, {
  document: { documentElement: {}, getElementById: (id) => elements[id], createElement: (tag) => new Element(tag) },
  window: { devicePixelRatio: 1 },
  matchMedia: () => ({ matches: false, addEventListener() {} }),
  addEventListener() {},
  performance: { now: () => 0 }, // no frame is cut short
  getComputedStyle: () => ({ getPropertyValue: () => "red" }),
  requestAnimationFrame: (frame) => frames.push(frame),
});
for (const [, script] of page.matchAll(/<script>([^]*?)<\/script>/g)) runInThisContext(script);

const asked = JSON.parse(readFileSync(0, "utf8")), { Maze, Trial, load, bytesOf } = runInThisContext("({ Maze, Trial, load, bytesOf })");
let now = 0;
const run = (count) => {
  for (let k = 0; k < count; k++) frames.shift()((now += 1000));
};
run(asked.frames);
const playing = elements.panel.text;
for (const button of elements.controls.all("button").slice(1)) button.heard.click();
run(2);
elements.stage.all("canvas")[0].heard.click?.({ clientX: 1, clientY: 1 });
const clicked = elements.words.text;
elements.controls.all("button")[0].heard.click();
const before = elements.panel.text;
run(3);
while (!elements.check.text.includes("equal,")) await new Promise((go) => setTimeout(go, 5));

const mazes = asked.mazes.map(({ rules, rows, episodes }) => {
  const maze = new Maze(rules, rows);
  return episodes.map((actions) => [maze.reset(), ...actions.map((action) => maze.step(action))]);
});
const data = JSON.parse(elements.data.textContent);
const trial = data.maze && new Trial(load(bytesOf(data.agent)), data.attempts, 7);
const curves = data.maze ? data.maze.levels.slice(0, asked.levels).map(({ rows }) => {
  for (trial.begin(new Maze(data.maze, rows)); !trial.over; ) trial.step();
  return trial.results.map(({ steps }) => steps);
}) : [];
const walls = asked.walls.map(({ rules, rows, places }) => {
  const maze = new Maze(rules, rows);
  return places.map(([row, column]) => [maze.toggle(row, column), maze.shortest]);
});
const texts = { playing, clicked, paused: elements.panel.text === before, check: elements.check.text, intro: elements.intro.text, loop: elements.loop.text };
console.log(JSON.stringify({ mazes, curves, walls, texts }));
