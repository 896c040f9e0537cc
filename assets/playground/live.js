// The live connection to Python: messages of JSON, answered in order.

import { busy, notice } from "./dom.js";

const WAIT = 700;  // ms after which a spinner turns

/** Whether level files of all formats can be read and written. */
export const hasFiles = true;
export const pictureAddress = (name) => `/tiles/${name}.png`;

export class Live {
  constructor() {
    this.handlers = {};
    this.waiting = 0;
    this.ending = () => "";  // words for a server that has ended as it should
  }

  /** Call `handler` with each message of this type. */
  on(type, handler) {
    this.handlers[type] = handler;
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(`${scheme}//${location.host}/live`);
    this.socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    this.socket.onclose = (event) => {
      this.done();
      const why = event.code === 1009 ? "A message was too large for the playground." : "The playground has been stopped.";
      notice(this.ending() || `${why} Start it again and reload this page.`);
      document.body.dataset.closed = "yes";
    };
  }

  receive(message) {
    this.done();
    if (message.type === "error") {
      notice(message.words);
      this.handlers.error?.(message);
    } else {
      this.handlers[message.type]?.(message);
    }
  }

  /** Send a message; `words` are shown where its answer takes long. */
  send(message, words = null) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify(message));
    if (words) {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => busy(words), WAIT);
    }
  }

  done() {
    clearTimeout(this.waiting);
    busy(null);
  }
}
