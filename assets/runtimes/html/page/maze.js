/**
 * The game `maze` of gamemeta, rule by rule: walk to a goal that shows only when you stand on it.
 * The agent sees a square of tiles around itself, and where it is relative to its spawn, as residues.
 */
const OPEN = 0, BLOCKED = 1, GOAL_SEEN = 2;
const DOWN = [-1, 1, 0, 0], RIGHT = [0, 0, -1, 1]; // up, down, left, right
const FIRST = 5, SECOND = 7, REACH = 16;

/** The nearest whole number; of two, the even one. */
function rounded(x) {
  const whole = Math.round(x);
  return whole - x === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
}

function modulo(x, by) {
  return ((x % by) + by) % by;
}

class Maze {
  /**
   * @param {{view: number, goalVisible: boolean, revealed: boolean, stepsPerTile: number}} rules
   * @param {string[]} rows the level: # wall, S spawn, G goal, all else floor
   */
  constructor(rules, rows) {
    this.rules = rules;
    this.height = rows.length;
    this.width = rows[0].length;
    this.walls = Uint8Array.from(rows.join(""), (glyph) => (glyph === "#" ? 1 : 0));
    this.spawn = rows.join("").indexOf("S");
    this.goal = rows.join("").indexOf("G");
    this.limit = Math.max(1, rounded(rules.stepsPerTile * (this.height * this.width)));
    this.ended = true;
    this.reset();
  }

  /** Begins an episode. Returns what the agent sees. */
  reset() {
    this.row = Math.floor(this.spawn / this.width);
    this.column = this.spawn % this.width;
    this.steps = 0;
    this.ended = this.reached = false;
    return this.observe();
  }

  /** Moves the agent. Returns what it sees then, its reward, and whether the episode is over. */
  step(action) {
    let reward = 0;
    if (!this.ended) {
      const row = this.row + DOWN[action], column = this.column + RIGHT[action];
      if (!this.blocked(row, column)) [this.row, this.column] = [row, column];
      this.steps++;
      this.reached = this.place === this.goal;
      this.ended = this.reached || this.steps >= this.limit;
      if (this.reached) reward = Math.fround(1 - (0.9 * this.steps) / this.limit);
    }
    return { obs: this.observe(), reward, done: this.ended };
  }

  get place() {
    return this.row * this.width + this.column;
  }

  inside(row, column) {
    return row >= 0 && column >= 0 && row < this.height && column < this.width;
  }

  blocked(row, column) {
    return !this.inside(row, column) || this.walls[row * this.width + column] === 1;
  }

  observe() {
    const { view: side, goalVisible, revealed } = this.rules, r = (side - 1) / 2, view = [];
    for (let y = this.row - r; y <= this.row + r; y++)
      for (let x = this.column - r; x <= this.column + r; x++) {
        const seen = goalVisible && this.inside(y, x) && y * this.width + x === this.goal;
        view.push(seen ? GOAL_SEEN : this.blocked(y, x) ? BLOCKED : OPEN);
      }
    const down = this.row - Math.floor(this.spawn / this.width), right = this.column - (this.spawn % this.width);
    const place = [FIRST, SECOND].map((by) => modulo(down, by) * by + modulo(right, by));
    if (!revealed) return { view, place };
    const cut = (far) => Math.min(Math.max(far, -REACH), REACH) + REACH;
    const offset = [Math.floor(this.goal / this.width) - this.row, (this.goal % this.width) - this.column];
    return { view, place, goal_offset: offset.map(cut) };
  }

  /** Steps to the goal from every tile, -1 where there is no way. */
  distances() {
    const far = new Int32Array(this.walls.length).fill(-1), queue = [this.goal];
    far[this.goal] = 0;
    for (const place of queue) // grows on the way
      for (let k = 0; k < 4; k++) {
        const row = Math.floor(place / this.width) + DOWN[k], column = (place % this.width) + RIGHT[k];
        const next = row * this.width + column;
        if (this.blocked(row, column) || far[next] >= 0) continue;
        far[next] = far[place] + 1;
        queue.push(next);
      }
    return far;
  }

  /** Steps of the shortest way. */
  get shortest() {
    return this.distances()[this.spawn];
  }

  /** Builds a wall or takes it away. Returns why that cannot be, or nothing. */
  toggle(row, column) {
    const place = row * this.width + column;
    if (!(row > 0 && column > 0 && row < this.height - 1 && column < this.width - 1)) return "The outer wall stays.";
    if (place === this.spawn || place === this.goal) return "Start and goal stay free.";
    if (place === this.place) return "The agent stands there.";
    this.walls[place] ^= 1;
    const far = this.distances();
    if (far[this.spawn] >= 0 && far[this.place] >= 0) return "";
    this.walls[place] ^= 1;
    return "The goal must stay within reach.";
  }
}
