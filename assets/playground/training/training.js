// A training as it goes: its curves, and its agent of this moment on one validation level after the other.

import { get, make, notice, plural } from "../dom.js";
import { drawCurves, few, legend, scoreLines, wordsOf } from "./curves.js";
import { Lesson } from "./lesson.js";

const EVERY = 1000;  // ms between two questions for news
const FIRST_CURVES = ["reward_per_step", "entropy", "value_loss", "steps_per_s"];
const STATES = { running: "Training", stopping: "Stopping after this iteration", stopped: "Stopped", done: "Done", minutes: "Its time was up" };

export class Training {
  constructor(live, state) {
    this.live = live;
    this.state = state;
    this.visible = false;
    this.news = null;
    this.forget();
    this.shown = new Set(FIRST_CURVES);
    this.lesson = new Lesson(live, () => this.news?.state === "running");
    live.on("training", (message) => this.take(message));
    get("train-stop").addEventListener("click", () => this.stopOrGoOn());
  }

  /** Begin to ask for news. */
  begin() {
    setInterval(() => this.ask(), EVERY);
    this.ask();
  }

  forget() {
    this.generation = 0;
    this.names = [];
    this.rows = [];
    this.validations = [];
  }

  show(visible) {
    this.visible = visible;
    this.lesson.show(visible);
    if (!visible) return;
    this.ask();
    this.draw();
  }

  ask(action = "training") {
    if (action === "training" && (document.hidden || (!this.visible && this.news))) return;
    this.live.send({ do: action, generation: this.generation, points: this.rows.length, validations: this.validations.length });
  }

  stopOrGoOn() {
    const { state } = this.news ?? {};
    if (state === "running") this.ask("stop");
    else if (state === "stopped") this.ask("resume");
  }

  take(message) {
    if (message.generation !== this.generation) this.forget();
    this.generation = message.generation;
    this.names = message.names;
    if (message.first <= this.rows.length) this.rows = [...this.rows.slice(0, message.first), ...message.rows];
    if (message.first_validation <= this.validations.length) this.validations = [...this.validations.slice(0, message.first_validation), ...message.validations];
    const before = this.news?.state;
    this.news = message;
    if (before && before !== message.state && message.words) notice(message.words);
    if (this.visible) this.draw();
  }

  /** Words for a page whose server has ended; empty where the training has not. */
  get ending() {
    const { state, words, directory } = this.news ?? {};
    return ["done", "minutes", "stopped"].includes(state) ? `${words} Watch its agent: gamemeta playground ${directory}` : "";
  }

  draw() {
    const { news } = this;
    if (!news) return;
    const share = news.total ? news.step / news.total : 0;
    get("train-state").textContent = STATES[news.state] ?? news.state;
    get("train-words").textContent = news.words || news.doing || `${news.game}, in ${news.directory}`;
    get("train-bar").value = share;
    get("train-bar").setAttribute("aria-valuetext", `${Math.round(100 * share)}%`);
    get("train-step").textContent = `${few(news.step)} of ${few(news.total)} steps`;
    get("train-rate").textContent = `${news.rate.toLocaleString("en")} a second`;
    get("train-time").textContent = `${clock(news.took_s)} gone${news.left_s === null ? "" : `, ${clock(news.left_s)} left`}`;
    const button = get("train-stop");
    button.hidden = !["running", "stopping", "stopped"].includes(news.state);
    button.disabled = news.state === "stopping";
    button.textContent = news.state === "stopped" ? "Go on" : "Stop and save";
    this.drawScores(news);
    this.drawTerms(news);
  }

  drawScores({ measure, total }) {
    const lines = scoreLines(this.validations);
    get("train-measure").textContent = `Validation ${measure} by try`;
    get("train-none").hidden = lines.length > 0;
    get("train-scores").toggleAttribute("hidden", lines.length === 0);
    if (!lines.length) return;
    drawCurves(get("train-scores"), lines, { height: 190, total });
    get("train-scores").setAttribute("aria-label", `Validation ${measure} by step; the newest: ${lines.map((line) => `${line.name} ${few(line.points.at(-1)?.[1] ?? 0)}`).join(", ")}`);
    get("train-legend").replaceChildren(...legend(lines));
  }

  drawTerms({ total }) {
    const key = this.names.join();
    if (this.key !== key) {
      this.key = key;
      get("train-terms").replaceChildren(...this.names.map((name) => this.choice(name)));
      get("train-curves").replaceChildren();
    }
    const wanted = [...this.shown].filter((name) => this.names.includes(name));
    const holder = get("train-curves");
    if ([...holder.children].map((one) => one.dataset.name).join() !== wanted.join()) holder.replaceChildren(...wanted.map(curve));
    for (const figure of holder.children) {
      const k = this.names.indexOf(figure.dataset.name) + 1;
      const points = this.rows.filter((row) => row[k] !== null && row[k] !== undefined).map((row) => [row[0], row[k]]);
      const newest = points.length ? few(points.at(-1)[1]) : "";
      figure.querySelector("output").textContent = newest;
      const svg = figure.querySelector("svg");
      svg.setAttribute("aria-label", `${wordsOf(figure.dataset.name)} by step, ${plural(points.length, "point")}, the newest ${newest}`);
      drawCurves(svg, [{ points }], { height: 130, total });
    }
  }

  choice(name) {
    const box = make("input", { type: "checkbox", onchange: () => {
      if (box.checked) this.shown.add(name);
      else this.shown.delete(name);
      this.draw();
    } });
    box.checked = this.shown.has(name);
    return make("label", {}, box, wordsOf(name));
  }
}

function curve(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "curve");
  svg.setAttribute("role", "img");
  return make("figure", { class: "card", "data-name": name }, make("figcaption", {}, make("b", {}, wordsOf(name)), make("output", {})), svg);
}

function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}
