// Made by `python scripts/make_rules.py` from the rules in Python: change those and run it again.

import { Fields, at, at2, at3, constant, cut, modulo, part, put, put2, put3, put4, rint, toUint32, uint64, zeros } from "./grid.js";
import { below, combine, finished, hashOfTiles, splitCodeOf } from "./random.js";

const TRIES = 10000;
const WALL = 0;
const FLOOR = 1;
const _NTH_WAY = constant("int64", [16, 4], [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 1, 2, 0, 0, 0, 1, 2, 0, 3, 0, 0, 0, 0, 3, 0, 0, 1, 3, 0, 0, 0, 1, 3, 0, 2, 3, 0, 0, 0, 2, 3, 0, 1, 2, 3, 0, 0, 1, 2, 3]);
const _WAYS = constant("int64", [16], [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4]);
const _DOWN = constant("int64", [4], [-1, 1, 0, 0]);
const _RIGHT = constant("int64", [4], [0, 0, -1, 1]);
const UNREACHABLE = 65535;
const SPAWN = 2;
const GOAL = 3;
const NO_CONTENT = 0n;
const BLOCKED = 1;
const OPEN = 0;
const GOAL_SEEN = 2;
const RUNNING = 0;
const STEP = 0;
const LIMIT = 1;
const ENDED = 2;
const _AWAY = 35000;
const _FIRST = 5;
const _SECOND = 7;
const OFFSET_REACH = 16;
const BY_GOAL = 1;
const BY_LIMIT = 2;

/** An odd number of low..high, both odd. */
function odd_between(low, high, stream) {
  return low + 2 * below(stream, Math.floor((high - low) / 2) + 1);
}

/** Make tiles[:height, :width] a spanning tree over the cells at odd coordinates. */
function carve(tiles, height, width, stream, stack, closed) {
  let column, columns, dc, dr, here, k, move, row, rows, side, start, top, ways;
  for (let k1_ = 0, end1_ = tiles.shape[0]; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = tiles.shape[1]; k0_ < end0_; k0_++) {
      column = k0_;
      put2(tiles, row, column, WALL);
    }
  }
  rows = Math.floor((height - 1) / 2);
  columns = Math.floor((width - 1) / 2);
  side = columns + 2;
  for (let k2_ = 0, end2_ = (rows + 2) * side; k2_ < end2_; k2_++) {
    k = k2_;
    put(closed, k, 0);
  }
  for (let k4_ = 1, end4_ = rows + 1; k4_ < end4_; k4_++) {
    row = k4_;
    for (let k3_ = 1, end3_ = columns + 1; k3_ < end3_; k3_++) {
      column = k3_;
      put(closed, row * side + column, 1);
    }
  }
  start = below(stream, rows * columns);
  row = Math.floor(start / columns);
  column = modulo(start, columns);
  put2(tiles, 2 * row + 1, 2 * column + 1, FLOOR);
  put(closed, (row + 1) * side + column + 1, 0);
  put(stack, 0, row * 256 + column);
  top = 1;
  while (top > 0) {
    row = at(stack, top - 1) >> 8;
    column = at(stack, top - 1) & 255;
    here = (row + 1) * side + column + 1;
    ways = at(closed, here - side) | at(closed, here + side) << 1 | at(closed, here - 1) << 2 | at(closed, here + 1) << 3;
    if (ways === 0) {
      top = top - 1;
      continue;
    }
    move = at2(_NTH_WAY, ways, below(stream, at(_WAYS, ways)));
    dr = at(_DOWN, move);
    dc = at(_RIGHT, move);
    put2(tiles, 2 * row + 1 + dr, 2 * column + 1 + dc, FLOOR);
    put2(tiles, 2 * row + 1 + 2 * dr, 2 * column + 1 + 2 * dc, FLOOR);
    put(closed, here + dr * side + dc, 0);
    put(stack, top, (row + dr) * 256 + column + dc);
    top = top + 1;
  }
}

