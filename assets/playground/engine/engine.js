// The playground without Python: rules, levels and the agent, behind messages.

import { load } from "../../runtimes/js/gamemeta.mjs";
import { addressOf, episodeChance } from "./family.js";
import { Family, Play } from "./games/game.js";
import { contentHash } from "./levels.js";
import { Session } from "./session.js";
import { Tab } from "./tab.js";

export class Engine {
  /** `data` is what Python wrote into the page: the agent, its game and its settings. */
  constructor(data) {
    this.data = data;
    this.agent = load(Uint8Array.from(atob(data.agent), (character) => character.charCodeAt(0)));
    this.family = new Family(data);
  }

  /** n games side by side; of another form where the seats are played by others. */
  game(n, form = this.data.form, others = this.data.config.others) {
    return new Play(n, { ...this.data, form, config: { ...this.data.config, others } });
  }
}

/** Answer the messages of a page: the first holds the data. `hurry` gives up what takes long, for others wait. */
export function serve(scope) {
  let [tab, hurry] = [null, false];
  scope.onmessage = async ({ data: message }) => {
    if (message.do === "hurry") {
      hurry = true;
      return;
    }
    hurry = false;
    if (!tab) tab = new Tab(new Engine(message));
    else {
      for (const answer of tab.answer(message)) {
        if (answer) scope.postMessage(answer);
        else await new Promise((goOn) => setTimeout(goOn));
        if (hurry) break;
      }
    }
    scope.postMessage({ type: "answered" });
  };
}

export { addressOf, contentHash, episodeChance, Play, Session, Tab };
