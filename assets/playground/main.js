// The page: which agent, which level, which of the three modes.

import { drawnIn, isDrawn, parsed, remember } from "./address.js";
import { get, isTyping, make, notice, withCode } from "./dom.js";
import { Draw } from "./draw.js";
import { dropped, openFiles, saveFile, savePicture } from "./files.js";
import { LevelState, plainOf } from "./level.js";
import { hasFiles, Live } from "./live.js";
import { Play } from "./play.js";
import { loadTiles } from "./tiles.js";
import { Training } from "./training/training.js";
import { Watch } from "./watch.js";
import { LEVEL } from "./watching/players.js";

const MODES = ["train", "watch", "draw", "play"];
const WAIT = "Loading the agent.";
const FIRST_LEVEL = "test:0";

const live = new Live();
const state = {
  about: null,            // what is known of the agent and its game
  level: new LevelState(),
  other: new LevelState(), // the level that is played beside it, if any
  mode: "watch",
  plainOf,
  inspected: null,
  /** Ask whether a level can be played; `good` is called where it can, and words are shown where it cannot. */
  tryLevel(level, good) {
    draw.number += 1;
    state.inspected = (message) => {
      state.inspected = null;
      if (message.ok) good();
      else notice(message.findings[0]?.words ?? "This level cannot be played.");
    };
    live.send({ do: "inspect", number: draw.number, level: plainOf(level), rated: false });
  },
  /** Play this level beside the other one: a seed in words, or any. */
  findOther(word = "") {
    state.asksOther = true;
    live.send({ do: "level", word: word || anySeed(), side: "other" }, "Making the level.");
  },
  swapSides() {
    const { level, name } = state.level;
    if (!state.other.level) return;
    beginWith(state.other, { level, name });
  },
  /** Play the level that is drawn beside the one that was watched before. */
  putBeside() {
    const { level, name } = state.level;
    beginWith(watch.started ?? { level, name }, { level, name });
    show("watch");
  },
};
const watch = new Watch(live, state);
const draw = new Draw(live, state);
const play = new Play(live, state);
const training = new Training(live, state);
/** The modes that there are: who plays alone has no matches. */
const modes = () => MODES.filter((mode) => !get(`tab-${mode}`).hidden);
let wanted = parsed(location.hash);
let openings = [];  // levels that the command names, until they are shown
let stale = true;  // whether the level is not yet the one that is watched

live.on("hello", (message) => {
  get("agent").replaceChildren(...message.agents.map((name) => make("option", { value: name }, name)));
  get("suffix").replaceChildren(...message.suffixes.map((suffix) => make("option", { value: suffix }, suffix)));
  const name = message.agents.includes(wanted.agent) ? wanted.agent : message.first;
  if (wanted.agent && name !== wanted.agent) notice("The agent in this link is not offered here: another one was taken.");
  get("agent").value = name;
  if (hasFiles) get("rival").append(...message.agents.map((one) => make("option", { value: one }, one)));
  get("rival").value = message.beside ?? "";
  openings = message.levels ?? [];
  if (message.training) beginTraining();
  live.send({ do: "agent", name }, WAIT);
});

/** A training goes on behind this page: it is shown first. */
function beginTraining() {
  get("tab-train").hidden = false;
  training.begin();
  live.ending = () => training.ending;
  if (!wanted.mode) show("train");
}

live.on("agent", async (about) => {
  state.about = about;
  get("lead").textContent = `${about.summary} ${about.hidden ? `Hidden: ${about.hidden}` : ""}`;
  get("no-agent").replaceChildren(...withCode(about.no_agent));
  get("no-agent").hidden = !about.no_agent;
  get("rival-none").textContent = about.is_trained ? "its twin, memory wiped" : "nobody";
  get("skill-line").hidden = !about.is_trained;
  get(about.judged_by_steps ? "by-steps" : "by-returns").checked = true;
  get("edit-note").hidden = !about.has_plans;
  draw.agentChanged();
  showFiles();
  play.reset();
  get("tab-play").hidden = !about.is_shared && get("agent").options.length === 1;
  state.other.forget();
  if (modes().includes(wanted.mode)) show(wanted.mode);  // before there is a level, which another mode would play
  await begin(about.family);
  wanted = {};
});

