/** What every page has: self-check, clock, buttons, the game loop to copy. Names are text, never markup. */
const SPEEDS = [2, 5, 10, 20, 60, 240], MOST_OWED = 16, BUDGET_MS = 12;

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** A new element with these properties, style and children. */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag), { style = {}, ...others } = properties;
  Object.assign(made, others);
  Object.assign(made.style, style);
  made.append(...children);
  return made;
}

function place(id) {
  return document.getElementById(id);
}

/** A colour of the page, in light and in dark. */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
}

function count(number, word) {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}

/** Replays the golden trace, some events at a time, and shows what came of it. */
function checkItself(agent, trace) {
  const shown = place("check"), replay = new Replay(agent, trace);
  let next = 0;
  const go = () => {
    const until = performance.now() + BUDGET_MS;
    while (next < replay.events.length) {
      replay.take(replay.events[next++]);
      if (performance.now() > until) {
        shown.textContent = `Self-check: ${count(replay.actions, "action")} replayed.`;
        return setTimeout(go);
      }
    }
    const { equal, actions, error, memory } = replay, all = (number) => number.toLocaleString("en");
    shown.className = replay.good ? "good" : "bad";
    shown.textContent =
      `Self-check: ${all(equal)} of ${all(actions)} actions equal, largest error ${error.toPrecision(2)}, ` +
      `memory ${memory ? "equal" : "different"}. This browser has just replayed what the agent did in Python.`;
  };
  go();
}

/** Lets a view tick and draw. Its `tick` returns for how many ticks it rests afterwards. */
class Clock {
  constructor(view) {
    this.view = view;
    this.speed = SPEEDS[2];
    this.owed = this.rest = this.last = 0;
    this.paused = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const redraw = () => (this.stale = true);
    addEventListener("resize", redraw);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    this.stale = true;
    requestAnimationFrame((now) => this.frame(now));
  }

  frame(now) {
    const until = performance.now() + BUDGET_MS;
    this.owed = this.paused ? 0 : Math.min(this.owed + ((now - this.last) / 1000) * this.speed, MOST_OWED);
    this.last = now;
    for (; this.owed >= 1 && performance.now() < until; this.owed--) {
      if (this.rest > 0) this.rest--;
      else this.rest = this.view.tick();
      this.stale = true;
    }
    if (this.stale) this.view.draw();
    this.stale = false;
    requestAnimationFrame((next) => this.frame(next));
  }
}

function controls(view) {
  const clock = new Clock(view), speed = element("output", {}), pause = element("button", { type: "button" });
  const words = () => (pause.textContent = clock.paused ? "Go on" : "Pause");
  pause.addEventListener("click", () => {
    clock.paused = !clock.paused;
    words();
  });
  words();
  const others = view.buttons.map(([text, click]) => {
    const button = element("button", { type: "button", textContent: text });
    button.addEventListener("click", () => {
      click();
      clock.rest = 0;
      clock.stale = true;
    });
    return button;
  });
  const slider = element("input", { type: "range", min: 0, max: SPEEDS.length - 1, value: 2 });
  const turn = () => {
    clock.speed = SPEEDS[slider.value];
    speed.textContent = `${clock.speed} steps a second`;
  };
  slider.addEventListener("input", turn);
  turn();
  place("controls").append(pause, ...others, element("label", {}, "Speed", slider), speed);
  view.changed = () => (clock.stale = true);
}

/** The game loop of this agent, to copy. */
function loopOf(data) {
  const parts = data.obs.map(({ name, size, codes, kind }) => {
    const values = codes ? `0 to ${codes - 1}` : kind === "images" ? "0 to 255" : "real numbers";
    return `    ${JSON.stringify(name)}: [], // ${count(size, "number")}, ${values}`;
  });
  return `// gamemeta export ${data.game} --to js --out agent
import { load } from "./agent/gamemeta.mjs";

const agent = load(await (await fetch("agent/agent.bin")).arrayBuffer());
const mind = agent.begin(1, 7);
let reward = 0, done = false;
while (playing) {
  const obs = {
${parts.join("\n")}
  };
  const action = mind.act(obs, reward, done);
  ({ reward, done } = step(action)); // your game
}
mind.forget(); // on a new level`;
}

function show() {
  const data = JSON.parse(place("data").textContent);
  try {
    const [agent, trace] = [bytesOf(data.agent), bytesOf(data.trace)];
    const view = data.maze === null ? new TraceView(data, agent, trace) : new MazeView(data, load(agent));
    place("intro").textContent = view.intro;
    place("loop").textContent = loopOf(data);
    controls(view);
    checkItself(agent, trace);
  } catch (error) {
    place("check").className = "bad";
    place("check").textContent = error.message;
  }
}
