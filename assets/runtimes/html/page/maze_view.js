/** Mazes that the visitor watches, and whose walls they may change. */
const REST = 6, REST_AT_END = 14; // ticks after an attempt, and after a trial

class MazeView {
  constructor(data, agent) {
    this.data = data;
    this.trial = new Trial(agent, data.attempts, 7);
    this.sums = new Array(data.attempts).fill(0);
    this.levels = 0;
    this.level = -1;
    this.canvas = element("canvas", { title: "Click a tile to build a wall or to take it away." });
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.title = element("h2", {});
    this.bars = element("div", { className: "bars" });
    this.note = element("p", { className: "quiet" });
    place("stage").append(this.canvas);
    place("panel").append(this.title, this.bars, this.note);
    this.buttons = [["Next level", () => this.next()], ["New mind (forget)", () => this.again()]];
    const clears = data.memory === "trial" ? "It remembers what it found, and its next attempts are short."
      : "This one forgets before every attempt, so that no attempt is better than the one before.";
    this.intro =
      `An agent in mazes that its training never showed, ${count(data.attempts, "attempt")} in each. It sees the ` +
      `${data.maze.view ** 2} tiles around it${data.maze.revealed || data.maze.goalVisible ? "" : ", and never the goal"}. ` +
      `In its first attempt it searches. ${clears} Nothing is trained here: what changes is its memory.` +
      (data.baked ? " Every mind of this export begins with what one mind has learned." : "") +
      (data.skill < 1 ? ` It plays at skill ${data.skill}.` : "");
    this.next();
  }

  next() {
    this.level = (this.level + 1) % this.data.maze.levels.length;
    this.begin(new Maze(this.data.maze, this.data.maze.levels[this.level].rows), "");
  }

  again() {
    this.begin(this.trial.maze, this.data.baked ? "A new mind, as at the beginning." : "A new mind: it knows nothing of this level.");
  }

  begin(maze, words) {
    this.trial.begin(maze);
    place("words").textContent = words;
  }

  /** One step, or the next level. Returns how long to rest. */
  tick() {
    if (this.trial.over) {
      this.next();
      return 1;
    }
    if (!this.trial.step()) return 0;
    if (!this.trial.over) return REST;
    if (!this.trial.changed) {
      this.levels++;
      this.trial.results.forEach(({ steps }, k) => (this.sums[k] += steps));
    }
    return REST_AT_END;
  }

  click(event) {
    const { maze } = this.trial, box = this.canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * maze.height);
    const column = Math.floor(((event.clientX - box.left) / box.width) * maze.width);
    const wrong = maze.toggle(row, column);
    place("words").textContent = wrong || "You changed the maze; the mind stays. This level does not count in the means.";
    if (wrong === "") this.trial.redraw();
    this.changed();
  }

  draw() {
    this.drawMaze();
    const { maze, results } = this.trial, { data } = this, rows = [];
    const name = data.maze.levels[this.level].name, now = maze.ended ? -1 : results.length;
    this.title.textContent = `Level ${name}${this.trial.changed ? ", changed" : ""}, shortest way ${count(maze.shortest, "step")}`;
    for (let k = 0; k < data.attempts; k++) {
      const result = results[k] || (k === now ? { steps: maze.steps, reached: true } : null);
      const share = (steps) => `${(100 * steps) / maze.limit}%`, track = element("div", { className: "track" });
      if (result) track.append(element("div", { className: result.reached ? "" : "lost", style: { width: share(result.steps) } }));
      if (this.levels) track.append(element("div", { className: "mean", style: { width: share(this.sums[k] / this.levels) } }));
      track.append(element("div", { className: "mark", style: { left: share(maze.shortest) } }));
      const words = !result ? "" : results[k] && !result.reached ? "not reached" : count(result.steps, "step");
      rows.push(element("span", {}, `Attempt ${k + 1}`), track, element("span", {}, words));
    }
    this.bars.replaceChildren(...rows);
    const means = this.sums.map((sum) => (sum / this.levels).toFixed(1)).join(", ");
    this.note.textContent =
      `The green line is the shortest way; a bar that fills its track is the limit of ${count(maze.limit, "step")}.` +
      (this.levels ? ` Means of ${count(this.levels, "level")} so far, the thin bars: ${means} steps.` : "");
  }

  drawMaze() {
    const { maze, seen, path } = this.trial, tile = Math.floor((640 * (window.devicePixelRatio || 1)) / maze.width);
    const { canvas } = this, picture = canvas.getContext("2d"), r = (maze.rules.view - 1) / 2;
    if (canvas.width !== tile * maze.width || canvas.height !== tile * maze.height) {
      canvas.width = tile * maze.width;
      canvas.height = tile * maze.height;
    }
    for (let y = 0; y < maze.height; y++)
      for (let x = 0; x < maze.width; x++) {
        const near = Math.abs(y - maze.row) <= r && Math.abs(x - maze.column) <= r, k = y * maze.width + x;
        picture.fillStyle = colour(maze.walls[k] ? "wall" : near ? "view" : seen[k] ? "floor" : "unseen");
        picture.fillRect(x * tile, y * tile, tile, tile);
      }
    const middle = (place) => [((place % maze.width) + 0.5) * tile, (Math.floor(place / maze.width) + 0.5) * tile];
    const disc = (place, size, name) => {
      picture.fillStyle = colour(name);
      picture.beginPath();
      picture.arc(...middle(place), size * tile, 0, 7);
      picture.fill();
    };
    const [x, y] = middle(maze.goal);
    picture.fillStyle = colour("goal");
    picture.fillRect(x - 0.32 * tile, y - 0.32 * tile, 0.64 * tile, 0.64 * tile);
    disc(maze.spawn, 0.12, "quiet");
    picture.strokeStyle = colour("trail");
    picture.lineWidth = 0.1 * tile;
    picture.lineJoin = "round";
    picture.beginPath();
    path.forEach((place, k) => (k ? picture.lineTo(...middle(place)) : picture.moveTo(...middle(place))));
    picture.stroke();
    disc(maze.place, 0.3, "agent");
  }
}