/** Open this share of the walls that still stand between neighbouring cells. */
function braid(tiles, height, width, per_mille, stream) {
  let column, columns, row, rows, standing, wanted;
  rows = Math.floor((height - 1) / 2);
  columns = Math.floor((width - 1) / 2);
  standing = rows * (columns - 1) + (rows - 1) * columns - (rows * columns - 1);
  wanted = Math.floor((standing * per_mille + 500) / 1000);
  for (let k1_ = 1, end1_ = height - 1; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 1 + modulo(row, 2), end0_ = width - 1; k0_ < end0_; k0_ += 2) {
      column = k0_;
      if (at2(tiles, row, column) === WALL) {
        if (below(stream, standing) < wanted) {
          put2(tiles, row, column, FLOOR);
          wanted = wanted - 1;
        }
        standing = standing - 1;
      }
    }
  }
}

/** `search_ways` from one tile over passable tiles (not 0, as `WALL` is), to `UNREACHABLE` without a way. */
function steps_from(row, column, passable, height, width, distance, queue) {
  let before, c, down, further, head, left, r, right, tail, to_x, to_y, up, x, y;
  for (let k1_ = 0, end1_ = height; k1_ < end1_; k1_++) {
    r = k1_;
    for (let k0_ = 0, end0_ = width; k0_ < end0_; k0_++) {
      c = k0_;
      put2(distance, r, c, at2(passable, r, c) ? UNREACHABLE : 0);
    }
  }
  put2(distance, row, column, 0);
  put(queue, 0, row * 256 + column);
  head = 0;
  tail = 1;
  while (head < tail) {
    y = at(queue, head) >> 8;
    x = at(queue, head) & 255;
    head = head + 1;
    further = at2(distance, y, x) + 1;
    up = Math.max(y - 1, 0);
    down = Math.min(y + 1, height - 1);
    left = Math.max(x - 1, 0);
    right = Math.min(x + 1, width - 1);
    for (const item2_ of [[up, x], [down, x], [y, left], [y, right]]) {
      [to_y, to_x] = item2_;
      r = to_y;
      c = to_x;
      before = at2(distance, r, c);
      put2(distance, r, c, Math.min(before, further));
      put(queue, tail, to_y * 256 + to_x);
      tail = tail + (before > further);
    }
  }
  for (let k4_ = 0, end4_ = height; k4_ < end4_; k4_++) {
    r = k4_;
    for (let k3_ = 0, end3_ = width; k3_ < end3_; k3_++) {
      c = k3_;
      put2(distance, r, c, at2(passable, r, c) ? at2(distance, r, c) : UNREACHABLE);
    }
  }
  put2(distance, row, column, 0);
  return tail;
}

/** Put the spawn on a random floor tile and the goal at least this many steps away. */
function place(tiles, height, width, least, stream, distance, queue, spawn, goal) {
  let cell, chosen, column, columns, first, reached, row, rows;
  rows = height - 2;
  columns = width - 2;
  row = 0;
  column = 0;
  while (at2(tiles, row, column) !== FLOOR) {
    cell = below(stream, rows * columns);
    row = 1 + Math.floor(cell / columns);
    column = 1 + modulo(cell, columns);
  }
  reached = steps_from(row, column, tiles, height, width, distance, queue);
  first = 0;
  while (first < reached && at2(distance, at(queue, first) >> 8, at(queue, first) & 255) < least) {
    first = first + 1;
  }
  if (first === reached) {
    return false;
  }
  chosen = at(queue, first + below(stream, reached - first));
  put(spawn, 0, row);
  put(spawn, 1, column);
  put(goal, 0, chosen >> 8);
  put(goal, 1, chosen & 255);
  put2(tiles, row, column, SPAWN);
  put2(tiles, at(goal, 0), at(goal, 1), GOAL);
  return true;
}

/** Make every distance UNREACHABLE. */
function clear(distance) {
  let column, row;
  for (let k1_ = 0, end1_ = distance.shape[0]; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = distance.shape[1]; k0_ < end0_; k0_++) {
      column = k0_;
      put2(distance, row, column, UNREACHABLE);
    }
  }
}

