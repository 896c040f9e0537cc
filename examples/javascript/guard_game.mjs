/**
 * A guard that learns which exit you make for: the rules, its mind and the save game. It draws nothing.
 * The rules are those of the game `tag` of gamemeta.
 */
const MAP = ["1.....2", ".#...#.", ".......", "...D...", ".......", ".#...#.", "3.....4"]; // exits, walls, floor, den
const CODES = ".#1234D", RUNNER = 8; // as the guard sees them
const MIDDLE = 3, VIEW = 2, SAVE = "guard", OLD = "guard.old";
export const UP = 0, DOWN = 1, LEFT = 2, RIGHT = 3, WAIT = 4; // in the order of the guard's choices
export const SIDE = 7, OPENS = 6, LIMIT = 30;

export function tile(row, column) {
  return MAP[row]?.[column] ?? "#";
}

/** Matches of one player against a guard, which goes on from the save game where there is one. */
export class GuardGame {
  /** @param agent of `gamemeta export tag --to js`; @param storage such as localStorage; @param seed of the guard */
  constructor(agent, storage, seed = Math.floor(Math.random() * 2 ** 32)) {
    this.storage = storage;
    this.guard = agent.begin(1, seed);
    this.results = []; // of all matches: whether the guard won
    this.reward = 0;
    this.done = false;
    this.note = "";
    if (storage.getItem(SAVE) !== null) this.resume(agent, storage.getItem(SAVE));
    this.beginMatch();
  }

  beginMatch() {
    this.at = { row: 0, column: MIDDLE };
    this.runner = { row: MIDDLE, column: MIDDLE };
    this.turns = 0;
    this.exit = -1; // that the runner has reached
    this.winner = "";
  }

  /** Another player, of whom the guard knows nothing. */
  newGame() {
    this.guard.forget();
    this.storage.removeItem(SAVE);
    this.results = [];
    this.note = "";
    this.beginMatch();
  }

  /** The guard decides on what it sees, then it takes a step and the runner two. */
  turn(move) {
    if (this.winner !== "") return;
    this.walk(this.at, this.decide());
    this.turns++;
    for (let k = 0; k < 2 && this.turns > OPENS && this.winner === ""; k++) {
      if (!this.caught) this.walk(this.runner, move);
      this.exit = "1234".indexOf(tile(this.runner.row, this.runner.column));
      this.winner = this.caught ? "guard" : this.exit >= 0 ? "runner" : "";
    }
    if (this.winner !== "") this.decide(); // it sees how the match ended
    else if (this.turns < LIMIT) return;
    else this.winner = "guard";
    this.reward = this.winner === "guard" ? 1 : 0; // for the next act
    this.done = true;
    this.results.push(this.winner === "guard");
    this.save();
  }

  /** What the guard does next; the act tells it what its last step led to, too. */
  decide() {
    const action = this.guard.act(this.observe(), this.reward, this.done);
    this.reward = 0;
    this.done = false;
    return action;
  }

  walk(player, move) {
    const row = player.row + (move === DOWN) - (move === UP), column = player.column + (move === RIGHT) - (move === LEFT);
    if (!"#D".includes(tile(row, column))) Object.assign(player, { row, column });
  }

  get caught() {
    return this.at.row === this.runner.row && this.at.column === this.runner.column;
  }

  observe() {
    const { at, runner } = this, view = [], far = ({ row, column }) => [row - at.row + 16, column - at.column + 16];
    for (let row = at.row - VIEW; row <= at.row + VIEW; row++)
      for (let column = at.column - VIEW; column <= at.column + VIEW; column++)
        view.push(row === runner.row && column === runner.column ? RUNNER : CODES.indexOf(tile(row, column)));
    const exits = [0, 1, 2, 3].flatMap((k) => far({ row: k < 2 ? 0 : SIDE - 1, column: k % 2 ? SIDE - 1 : 0 }));
    const outcome = this.winner === "" ? 0 : this.exit >= 0 ? this.exit + 1 : 5;
    return { view, exits, runner: far(runner), time: this.turns, outcome };
  }

  /** Saves who won, what the guard has learned, and the reward of its last step. */
  save() {
    const memory = btoa(String.fromCharCode(...this.guard.memory));
    this.storage.setItem(SAVE, JSON.stringify({ memory, reward: this.reward, results: this.results }));
  }

  /** Goes on from a save game; what is none of this guard is kept under another name. */
  resume(agent, saved) {
    try {
      const { memory, reward, results } = JSON.parse(saved);
      const guard = agent.resume(Uint8Array.from(atob(memory), (letter) => letter.charCodeAt(0)));
      if (guard.n !== 1) throw new Error("it has more than one mind");
      Object.assign(this, { guard, results: results.map(Boolean), reward: reward ? 1 : 0, done: true });
    } catch (error) {
      this.storage.setItem(OLD, saved);
      this.note = `The guard begins anew; ${OLD} was no save game of it: ${error.message}`;
    }
  }
}
