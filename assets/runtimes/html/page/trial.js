/** A trial: some attempts at one level by a mind that keeps its memory from attempt to attempt. */
class Trial {
  /**
   * @param {Agent} agent who plays
   * @param {number} attempts at each level
   * @param {number} seed of its mind
   */
  constructor(agent, attempts, seed) {
    this.most = attempts;
    this.mind = agent.begin(1, seed);
  }

  /** Begins with a level, of which the mind knows nothing. */
  begin(maze) {
    this.maze = maze;
    this.mind.forget();
    this.results = [];
    this.changed = this.over = false;
    this.seen = new Uint8Array(maze.walls.length);
    this.reward = 0;
    this.done = false;
    this.start();
  }

  start() {
    this.obs = this.maze.reset();
    this.path = [this.maze.place];
    this.look();
  }

  /** One step. Returns whether an attempt has ended with it. */
  step() {
    if (this.maze.ended) this.start();
    const action = this.mind.act(this.obs, this.reward, this.done);
    ({ obs: this.obs, reward: this.reward, done: this.done } = this.maze.step(action));
    this.path.push(this.maze.place);
    this.look();
    if (this.done) this.results.push({ steps: this.maze.steps, reached: this.maze.reached });
    this.over = this.results.length === this.most;
    return this.done;
  }

  /** A wall was built or taken away while they play. */
  redraw() {
    this.changed = true;
    this.obs = this.maze.observe();
  }

  /** Remembers which tiles were in view, for the picture alone. */
  look() {
    const { maze, seen } = this, r = (maze.rules.view - 1) / 2;
    for (let y = maze.row - r; y <= maze.row + r; y++)
      for (let x = maze.column - r; x <= maze.column + r; x++) if (maze.inside(y, x)) seen[y * maze.width + x] = 1;
  }
}