/** Generate one level for each seed into its row; draw again until it lies in the split. */
function fill(ranges, rows, seeds, split, tiles, size, spawn, goal, par_steps, distance, seed, content) {
  let attempt, closed, height, i, in_split, k, most, queue, share, stack, stream, width;
  most = tiles.shape[1] * tiles.shape[2];
  stack = zeros("int64", most);
  closed = zeros("int64", most);
  queue = zeros("int32", most + 1);
  stream = zeros("uint64", 1);
  for (let k0_ = 0, end0_ = rows.shape[0]; k0_ < end0_; k0_++) {
    k = k0_;
    i = at(rows, k);
    attempt = 0;
    in_split = false;
    while (!in_split) {
      if (attempt === TRIES) {
        return k;
      }
      put(stream, 0, combine(uint64(at(seeds, k)), uint64(attempt)));
      attempt = attempt + 1;
      height = odd_between(at(ranges, 0), at(ranges, 1), stream);
      width = odd_between(at(ranges, 2), at(ranges, 3), stream);
      share = at(ranges, 4) + below(stream, at(ranges, 5) - at(ranges, 4) + 1);
      carve(at(tiles, i), height, width, stream, stack, closed);
      braid(at(tiles, i), height, width, share, stream);
      if (!place(at(tiles, i), height, width, at(ranges, 6), stream, at(distance, i), queue, at(spawn, i), at(goal, i))) {
        continue;
      }
      put(content, i, finished(hashOfTiles(at(tiles, i), height, width)));
      in_split = split < 0 || splitCodeOf(at(content, i)) === split;
    }
    put2(size, i, 0, height);
    put2(size, i, 1, width);
    put(seed, i, at(seeds, k));
    clear(at(distance, i));
    steps_from(at2(goal, i, 0), at2(goal, i, 1), at(tiles, i), height, width, at(distance, i), queue);
    put(par_steps, i, at3(distance, i, at2(spawn, i, 0), at2(spawn, i, 1)));
  }
  return -1;
}

/** Distances to the goal and the length of the shortest way, -1 where there is none. */
function measure(tiles, size, spawn, goal, par_steps, distance) {
  let far, i, queue;
  queue = zeros("int32", tiles.shape[1] * tiles.shape[2] + 1);
  for (let k0_ = 0, end0_ = tiles.shape[0]; k0_ < end0_; k0_++) {
    i = k0_;
    clear(at(distance, i));
    steps_from(at2(goal, i, 0), at2(goal, i, 1), at(tiles, i), at2(size, i, 0), at2(size, i, 1), at(distance, i), queue);
    far = at3(distance, i, at2(spawn, i, 0), at2(spawn, i, 1));
    put(par_steps, i, far === UNREACHABLE ? -1 : far);
  }
}

class MazeLevels extends Fields {
  constructor(tiles, distance, size, spawn, goal, content) {
    super();
    this.tiles = tiles; this.distance = distance; this.size = size; this.spawn = spawn; this.goal = goal; this.content = content;
  }
}

class MazeWorld extends Fields {
  constructor(board, distance, size, spawn, goal, at, clock) {
    super();
    this.board = board; this.distance = distance; this.size = size; this.spawn = spawn; this.goal = goal; this.at = at; this.clock = clock;
  }
}

class MazeView extends Fields {
  constructor(square, place, offset, labels) {
    super();
    this.square = square; this.place = place; this.offset = offset; this.labels = labels;
  }
}

/** Set every tile. */
function fill_up(board, code) {
  let column, row;
  for (let k1_ = 0, end1_ = board.shape[0]; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = board.shape[1]; k0_ < end0_; k0_++) {
      column = k0_;
      put2(board, row, column, code);
    }
  }
}

/** Draw the board of game i; the goal too, unless there are no goals. */
function draw(i, tiles, height, width, goals, size, board, rows) {
  let column, pad, row;
  pad = Math.floor((board.shape[1] - rows) / 2);
  if (height !== at2(size, i, 0) || width !== at2(size, i, 1)) {
    fill_up(at(board, i), BLOCKED);
  }
  for (let k1_ = 0, end1_ = height; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = width; k0_ < end0_; k0_++) {
      column = k0_;
      put3(board, i, row + pad, column + pad, at3(tiles, i, row, column) === WALL ? BLOCKED : OPEN);
    }
  }
  if (goals.shape[0]) {
    put3(board, i, at2(goals, i, 0) + pad, at2(goals, i, 1) + pad, GOAL_SEEN);
  }
}

