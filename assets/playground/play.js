// Playing oneself: matches against or with the agent, by keyboard or touch.

import { Board } from "./board.js";
import { codeOf } from "./codes.js";
import { get, isTyping, make, plural } from "./dom.js";
import { frameOf } from "./record.js";

const ARROWS = { up: "▲", left: "◀", down: "▼", right: "▶" };
const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", w: "up", s: "down", a: "left", d: "right" };
const LETTERS = { stay: " ", lift: "l", trap: "t", "shoot ahead": "f", "shoot to the left": "r", "shoot to the right": "g" };
const ALONE = new Set([...Object.keys(ARROWS), "stay", "trap", "wait", "rest"]);
const WAIT = "Getting the game ready. On its first use it is compiled, which takes up to half a minute.";

export class Play {
  constructor(live, state) {
    this.live = live;
    this.state = state;
    this.board = new Board(get("board-play"), 0.62);
    this.visible = false;
    this.reset();
    live.on("match", (message) => this.begun(message));
    live.on("moved", (message) => this.moved(message));
    get("play-next").addEventListener("click", () => this.next());
    get("play-keep").addEventListener("click", () => this.live.send({ do: "recording" }));
    get("play-anew").addEventListener("click", () => this.anew());
    get("against").addEventListener("change", () => this.anew());
    document.addEventListener("keydown", (event) => this.key(event));
  }

  /** Forget the matches; the next one is the first. */
  reset() {
    this.frame = null;
    this.over = true;
    this.waiting = false;
    this.results = [];
    this.keys = {};
    get("matches").replaceChildren();
    get("pad").replaceChildren();
    get("play-next").textContent = "Begin";
    get("play-result").textContent = "";
    get("play-status").textContent = "";
    get("play-count").textContent = "";
    this.guessed([], "");
  }

  /** Show or hide the mode. */
  show(visible) {
    this.visible = visible;
    const { about } = this.state;
    if (!visible || !about || !this.state.level.level) return;
    const alone = !about.is_shared;
    get("play-stage").hidden = alone;
    get("play-stage").nextElementSibling.hidden = alone;
    get("play-alone").hidden = !alone;
    get("play-alone").textContent = `${about.game} is played alone: choose tag, duel or forage as the agent to play against it or with it.`;
    get("play-title").textContent = `Play ${about.game}`;
    if (!alone && !this.frame) {
      get("play-goal").textContent = about.goal;
      this.anew();
    }
    this.draw();
  }

  anew() {
    this.reset();
    if (!this.state.about.is_shared) return;
    this.send({ do: "match", level: this.state.level.plain, against: get("against").value, seed: Math.floor(Math.random() * 1e6) });
  }

  next() {
    if (this.waiting) return;
    if (!this.frame) this.anew();
    else if (this.over) this.send({ do: "next" });
  }

  send(message) {
    this.waiting = true;
    this.live.send(message, WAIT);
  }

  begun(message) {
    this.waiting = false;
    this.over = false;
    this.outcomes = message.outcomes;
    this.frame = frameOf(message.frame);
    this.seat = message.frame.seat;
    this.pad(message.actions);
    if (message.number === 1) this.guessed([], message.unguessed || "It says so after the first match.");
    get("play-who").textContent = `You are ${message.you}`;
    get("play-goal").textContent = message.goal;
    get("play-count").textContent = `match ${message.number}`;
    get("play-next").textContent = "Next match";
    get("play-next").disabled = true;
    get("play-result").textContent = "";
    this.draw();
    if (document.activeElement === document.body || document.activeElement === get("play-next")) get("board-play").focus({ preventScroll: true });
  }

  moved(message) {
    this.waiting = false;
    this.frame = frameOf(message.frame, this.frame);
    if (this.frame.end) this.ended(this.frame.end);
    if (message.guess?.length) this.guessed(message.guess, "");
    this.draw();
  }