/** The levels that the address names, or the command; else the first. */
async function begin(family) {
  const [first, second] = wanted.level ? [] : openings;
  openings = [];
  if (wanted.other || second) get("rival").value = LEVEL;
  const other = isDrawn(wanted.other) ? await drawnIn(wanted.other) : second?.level;
  if (other?.family === family) state.other.receive({ hidden: {}, entities: [], ...other }, second?.name ?? "");
  else if (wanted.other && !isDrawn(wanted.other)) state.findOther(wanted.other);
  const level = isDrawn(wanted.level) ? await drawnIn(wanted.level) : first?.level;
  if (level?.family === family) {
    take(() => state.level.receive({ hidden: {}, entities: [], ...level }, first?.name ?? ""));
    return;
  }
  if (isDrawn(wanted.level)) notice("The level in this link cannot be read, or belongs to another game: another one is shown.");
  find(wanted.level && !isDrawn(wanted.level) ? wanted.level : FIRST_LEVEL);
}

live.on("level", (message) => {
  if (message.side !== "other") {
    take(() => state.level.receive(message.level, message.name));
    return;
  }
  state.asksOther = false;
  state.other.receive(message.level, message.name);
  if (state.mode === "watch" && state.level.level) watch.start();
});
live.on("error", (message) => {
  if (message.about === "level" && state.asksOther) noOther();
  else if (message.about === "level" && !state.level.level && asked !== FIRST_LEVEL) find(FIRST_LEVEL);  // a link to a level that there is not
  if (message.about === "more") watch.failed();
  if (message.about === "watch" && get("rival").value) {
    get("rival").value = "";
    watch.start();
  }
  if (message.about.startsWith("lesson")) training.lesson.refused();
  if (message.about === "act" || message.about === "next" || message.about === "match") play.waiting = false;
});

let asked = "";
function find(word) {
  asked = word;
  live.send({ do: "level", word }, "Making the level.");
}

/** There is no such level to be played beside: the one before stays, or the twin plays. */
function noOther() {
  state.asksOther = false;
  if (state.other.level) return;
  get("rival").value = "";
  if (state.mode === "watch" && state.level.level) watch.start();
}

const anySeed = () => `test:${Math.floor(Math.random() * 1e6)}`;

/** Play two levels side by side, each { level, name }. */
function beginWith(first, second) {
  const [left, right] = [{ ...pick(first) }, { ...pick(second) }];
  state.other.set(right.level, right.name);
  get("rival").value = LEVEL;
  take(() => state.level.set(left.level, left.name));
}

const pick = ({ level, name }) => ({ level, name });

/** Take over another level, and show it in the mode that is open. */
function take(action) {
  draw.keep();
  action();
  get("level-word").value = state.level.name;
  get("level-word").placeholder = state.level.name ? "" : "your level";
  play.reset();
  if (state.mode === "watch") startWatching();
  if (state.mode === "play") play.show(true);
}

function startWatching() {
  stale = false;
  watch.start();
  showFirst();
}

/** The level itself, until the first step is played on it. */
function showFirst() {
  if (!state.about.has_map) return;
  [state.level, get("rival").value === LEVEL ? state.other : state.level].forEach(({ level }, k) => {
    if (level?.map && !watch.ready) watch.boards[k].draw({ map: level.map });
  });
}

function show(mode) {
  state.mode = mode;
  for (const one of MODES) {
    get(one).hidden = one !== mode;
    get(`tab-${one}`).setAttribute("aria-selected", String(one === mode));
    get(`tab-${one}`).tabIndex = one === mode ? 0 : -1;
  }
  watch.visible = mode === "watch";
  watch.dirty = true;
  draw.show(mode === "draw");
  play.show(mode === "play");
  training.show(mode === "train");
  showFiles();
  for (const id of ["level-bar", "files-bar"]) get(id).hidden = mode === "train";
  if (mode === "watch" && stale && state.level.level) startWatching();
  address();
}

/** Only what can be kept of this game and of this mode is offered. */
function showFiles() {
  const hasMap = state.about?.has_map ?? true;
  for (const id of ["level-open", "level-save", "format"]) get(id).hidden = !hasFiles || !hasMap;
  get("gif").hidden = state.mode !== "watch" || !hasFiles || !(state.about?.has_animation ?? true);
  get("png").hidden = !hasMap && state.mode !== "watch";
}