/** Copy the distances of a level; the target may be larger. */
function copy_distance(source, target) {
  let column, row;
  for (let k1_ = 0, end1_ = source.shape[0]; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = source.shape[1]; k0_ < end0_; k0_++) {
      column = k0_;
      put2(target, row, column, at2(source, row, column));
    }
  }
}

/** Steps of an episode in a maze of this size: the whole number nearest to the share of its area. */
function step_limit(steps_per_tile, height, width) {
  return Math.max(rint(steps_per_tile * (height * width)), 1);
}

/** view[i, 0] = board[i, row : row + side, column : column + side], both uint8. */
function copy_view(i, board, row, column, view) {
  let side, x, y;
  side = view.shape[2];
  for (let k1_ = 0, end1_ = side; k1_ < end1_; k1_++) {
    y = k1_;
    for (let k0_ = 0, end0_ = side; k0_ < end0_; k0_++) {
      x = k0_;
      put4(view, i, 0, y, x, at3(board, i, row + y, column + x));
    }
  }
}

/** An offset cut to the range of its codes. */
function cut_(far) {
  return Math.min(Math.max(far, -OFFSET_REACH), OFFSET_REACH);
}

/** Bit k is set when move k leads one step nearer to the goal. */
function optimal_moves(distance, size, row, column) {
  let bits, inside, k, x, y;
  bits = 0;
  for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
    k = k0_;
    y = row + (k === 1) - (k === 0);
    x = column + (k === 3) - (k === 2);
    inside = 0 <= y && y < at(size, 0) && 0 <= x && x < at(size, 1);
    if (inside && at2(distance, y, x) !== UNREACHABLE && at2(distance, y, x) < at2(distance, row, column)) {
      bits = bits | 1 << k;
    }
  }
  return bits;
}

/** Write what the agent of game i sees from this tile; offset and labels unless they are empty. */
function observe(i, world, row, column, shown) {
  let down, goal, labels, offset, place, right, spawn;
  spawn = world.spawn;
  goal = world.goal;
  place = shown.place;
  offset = shown.offset;
  labels = shown.labels;
  copy_view(i, world.board, row, column, shown.square);
  down = toUint32(row - at2(spawn, i, 0) + _AWAY);
  right = toUint32(column - at2(spawn, i, 1) + _AWAY);
  put3(place, i, 0, 0, modulo(down, _FIRST) * _FIRST + modulo(right, _FIRST));
  put3(place, i, 0, 1, modulo(down, _SECOND) * _SECOND + modulo(right, _SECOND));
  if (offset.shape[0]) {
    put3(offset, i, 0, 0, cut_(at2(goal, i, 0) - row) + OFFSET_REACH);
    put3(offset, i, 0, 1, cut_(at2(goal, i, 1) - column) + OFFSET_REACH);
  }
  if (labels.shape[0]) {
    put2(labels, i, 0, optimal_moves(at(world.distance, i), at(world.size, i), row, column));
  }
}

