// Hidden rules of the level as menus.

import { get, make } from "./dom.js";

export class Rules {
  /** `draw` holds the level, and keeps what is changed for undo. */
  constructor(draw) {
    this.draw = draw;
  }

  show() {
    const { menus } = this.draw.state.about ?? { menus: [] };
    const { hidden } = this.draw.state.level.level;
    const known = menus.filter((one) => hidden[one.name]?.[one.place] !== undefined);
    get("rules-card").hidden = !known.length;
    const key = known.map((one) => one.label).join();
    if (this.menuKey === key && this.menuInputs?.length === known.length) {
      known.forEach((one, k) => this.menuInputs[k](hidden[one.name][one.place]));
      return;
    }
    this.menuKey = key;
    this.menuInputs = [];
    get("menus").replaceChildren(...known.map((one) => this.menu(one, hidden[one.name][one.place])));
  }

  menu(one, value) {
    if (one.kind === "number") {
      const figure = make("output", {}, String(value));
      const input = make("input", { type: "range", min: 0, max: one.most, onchange: () => this.rule(one, Number(input.value)), oninput: () => { figure.textContent = input.value; } });
      const put = (v) => { input.value = v; figure.textContent = v; };
      put(value);
      this.menuInputs.push(put);
      return make("label", {}, make("span", {}, one.label), make("span", { class: "pair" }, input, figure));
    }
    const select = make("select", { onchange: () => this.rule(one, select.selectedIndex) }, ...one.choices.map((words) => make("option", {}, words)));
    select.selectedIndex = value;
    this.menuInputs.push((v) => { select.selectedIndex = v; });
    return make("label", {}, make("span", {}, one.label), select);
  }

  rule(one, value) {
    this.draw.change((level) => {
      const values = [...level.hidden[one.name]];
      if (one.kind === "order") values[values.indexOf(value)] = values[one.place];
      values[one.place] = value;
      return { ...level, hidden: { ...level.hidden, [one.name]: values } };
    });
  }
}
