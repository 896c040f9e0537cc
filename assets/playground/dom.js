// Small helpers for the document. Text from outside is only ever set as text.

export const get = (id) => document.getElementById(id);

/** An element with properties, attributes (`aria-label`, `class`, `for`) and children. */
export function make(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** As `make`, of a picture of lines. */
export function draw(name, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** A sentence as nodes: what stands between backquotes is code. */
export const withCode = (sentence) => sentence.split("`").map((part, k) => (k % 2 ? make("code", {}, part) : part));

let timer = 0;

/** A sentence at the foot of the page, for a while. */
export function notice(words) {
  const place = get("notice");
  place.textContent = words;
  place.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { place.hidden = true; }, 3000 + 45 * words.length);
}

/** A spinner with words; null takes it away. */
export function busy(words) {
  get("busy").hidden = words === null;
  get("busy-words").textContent = words ?? "";
}

/** Whether a key that was pressed belongs to what has the focus, and not to the page. */
export function isTyping(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox" && target.type !== "radio";
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}

export const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

/** Let people download a file of Python's. */
export function keepFile({ name, data }) {
  download(name, new Blob([Uint8Array.from(atob(data), (character) => character.charCodeAt(0))]));
}

/** Let people download bytes under a name. */
export function download(name, blob) {
  const url = URL.createObjectURL(blob);
  const link = make("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