/** Put the agents of these rows on their spawns and write what they see; level i goes into game i. */
function reset(rows, levels, content, steps_per_tile, goal_visible, world, alive, shown) {
  let at_, axis, clock, goal, goals, height, i, k, limit, size, spawn, width;
  const new0_ = new MazeLevels(...levels), new1_ = new MazeWorld(...world), new2_ = new MazeView(...shown);
  levels = new0_;
  world = new1_;
  shown = new2_;
  size = world.size;
  spawn = world.spawn;
  goal = world.goal;
  at_ = world.at;
  clock = world.clock;
  goals = goal_visible ? levels.goal : part(levels.goal, cut(0, 0));
  for (let k5_ = 0, end5_ = rows.shape[0]; k5_ < end5_; k5_++) {
    k = k5_;
    i = at(rows, k);
    [height, width] = at(levels.size, i);
    if (at(content, i) !== at(levels.content, i) || at(content, i) === NO_CONTENT) {
      draw(i, levels.tiles, height, width, goals, size, world.board, world.distance.shape[1]);
      copy_distance(at(levels.distance, i), at(world.distance, i));
      put(content, i, at(levels.content, i));
    }
    for (let k4_ = 0, end4_ = 2; k4_ < end4_; k4_++) {
      axis = k4_;
      put2(size, i, axis, at2(levels.size, i, axis));
      put2(goal, i, axis, at2(levels.goal, i, axis));
      const value3_ = at2(levels.spawn, i, axis);
      put2(spawn, i, axis, value3_);
      put2(at_, i, axis, value3_);
    }
    limit = step_limit(steps_per_tile, height, width);
    put2(clock, i, STEP, 0);
    put2(clock, i, LIMIT, limit);
    put2(clock, i, ENDED, RUNNING);
    put2(alive, i, 0, true);
    observe(i, world, at2(at_, i, 0), at2(at_, i, 1), shown);
  }
}

/** The first game with a bad action. */
function first_bad(actions) {
  let i;
  for (let k0_ = 0, end0_ = actions.shape[0]; k0_ < end0_; k0_++) {
    i = k0_;
    if (at3(actions, i, 0, 0) < 0 || at3(actions, i, 0, 0) > 3) {
      return i;
    }
  }
  return -1;
}

/** Move every agent that still plays and write what all see, game after game, while it is in the cache. */
function step(actions, world, reward, terminated, truncated, success, alive, shown) {
  let action, ahead, aside, at_, bad, board, clock, column, ended, free, goal, i, pad, paid, row;
  const new0_ = new MazeWorld(...world), new1_ = new MazeView(...shown);
  world = new0_;
  shown = new1_;
  board = world.board;
  goal = world.goal;
  at_ = world.at;
  clock = world.clock;
  bad = false;
  for (let k2_ = 0, end2_ = at_.shape[0]; k2_ < end2_; k2_++) {
    i = k2_;
    bad = bad | (at3(actions, i, 0, 0) < 0 || at3(actions, i, 0, 0) > 3);
  }
  if (bad) {
    return first_bad(actions);
  }
  pad = Math.floor((board.shape[1] - world.distance.shape[1]) / 2);
  for (let k5_ = 0, end5_ = at_.shape[0]; k5_ < end5_; k5_++) {
    i = k5_;
    row = at2(at_, i, 0);
    column = at2(at_, i, 1);
    paid = Math.fround(0);
    if (at2(clock, i, ENDED) === RUNNING) {
      action = at3(actions, i, 0, 0);
      ahead = row + (action === 1) - (action === 0);
      aside = column + (action === 3) - (action === 2);
      free = at3(board, i, ahead + pad, aside + pad) !== BLOCKED;
      const new3_ = free ? ahead : row, new4_ = free ? aside : column;
      row = new3_;
      column = new4_;
      put2(at_, i, 0, row);
      put2(at_, i, 1, column);
      put2(clock, i, STEP, at2(clock, i, STEP) + 1);
      if (row === at2(goal, i, 0) && column === at2(goal, i, 1)) {
        put2(clock, i, ENDED, BY_GOAL);
        paid = Math.fround(1 - 0.9 * at2(clock, i, STEP) / at2(clock, i, LIMIT));
      } else if (at2(clock, i, STEP) >= at2(clock, i, LIMIT)) {
        put2(clock, i, ENDED, BY_LIMIT);
      }
    }
    ended = at2(clock, i, ENDED);
    put2(reward, i, 0, paid);
    put2(terminated, i, 0, ended === BY_GOAL);
    put2(success, i, 0, ended === BY_GOAL);
    put2(truncated, i, 0, ended === BY_LIMIT);
    put2(alive, i, 0, ended === RUNNING);
    observe(i, world, row, column, shown);
  }
  return -1;
}

export { fill, measure, reset, step };