  ended(end) {
    this.over = true;
    const who = end.outcome ? `won: ${this.outcomes[end.outcome]}` : `earned ${end.returns}`;
    this.results.push(end);
    get("matches").append(make("li", {}, `${who}, ${plural(end.steps, "step")}`));
    get("play-result").textContent = `Match over, ${who}. Enter begins the next.`;
    get("play-next").disabled = false;
  }

  /** Show what the agent thinks of the person, the most important first: the likeliest where it is sure; or why that is not known. */
  guessed(guess, why) {
    get("guess-card").hidden = !why && guess.length === 0;
    get("unguessed").textContent = why;
    get("guesses").replaceChildren(...guess.flatMap((fact) => {
      if (!fact.sure) return [make("span", { class: "unsure" }, `Not sure ${fact.question}`)];
      const [words, percent] = likeliest(fact);
      const bar = make("i");
      bar.style.width = `${percent}%`;
      return [make("span", {}, words), make("span", { class: "track", "aria-hidden": "true" }, bar), make("span", {}, `${percent}%`)];
    }));
    if (guess.length === 0) return;
    const [main] = guess;
    const [words, percent] = likeliest(main);
    get("matches").lastElementChild?.append(make("small", {}, main.sure ? `it thinks that ${words}: ${percent}%` : `it is not sure ${main.question}`));
  }

  /** Send an action by the names of its choices. */
  act(names) {
    if (this.over || this.waiting) return;
    this.send({ do: "act", names });
  }

  draw() {
    if (!this.visible || !this.frame) return;
    const { frame } = this;
    const you = this.seat === 0 ? frame.at : placeIn(frame.map, codeOf("P"));
    this.board.draw({ map: frame.map, agent: frame.at, marks: you ? [{ place: you, kind: "you" }] : [] });
    get("play-status").textContent = [frame.status, ...frame.events].filter(Boolean).join(" · ");
    get("board-play").setAttribute("aria-label", `Step ${frame.step} of ${frame.limit}${you ? `; you are at row ${you[0] + 1}, column ${you[1] + 1}` : ""}. ${frame.status}`);
  }

  /** Buttons for all actions, and a key for each. */
  pad(actions) {
    if (get("pad").childElementCount) return;
    const cross = make("div", { class: "cross" });
    const others = make("div", { class: "others" });
    this.keys = {};
    for (const names of each(actions)) {
      const words = names.join(" ");
      if (words in ARROWS) {
        cross.append(make("button", { type: "button", class: words, "aria-label": words, onclick: () => this.act(names) }, ARROWS[words]));
        for (const [key, name] of Object.entries(KEYS)) if (name === words) this.keys[key] = names;
        continue;
      }
      const key = LETTERS[words] ?? String(1 + others.childElementCount);
      this.keys[key] = names;
      others.append(make("button", { type: "button", onclick: () => this.act(names) }, words, make("kbd", {}, key === " " ? "space" : key)));
    }
    get("pad").append(cross, others);
  }

  key(event) {
    if (!this.visible || isTyping(event) || event.target.getAttribute?.("role") === "tab") return;
    const button = event.target instanceof HTMLButtonElement;
    if (event.key === "Enter" && this.over && !button) {
      event.preventDefault();
      this.next();
      return;
    }
    const names = this.keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!names || (event.key === " " && button)) return;
    event.preventDefault();
    this.act(names);
  }
}

const likeliest = ({ values }) => values.reduce((best, one) => (one[1] > best[1] ? one : best));

function placeIn(map, code) {
  const k = map.codes.indexOf(code);
  return k < 0 ? null : [Math.floor(k / map.width), k % map.width];
}

/** Every action as the names of its choices: a first choice alone, or with each choice of the other heads. */
function each(actions) {
  const [first, ...more] = actions;
  return first.flatMap((name) => {
    if (ALONE.has(name) || more.length === 0) return [[name]];
    return more.reduce((sofar, head) => sofar.flatMap((names) => head.map((choice) => [...names, choice])), [[name]]);
  });
}