/** What a link to this page holds. */
const shared = () => ({ agent: get("agent").value, level: state.level, other: get("rival").value === LEVEL ? state.other : null, mode: state.mode });

let writing = 0;
function address() {
  clearTimeout(writing);
  writing = setTimeout(() => {
    if (state.level.level) remember(shared());
  }, 200);
}

state.other.addEventListener("level", () => {
  get("other-word").value = state.other.name;
  get("other-word").placeholder = state.other.name ? "" : "your level";
  address();
});
state.level.addEventListener("level", () => {
  stale = state.mode !== "watch" || stale;
  get("level-word").value = state.level.name;
  get("level-word").placeholder = state.level.name ? "" : "your level";
  if (state.mode === "draw") play.reset();
  address();
});

get("agent").addEventListener("change", () => { get("rival").value = ""; });
get("rival").addEventListener("change", () => address());
get("agent").addEventListener("change", (event) => live.send({ do: "agent", name: event.target.value }, WAIT));
get("level-bar").addEventListener("submit", (event) => {
  event.preventDefault();
  find(get("level-word").value.trim() || FIRST_LEVEL);
});
get("level-random").addEventListener("click", () => find(anySeed()));
get("level-open").addEventListener("click", () => get("file").click());
get("file").addEventListener("change", (event) => {
  const files = [...event.target.files];
  event.target.value = "";
  openLevel(files);
});
function openLevel(files) {
  if (!state.about) return;
  openFiles(files, state.about.family, (plain, name) => {
    if (plain.family !== state.about.family) {
      notice(`${name} holds a level of the family ${plain.family}; choose an agent that plays such levels first.`);
      return;
    }
    take(() => state.level.receive(plain, ""));
  });
}
const drops = (event) => hasFiles && state.about && state.mode !== "train" && event.dataTransfer?.types.includes("Files");
document.addEventListener("dragover", (event) => {
  if (!drops(event)) return;
  event.preventDefault();
  document.body.dataset.drop = "yes";
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) delete document.body.dataset.drop;
});
document.addEventListener("drop", async (event) => {
  delete document.body.dataset.drop;
  if (!drops(event)) return;
  event.preventDefault();
  openLevel(await dropped(event.dataTransfer));
});
get("level-save").addEventListener("click", () => saveFile(state.level.plain, get("suffix").value, state.level.name.replace(":", "-") || "my_level"));
get("share").addEventListener("click", async () => {
  await remember(shared());
  try {
    await navigator.clipboard.writeText(location.href);
    notice("The link is copied: it holds the agent's name and the level.");
  } catch {
    notice("The address of this page holds the agent's name and the level: copy it from there.");
  }
});
get("png").addEventListener("click", () => {
  const boards = { train: ["board-train"], watch: ["board-0", "board-1"], draw: ["board-draw"], play: ["board-play"] }[state.mode];
  savePicture(boards.map(get).filter((board) => board.offsetParent), `${get("agent").value}, ${state.level.name ? `level ${state.level.name}` : "a drawn level"}${state.mode === "watch" ? `, ${get("clock").textContent}` : ""}`);
});
get("watch-this").addEventListener("click", () => {
  stale = true;
  show("watch");
});
get("beside-this").addEventListener("click", () => state.putBeside());
get("use-next").addEventListener("click", () => {
  if (!watch.ready) stale = true;
  else {
    stale = false;
    watch.useNext();
  }
  show("watch");
});
for (const mode of MODES) get(`tab-${mode}`).addEventListener("click", () => show(mode));
document.querySelector(".modes").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const shown = modes();
  const next = shown[(shown.indexOf(state.mode) + step + shown.length) % shown.length];
  show(next);
  get(`tab-${next}`).focus();
});
document.addEventListener("keydown", (event) => {
  const mode = modes()["1234".indexOf(event.key)];
  if (!mode || isTyping(event) || (state.mode === "play" && Object.hasOwn(play.keys, event.key))) return;
  show(mode);
});
new ResizeObserver(() => {
  watch.dirty = true;
  draw.draw();
  play.draw();
}).observe(document.documentElement);

get("play-keep").hidden = !hasFiles;
showFiles();
await loadTiles();
live.connect();
