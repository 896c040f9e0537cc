// What the page talks to where there is no server: the engine in a worker of its own.
// In the page it takes the place of live.js, and has the same names.

import { busy, get, notice } from "../dom.js";

const WAIT = 700;  // ms after which a spinner turns
const SUPERSEDED = ["inspect", "rate"];  // messages that a newer one of the same kind replaces

const data = JSON.parse(get("data").textContent);

export const hasFiles = false;
export const pictureAddress = (name) => data.pictures[name];

/** The script of the engine runs in a worker, or, where a browser allows none for files, in the page itself. */
function begun() {
  const script = `(${window.playgroundEngine})().serve(self)`;
  try {
    return new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  } catch {
    const here = { onmessage: null };
    const scope = { postMessage: (message) => here.onmessage({ data: message }) };
    window.playgroundEngine().serve(scope);
    here.postMessage = (message) => setTimeout(() => scope.onmessage({ data: message }));
    return here;
  }
}

export class Live {
  constructor() {
    this.handlers = {};
    this.queue = [];
    this.isRating = false;
    this.waiting = 0;
  }

  /** Call `handler` with each message of this type. */
  on(type, handler) {
    this.handlers[type] = handler;
  }

  connect() {
    this.engine = begun();
    this.engine.onmessage = (event) => this.receive(event.data);
    this.engine.onerror = (event) => {
      this.done();
      notice(`The playground failed: ${event.message || "its script cannot run in this browser"}. Reload this page.`);
    };
    this.isBusy = true;
    this.engine.postMessage(data);
    this.handlers.hello({ type: "hello", agents: [data.about.name], first: data.about.name, suffixes: [] });
  }

  receive(message) {
    if (message.type === "answered") {
      this.isBusy = this.isRating = false;
      this.next();
      return;
    }
    this.done();
    if (message.type === "error") {
      notice(message.words);
      this.handlers.error?.(message);
    } else {
      this.handlers[message.type]?.(message);
    }
  }

  /** Send a message when those before it are answered; `words` are shown where its answer takes long. */
  send(message, words = null) {
    if (SUPERSEDED.includes(message.do)) this.queue = this.queue.filter((one) => one.do !== message.do);
    this.queue.push(message);
    if (this.isRating) this.engine.postMessage({ do: "hurry" });
    if (words) {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => busy(words), WAIT);
    }
    this.next();
  }

  next() {
    if (this.isBusy || !this.queue.length) return;
    const message = this.queue.shift();
    [this.isBusy, this.isRating] = [true, message.do === "rate"];
    this.engine.postMessage(message);
  }

  done() {
    clearTimeout(this.waiting);
    busy(null);
  }
}
