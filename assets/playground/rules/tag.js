// Made by `python scripts/make_rules.py` from the rules in Python: change those and run it again.

import { Fields, arange, assign, at, at2, at3, at4, constant, countOthers, cut, modulo, part, put, put2, put3, put4, uint64, zeros } from "./grid.js";
import { below, combine, finished, hashOfTiles, splitCodeOf, uniform, withNumbers } from "./random.js";

const COUNTS = 6;
const THOUSAND = 1000;
const STYLE_SIZE = 8;
const SKILL = 8;
const CELL_STREAM = 22497;
const PARTS = 3;
const STYLES = 10000;
const PAIRED = [0, 27, 28, 29];
const UNREACHABLE = 65535;
const WALL = 0;
const FLOOR = 1;
const GOAL = 3;
const EXITS = 4;
const EXIT_1 = 23;
const PLACES = 60;
const SPAWN = 2;
const SPAWNS = 4;
const SKILL_NAME = constant("uint8", [6], [115, 107, 105, 108, 108, 61]);
const STYLE_NAME = constant("uint8", [6], [115, 116, 121, 108, 101, 61]);
const MAPS = 500;
const SPOTS = 8;
const FRESH = 1;
const fresh_map_kernels_MAPS = 100;
const BLOCKED = 1;
const EXIT_4 = 26;
const FIRST_EXIT = 2;
const DEN = 6;
const OPEN = 0;
const FAR_WAY = 255;
const COLOURS = 4;
const TURN = 2;
const RUNNING = 0;
const STEP = 0;
const LIMIT = 1;
const STATE = 2;
const NOBODY = 0;
const NO_EXIT = -1;
const WINNER = 3;
const AIM = 4;
const LEFT = 5;
const ACTIONS = 5;
const OPENS = 6;
const WAIT = 6;
const WAITS = 3;
const LIKING = 2;
const FIRST_EXIT_LIKING = 0;
const FAR_AWAY = 1;
const DISTANCE_DISLIKE = 4;
const LONG_WAY = 8;
const DANGER = 0.6;
const GUARD_DISLIKE = 5;
const NEAR_GUARD = 4;
const STILL = 4;
const STAY = 4;
const SIDEWAYS = 7;
const HALF = 500;
const STUMBLES = 100;
const DECIDED = 1;
const GUARDS = 1;
const RUNNER = 2;
const OVER = 2;
const RUNNER_SEEN = 8;
const GUARD_SEEN = 7;
const REACH = 16;
const CLOCK_CODES = 32;

/** Draw each value of a style from low..high - 1, or from what lies outside of it in 0..999. */
function draw_style(low, high, outside, stream, style) {
  let k, number;
  for (let k0_ = 0, end0_ = STYLE_SIZE; k0_ < end0_; k0_++) {
    k = k0_;
    if (outside) {
      number = below(stream, THOUSAND - (high - low));
      put(style, k, number < low ? number : number + (high - low));
    } else {
      put(style, k, low + below(stream, high - low));
    }
  }
}

/** Draw style and skill [9] by `ArenaParameters.others`. */
function draw_others(settings, stream, others) {
  draw_style(at(settings, 0), at(settings, 1), at(settings, 2) !== 0, stream, part(others, cut(0, STYLE_SIZE)));
  put(others, SKILL, at(settings, 3) + below(stream, at(settings, 4) - at(settings, 3) + 1));
}

/** Number of the cell of a style [8], 0 to 3^8 - 1. */
function cell_of(style) {
  let cell, k;
  cell = 0;
  for (let k0_ = 0, end0_ = STYLE_SIZE; k0_ < end0_; k0_++) {
    k = k0_;
    cell = cell * PARTS + Math.floor(at(style, k) * PARTS / THOUSAND);
  }
  return cell;
}

/** The code of `gamemeta_levels.split` of the split that a style belongs to. */
function split_code_of_style(style) {
  return splitCodeOf(combine(uint64(CELL_STREAM), uint64(cell_of(style))));
}

/** An odd number of low..high, both odd. */
function odd_between(low, high, stream) {
  return low + 2 * below(stream, Math.floor((high - low) / 2) + 1);
}

/** An exit in each of the four outer walls, in a random order of colours. */
function put_exits(tiles, height, width, stream) {
  let colours, column, k, other, row;
  column = 2 + below(stream, width - 4);
  row = 2 + below(stream, height - 4);
  colours = arange(EXITS);
  for (let k2_ = 0, end2_ = EXITS - 1; k2_ < end2_; k2_++) {
    k = k2_;
    other = k + below(stream, EXITS - k);
    const new0_ = at(colours, other), new1_ = at(colours, k);
    put(colours, k, new0_);
    put(colours, other, new1_);
  }
  put2(tiles, 0, column, EXIT_1 + at(colours, 0));
  put2(tiles, height - 1, width - 1 - column, EXIT_1 + at(colours, 1));
  put2(tiles, row, 0, EXIT_1 + at(colours, 2));
  put2(tiles, height - 1 - row, width - 1, EXIT_1 + at(colours, 3));
}

/** Put a thing and its like on floor away from the middle; where far is not 0, `distance` must lie in near..far. Returns whether a place was found. */
function put_pair(tiles, height, width, kind, near, far, stream, distance) {
  let _, beside, column, row;
  for (let k0_ = 0, end0_ = PLACES; k0_ < end0_; k0_++) {
    _ = k0_;
    row = 1 + below(stream, height - 2);
    column = 1 + below(stream, width - 2);
    beside = Math.abs(row - Math.floor(height / 2)) + Math.abs(column - Math.floor(width / 2)) === 1;
    if (at2(tiles, row, column) !== FLOOR || beside && kind === WALL) {
      continue;
    }
    if (far && !(near <= at2(distance, row, column) && at2(distance, row, column) <= far)) {
      continue;
    }
    put2(tiles, row, column, kind);
    put2(tiles, height - 1 - row, width - 1 - column, kind);
    return true;
  }
  return false;
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

/** Draw a map of so many pairs into tiles[:height, :width]; returns whether everything found a place, and all can be reached without crossing the middle. `distance` then holds steps to the middle. */
function arrange(tiles, height, width, counts, stream, distance, queue) {
  let _, around, kind, middle_column, middle_row;
  assign(part(tiles, cut(), cut()), WALL);
  assign(part(tiles, cut(1, height - 1), cut(1, width - 1)), FLOOR);
  middle_row = Math.floor(height / 2);
  middle_column = Math.floor(width / 2);
  put2(tiles, middle_row, middle_column, GOAL);
  put_exits(tiles, height, width, stream);
  for (let k1_ = 0, end1_ = PAIRED.length; k1_ < end1_; k1_++) {
    kind = k1_;
    for (let k0_ = 0, end0_ = at(counts, kind); k0_ < end0_; k0_++) {
      _ = k0_;
      if (!put_pair(tiles, height, width, PAIRED[kind], 0, 0, stream, distance)) {
        return false;
      }
    }
  }
  put2(tiles, middle_row, middle_column, WALL);
  around = steps_from(middle_row - 1, middle_column, tiles, height, width, distance, queue);
  if (around !== countOthers(part(tiles, cut(0, height), cut(0, width)), WALL)) {
    return false;
  }
  put2(tiles, middle_row, middle_column, GOAL);
  steps_from(middle_row, middle_column, tiles, height, width, distance, queue);
  for (let k2_ = 0, end2_ = Math.floor(SPAWNS / 2); k2_ < end2_; k2_++) {
    _ = k2_;
    if (!put_pair(tiles, height, width, SPAWN, at(counts, counts.shape[0] - 2), at(counts, counts.shape[0] - 1), stream, distance)) {
      return false;
    }
  }
  return true;
}

/** The content hash of a level with these tiles and others [9], style and skill. */
function content_of(tiles, height, width, others) {
  let value;
  value = withNumbers(hashOfTiles(tiles, height, width), SKILL_NAME, part(others, cut(SKILL)));
  return finished(withNumbers(value, STYLE_NAME, part(others, cut(0, STYLE_SIZE))));
}

/** Places [8, 2] of the spawns and the exits, -1 where there is none. */
function find_spots(tiles, height, width, spots) {
  let column, k, row, spawns;
  assign(part(spots, cut(), cut()), -1);
  spawns = 0;
  for (let k1_ = 0, end1_ = height; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = width; k0_ < end0_; k0_++) {
      column = k0_;
      k = at2(tiles, row, column) - EXIT_1 + SPAWNS;
      if (at2(tiles, row, column) === SPAWN && spawns < SPAWNS) {
        k = spawns;
        spawns = spawns + 1;
      } else if (!(SPAWNS <= k && k < SPOTS)) {
        continue;
      }
      put2(spots, k, 0, row);
      put2(spots, k, 1, column);
    }
  }
}

/** Generate the level of each seed into its row. Returns the first index that was given up, or -1. */
function fill(ranges, settings, rows, seeds, split, tiles, size, spots, par_steps, distance, others, seed, content) {
  let _, counts, height, i, in_split, k, kind, queue, stream, style_split, width;
  stream = zeros("uint64", 1);
  queue = zeros("int32", tiles.shape[1] * tiles.shape[2] + 1);
  counts = zeros("int64", COUNTS);
  for (let k3_ = 0, end3_ = rows.shape[0]; k3_ < end3_; k3_++) {
    k = k3_;
    i = at(rows, k);
    in_split = false;
    put(stream, 0, combine(uint64(at(seeds, k)), uint64(0)));
    for (let k0_ = 0, end0_ = STYLES; k0_ < end0_; k0_++) {
      _ = k0_;
      draw_others(settings, stream, at(others, i));
      style_split = split_code_of_style(part(others, i, cut(0, STYLE_SIZE)));
      if (split < 0 || style_split === split) {
        in_split = true;
        break;
      }
    }
    if (!in_split) {
      return k;
    }
    in_split = false;
    for (let k2_ = 0, end2_ = MAPS; k2_ < end2_; k2_++) {
      _ = k2_;
      height = odd_between(at2(ranges, 0, 0), at2(ranges, 0, 1), stream);
      width = odd_between(at2(ranges, 1, 0), at2(ranges, 1, 1), stream);
      for (let k1_ = 0, end1_ = PAIRED.length; k1_ < end1_; k1_++) {
        kind = k1_;
        put(counts, kind, at2(ranges, 2 + kind, 0) + below(stream, at2(ranges, 2 + kind, 1) - at2(ranges, 2 + kind, 0) + 1));
      }
      put(counts, counts.shape[0] - 2, at2(ranges, ranges.shape[0] - 1, 0));
      put(counts, counts.shape[0] - 1, at2(ranges, ranges.shape[0] - 1, 1));
      put(distance, i, UNREACHABLE);
      if (!arrange(at(tiles, i), height, width, counts, stream, at(distance, i), queue)) {
        continue;
      }
      put(content, i, content_of(at(tiles, i), height, width, at(others, i)));
      if (splitCodeOf(at(content, i)) === style_split) {
        in_split = true;
        break;
      }
    }
    if (!in_split) {
      return k;
    }
    put2(size, i, 0, height);
    put2(size, i, 1, width);
    put(seed, i, at(seeds, k));
    find_spots(at(tiles, i), height, width, at(spots, i));
    put(par_steps, i, at3(distance, i, at3(spots, i, 0, 0), at3(spots, i, 0, 1)));
  }
  return -1;
}

/** Spots, steps to the middle, and the steps of the first spawn; -1 where a spot is missing, the middle is no goal, or some tile has no way to it. */
function measure(tiles, size, spots, par_steps, distance) {
  let column, height, i, queue, reached, row, width;
  queue = zeros("int32", tiles.shape[1] * tiles.shape[2] + 1);
  for (let k0_ = 0, end0_ = tiles.shape[0]; k0_ < end0_; k0_++) {
    i = k0_;
    height = at2(size, i, 0);
    width = at2(size, i, 1);
    row = Math.floor(height / 2);
    column = Math.floor(width / 2);
    put(distance, i, UNREACHABLE);
    find_spots(at(tiles, i), height, width, at(spots, i));
    put(par_steps, i, -1);
    if (at3(tiles, i, row, column) !== GOAL || at(spots, i).min() < 0) {
      continue;
    }
    reached = steps_from(row, column, at(tiles, i), height, width, at(distance, i), queue);
    if (reached === countOthers(part(tiles, i, cut(0, height), cut(0, width)), WALL)) {
      put(par_steps, i, at3(distance, i, at3(spots, i, 0, 0), at3(spots, i, 0, 1)));
    }
  }
}

class ArenaLevels extends Fields {
  constructor(tiles, size, spots, distance, others, chance) {
    super();
    this.tiles = tiles; this.size = size; this.spots = spots; this.distance = distance; this.others = others; this.chance = chance;
  }
}

class ArenaWorld extends Fields {
  constructor(size, chance, others, spots, at, clock, board, ways) {
    super();
    this.size = size; this.chance = chance; this.others = others; this.spots = spots; this.at = at; this.clock = clock; this.board = board; this.ways = ways;
  }
}

class MapArrays extends Fields {
  constructor(tiles, spots, queue, steps, counts, stream) {
    super();
    this.tiles = tiles; this.spots = spots; this.queue = queue; this.steps = steps; this.counts = counts; this.stream = stream;
  }
}

/** Arrays that maps of these `ArenaLevels` fit into. */
function map_arrays(levels) {
  let height, width;
  [height, width] = levels.tiles.shape.slice(1);
  return new MapArrays(zeros("uint8", [height, width]), zeros("int32", levels.spots.shape.slice(1)), zeros("int32", height * width + 1), zeros("uint16", [height, width]), zeros("int64", COUNTS), zeros("uint64", 1));
}

/** Write what a map is arranged from into counts int64 [6], to arrange another of its kind. */
function count_pairs(tiles, height, width, spots, distance, counts) {
  let column, k, kind, row, steps;
  assign(part(counts, cut()), 0);
  for (let k2_ = 0, end2_ = PAIRED.length; k2_ < end2_; k2_++) {
    kind = k2_;
    for (let k1_ = 1, end1_ = height - 1; k1_ < end1_; k1_++) {
      row = k1_;
      for (let k0_ = 1, end0_ = width - 1; k0_ < end0_; k0_++) {
        column = k0_;
        put(counts, kind, at(counts, kind) + (at2(tiles, row, column) === PAIRED[kind]));
      }
    }
    put(counts, kind, Math.floor(at(counts, kind) / 2));
  }
  put(counts, counts.shape[0] - 2, UNREACHABLE);
  for (let k5_ = 0, end5_ = SPAWNS; k5_ < end5_; k5_++) {
    k = k5_;
    steps = at2(distance, at2(spots, k, 0), at2(spots, k, 1));
    const new3_ = Math.min(at(counts, counts.shape[0] - 2), steps), new4_ = Math.max(at(counts, counts.shape[0] - 1), steps);
    put(counts, counts.shape[0] - 2, new3_);
    put(counts, counts.shape[0] - 1, new4_);
  }
}

/** Arrange a map of as many things as level i holds; returns whether one was found. */
function rearrange(i, levels, drawn) {
  let _, counts, height, stream, width;
  height = at2(levels.size, i, 0);
  width = at2(levels.size, i, 1);
  counts = drawn.counts;
  stream = drawn.stream;
  count_pairs(at(levels.tiles, i), height, width, at(levels.spots, i), at(levels.distance, i), counts);
  put(stream, 0, combine(at(levels.chance, i), uint64(FRESH)));
  for (let k0_ = 0, end0_ = fresh_map_kernels_MAPS; k0_ < end0_; k0_++) {
    _ = k0_;
    if (arrange(drawn.tiles, height, width, counts, stream, drawn.steps, drawn.queue)) {
      return true;
    }
  }
  return false;
}

/** drawn = tiles, without room for what they might share. */
function copy_map(tiles, drawn) {
  let column, row;
  for (let k1_ = 0, end1_ = tiles.shape[0]; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = tiles.shape[1]; k0_ < end0_; k0_++) {
      column = k0_;
      put2(drawn, row, column, at2(tiles, row, column));
    }
  }
}

/** Write size, chance and others of level i into `world`, and its map and spots into `drawn`, `MapArrays`; with `fresh` the map is arranged anew. */
function lay_out(i, fresh, levels, world, drawn) {
  let height, k, width;
  height = at2(levels.size, i, 0);
  width = at2(levels.size, i, 1);
  put2(world.size, i, 0, height);
  put2(world.size, i, 1, width);
  put(world.chance, i, at(levels.chance, i));
  for (let k0_ = 0, end0_ = world.others.shape[1]; k0_ < end0_; k0_++) {
    k = k0_;
    put2(world.others, i, k, at2(levels.others, i, k));
  }
  if (!fresh || !rearrange(i, levels, drawn)) {
    copy_map(at(levels.tiles, i), drawn.tiles);
  }
  find_spots(drawn.tiles, height, width, drawn.spots);
}

/** Draw the board, what views show without players, around which all is blocked. */
function build(tiles, height, width, pad, board) {
  let column, row, tile;
  assign(part(board, cut(), cut()), BLOCKED);
  for (let k1_ = 0, end1_ = height; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = width; k0_ < end0_; k0_++) {
      column = k0_;
      tile = at2(tiles, row, column);
      if (EXIT_1 <= tile && tile <= EXIT_4) {
        put2(board, row + pad, column + pad, FIRST_EXIT + tile - EXIT_1);
      } else if (tile === GOAL) {
        put2(board, row + pad, column + pad, DEN);
      } else if (tile !== WALL) {
        put2(board, row + pad, column + pad, OPEN);
      }
    }
  }
}

/** Breadth-first search over distance[:height, :width] from the tiles in queue[:starts]. */
function search_ways(tiles, wall, height, width, far, distance, queue, starts) {
  let column, further, head, k, row, tail;
  for (let k1_ = 0, end1_ = height; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = width; k0_ < end0_; k0_++) {
      column = k0_;
      put2(distance, row, column, far);
    }
  }
  for (let k2_ = 0, end2_ = starts; k2_ < end2_; k2_++) {
    k = k2_;
    put2(distance, at(queue, k) >> 8, at(queue, k) & 255, 0);
  }
  head = 0;
  tail = starts;
  while (head < tail) {
    row = at(queue, head) >> 8;
    column = at(queue, head) & 255;
    head = head + 1;
    further = Math.min(at2(distance, row, column) + 1, far - 1);
    if (row > 0 && at2(distance, row - 1, column) === far && at2(tiles, row - 1, column) !== wall) {
      put2(distance, row - 1, column, further);
      put(queue, tail, (row - 1) * 256 + column);
      tail = tail + 1;
    }
    if (row + 1 < height && at2(distance, row + 1, column) === far && at2(tiles, row + 1, column) !== wall) {
      put2(distance, row + 1, column, further);
      put(queue, tail, (row + 1) * 256 + column);
      tail = tail + 1;
    }
    if (column > 0 && at2(distance, row, column - 1) === far && at2(tiles, row, column - 1) !== wall) {
      put2(distance, row, column - 1, further);
      put(queue, tail, row * 256 + column - 1);
      tail = tail + 1;
    }
    if (column + 1 < width && at2(distance, row, column + 1) === far && at2(tiles, row, column + 1) !== wall) {
      put2(distance, row, column + 1, further);
      put(queue, tail, row * 256 + column + 1);
      tail = tail + 1;
    }
  }
  return tail;
}

/** Write the steps to a tile of the padded board into `way`, `FAR_WAY` where there is no way. */
function steps_to(board, row, column, den, way, queue) {
  let beside, x, y;
  [y, x] = den;
  put2(board, y, x, BLOCKED);
  put(queue, 0, row * 256 + column);
  search_ways(board, BLOCKED, board.shape[0], board.shape[1], FAR_WAY, way, queue, 1);
  put2(board, y, x, DEN);
  beside = Math.min(at2(way, y - 1, x), at2(way, y + 1, x), at2(way, y, x - 1), at2(way, y, x + 1));
  if (beside < FAR_WAY) {
    put2(way, y, x, Math.min(beside + 1, FAR_WAY - 1));
  }
}

/** Guards on spawns that face one another, from one that chance decides; the runner, last, in its den. */
function put_players(chance, size, spots, at_) {
  let first, k, p, players;
  players = Math.floor(at_.shape[0] / 2);
  first = Math.trunc(uniform(chance, TURN) * SPAWNS);
  for (let k0_ = 0, end0_ = players - 1; k0_ < end0_; k0_++) {
    p = k0_;
    k = first ^ 3 * (p & 1) ^ p >> 1;
    put(at_, 2 * p, at(spots, 2 * k));
    put(at_, 2 * p + 1, at(spots, 2 * k + 1));
  }
  put(at_, 2 * players - 2, Math.floor(at(size, 0) / 2));
  put(at_, 2 * players - 1, Math.floor(at(size, 1) / 2));
}

/** Start a match of level i in game i where the mask holds. With `fresh` the level's map is arranged anew. */
function reset(mask, fresh, levels, limit, world, pad, alive) {
  let board, clock, column, den, drawn, height, i, k, row, spots, width;
  const new0_ = new ArenaLevels(...levels), new1_ = new ArenaWorld(...world);
  levels = new0_;
  world = new1_;
  drawn = map_arrays(levels);
  clock = world.clock;
  spots = drawn.spots;
  for (let k3_ = 0, end3_ = mask.shape[0]; k3_ < end3_; k3_++) {
    i = k3_;
    if (!at(mask, i)) {
      continue;
    }
    lay_out(i, fresh, levels, world, drawn);
    put(world.spots, i, spots.ravel());
    board = at2(world.board, i, 0);
    height = at2(world.size, i, 0);
    width = at2(world.size, i, 1);
    build(drawn.tiles, height, width, pad, board);
    den = [Math.floor(height / 2) + pad, Math.floor(width / 2) + pad];
    for (let k2_ = SPAWNS, end2_ = SPAWNS + COLOURS; k2_ < end2_; k2_++) {
      k = k2_;
      row = at2(spots, k, 0) + pad;
      column = at2(spots, k, 1) + pad;
      steps_to(board, row, column, den, at2(world.ways, i, k - SPAWNS), drawn.queue);
    }
    put_players(at(world.chance, i), at(world.size, i), at(world.spots, i), at(world.at, i));
    put2(clock, i, STEP, 0);
    put2(clock, i, LIMIT, at(limit, i));
    put2(clock, i, STATE, RUNNING);
    put2(clock, i, WINNER, NOBODY);
    put2(clock, i, AIM, NO_EXIT);
    put2(clock, i, LEFT, 0);
    assign(part(alive, i, cut()), true);
  }
}

/** Whether a runner of this style leaves its den in this step, counted from 0. */
function leaves(style, step) {
  return step >= OPENS + Math.floor(at(style, WAIT) * WAITS / THOUSAND);
}

/** The exit that the runner makes for now: the one it likes most, of equal ones the first. */
function favourite_exit(match, pad, guards) {
  let at_, best, best_liking, column, g, k, liking, nearest, row, style, ways;
  style = match.others;
  at_ = match.at;
  ways = match.ways;
  best = 0;
  best_liking = -1000000000;
  row = at(at_, 2 * guards) + pad;
  column = at(at_, 2 * guards + 1) + pad;
  for (let k1_ = 0, end1_ = COLOURS; k1_ < end1_; k1_++) {
    k = k1_;
    nearest = FAR_WAY;
    for (let k0_ = 0, end0_ = guards; k0_ < end0_; k0_++) {
      g = k0_;
      nearest = Math.min(nearest, at3(ways, k, at(at_, 2 * g) + pad, at(at_, 2 * g + 1) + pad));
    }
    liking = LIKING * at(style, FIRST_EXIT_LIKING + k) / THOUSAND;
    liking = liking - FAR_AWAY * at(style, DISTANCE_DISLIKE) / THOUSAND * at3(ways, k, row, column) / LONG_WAY;
    liking = liking - DANGER * at(style, GUARD_DISLIKE) / THOUSAND * Math.max(0, 1 - nearest / NEAR_GUARD);
    if (liking > best_liking) {
      best = k;
      best_liking = liking;
    }
  }
  return best;
}

/** The move that leads one step nearer; of two the vertical one, or with `sideways` the other. */
function move_towards(way, row, column, sideways) {
  let move, turn;
  for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
    turn = k0_;
    move = sideways ? modulo(turn + 2, 4) : turn;
    if (at2(way, row + (move === 1) - (move === 0), column + (move === 3) - (move === 2)) < at2(way, row, column)) {
      return move;
    }
  }
  return STILL;
}

/** The move of a scripted guard: it walks to the exit next to it and stays there. */
function guard_move(ways, row, column) {
  let k, nearest;
  nearest = 0;
  for (let k0_ = 1, end0_ = COLOURS; k0_ < end0_; k0_++) {
    k = k0_;
    if (at3(ways, k, row, column) < at3(ways, nearest, row, column)) {
      nearest = k;
    }
  }
  return move_towards(at(ways, nearest), row, column, false);
}

/** Move a player one tile unless a wall or the den is there. Returns whether it moved. */
function walk(board, pad, at_, player, move) {
  let column, row, tile;
  row = at(at_, 2 * player) + (move === 1) - (move === 0);
  column = at(at_, 2 * player + 1) + (move === 3) - (move === 2);
  tile = at2(board, row + pad, column + pad);
  if (move === STAY || tile === BLOCKED || tile === DEN) {
    return false;
  }
  put(at_, 2 * player, row);
  put(at_, 2 * player + 1, column);
  return true;
}

/** Whether a scripted player of this skill takes two tiles in this step. */
function strides(others, chance, step) {
  return uniform(chance, STUMBLES + step) * THOUSAND < at(others, SKILL);
}

/** Whether a guard stands where the runner does. */
function caught(at_, guards) {
  let g;
  for (let k0_ = 0, end0_ = guards; k0_ < end0_; k0_++) {
    g = k0_;
    if (at(at_, 2 * g) === at(at_, 2 * guards) && at(at_, 2 * g + 1) === at(at_, 2 * guards + 1)) {
      return true;
    }
  }
  return false;
}

/** Move the runner up to two tiles, until it is caught or has reached an exit. */
function run(actions, scripted, match, pad, guards) {
  let _, at_, clock, column, move, on_exit, row, sideways, tile, tiles;
  clock = match.clock;
  at_ = match.at;
  sideways = at(match.others, SIDEWAYS) >= HALF;
  tiles = !scripted || strides(match.others, match.chance, at(clock, STEP)) ? 2 : 1;
  if (at(clock, LEFT) && caught(at_, guards)) {
    put(clock, STATE, DECIDED);
    put(clock, WINNER, GUARDS);
    return;
  }
  for (let k0_ = 0, end0_ = tiles; k0_ < end0_; k0_++) {
    _ = k0_;
    if (scripted) {
      row = at(at_, 2 * guards) + pad;
      column = at(at_, 2 * guards + 1) + pad;
      move = move_towards(at(match.ways, at(clock, AIM)), row, column, sideways);
    } else {
      move = at2(actions, guards, 0);
    }
    if (!walk(match.board, pad, at_, guards, move)) {
      return;
    }
    put(clock, LEFT, 1);
    tile = at2(match.board, at(at_, 2 * guards) + pad, at(at_, 2 * guards + 1) + pad);
    on_exit = FIRST_EXIT <= tile && tile < FIRST_EXIT + COLOURS;
    if (on_exit) {
      put(clock, AIM, tile - FIRST_EXIT);
    }
    if (caught(at_, guards) || on_exit) {
      put(clock, STATE, DECIDED);
      put(clock, WINNER, caught(at_, guards) ? GUARDS : RUNNER);
      return;
    }
  }
}

/** Move the guards, then the runner. */
function play(actions, scripted, match, pad, guards) {
  let at_, clock, g, leave, move, ways;
  clock = match.clock;
  at_ = match.at;
  ways = match.ways;
  leave = at(clock, STEP) >= OPENS;
  if (scripted) {
    leave = leaves(match.others, at(clock, STEP));
    if (leave && at(clock, AIM) === NO_EXIT) {
      put(clock, AIM, favourite_exit(match, pad, guards));
    }
  }
  for (let k0_ = 0, end0_ = guards; k0_ < end0_; k0_++) {
    g = k0_;
    if (g === 0 || !scripted) {
      move = at2(actions, g, 0);
    } else {
      move = guard_move(ways, at(at_, 2 * g) + pad, at(at_, 2 * g + 1) + pad);
    }
    walk(match.board, pad, at_, g, move);
  }
  if (leave) {
    run(actions, scripted, match, pad, guards);
  }
}

/** Write what came of a step of match i; the winners are paid in the step that ends it. */
function report(i, guards, clock, pays, reward, terminated, truncated, success, alive) {
  let over, seat, side, won;
  over = at(clock, STATE) === OVER;
  for (let k0_ = 0, end0_ = reward.shape[1]; k0_ < end0_; k0_++) {
    seat = k0_;
    side = seat === guards ? RUNNER : GUARDS;
    won = over && at(clock, WINNER) === side;
    if (won && pays) {
      put2(reward, i, seat, 1);
    }
    put2(terminated, i, seat, over);
    put2(truncated, i, seat, false);
    put2(success, i, seat, won);
    put2(alive, i, seat, !over);
  }
}

/** Play a step of every match. Returns the first game with a bad action, or -1. */
function step(actions, scripted, world, pad, reward, terminated, truncated, success, alive) {
  let clock, guards, i, match, pays, seat;
  world = new ArenaWorld(...world);
  for (let k1_ = 0, end1_ = actions.shape[0]; k1_ < end1_; k1_++) {
    i = k1_;
    for (let k0_ = 0, end0_ = actions.shape[1]; k0_ < end0_; k0_++) {
      seat = k0_;
      if (at3(actions, i, seat, 0) < 0 || at3(actions, i, seat, 0) >= ACTIONS) {
        return i;
      }
    }
  }
  guards = Math.floor(world.at.shape[1] / 2) - 1;
  for (let k2_ = 0, end2_ = actions.shape[0]; k2_ < end2_; k2_++) {
    i = k2_;
    assign(part(reward, i, cut()), 0);
    match = new ArenaWorld(at(world.size, i), at(world.chance, i), at(world.others, i), at(world.spots, i), at(world.at, i), at(world.clock, i), at2(world.board, i, 0), at(world.ways, i));
    clock = match.clock;
    pays = true;
    if (at(clock, STATE) === RUNNING) {
      play(at(actions, i), scripted, match, pad, guards);
      put(clock, STEP, at(clock, STEP) + 1);
      if (at(clock, STATE) === DECIDED && at(clock, STEP) === at(clock, LIMIT)) {
        put(clock, STATE, OVER);
      } else if (at(clock, STEP) === at(clock, LIMIT)) {
        put(clock, STATE, OVER);
        put(clock, WINNER, GUARDS);
      }
    } else if (at(clock, STATE) === DECIDED) {
      put(clock, STEP, at(clock, STEP) + 1);
      put(clock, STATE, OVER);
    } else {
      pays = false;
    }
    report(i, guards, clock, pays, reward, terminated, truncated, success, alive);
  }
  return -1;
}

/** Rows or columns, cut to -16..16, as a code. */
function offset(steps) {
  return Math.min(Math.max(steps, -REACH), REACH) + REACH;
}

/** Write what every seat sees where the mask holds. */
function observe(mask, world, pad, view, exits, runner, time, outcome) {
  let at_, board, clock, column, i, k, p, players, row, seat, shown, side, spots, x, y;
  world = new ArenaWorld(...world);
  at_ = world.at;
  clock = world.clock;
  spots = world.spots;
  board = world.board;
  players = Math.floor(at_.shape[1] / 2);
  side = 2 * pad + 1;
  for (let k5_ = 0, end5_ = mask.shape[0]; k5_ < end5_; k5_++) {
    i = k5_;
    if (!at(mask, i)) {
      continue;
    }
    shown = 0;
    if (at2(clock, i, STATE) !== RUNNING) {
      shown = at2(clock, i, AIM) !== NO_EXIT ? at2(clock, i, AIM) + 1 : COLOURS + 1;
    }
    for (let k4_ = 0, end4_ = view.shape[1]; k4_ < end4_; k4_++) {
      seat = k4_;
      row = at2(at_, i, 2 * seat);
      column = at2(at_, i, 2 * seat + 1);
      for (let k1_ = 0, end1_ = side; k1_ < end1_; k1_++) {
        y = k1_;
        for (let k0_ = 0, end0_ = side; k0_ < end0_; k0_++) {
          x = k0_;
          put4(view, i, seat, y, x, at4(board, i, 0, row + y, column + x));
        }
      }
      for (let k2_ = 0, end2_ = players; k2_ < end2_; k2_++) {
        p = k2_;
        y = at2(at_, i, 2 * p) - row + pad;
        x = at2(at_, i, 2 * p + 1) - column + pad;
        if (p !== seat && 0 <= y && y < side && 0 <= x && x < side) {
          put4(view, i, seat, y, x, p === players - 1 ? RUNNER_SEEN : GUARD_SEEN);
        }
      }
      for (let k3_ = 0, end3_ = COLOURS; k3_ < end3_; k3_++) {
        k = k3_;
        put3(exits, i, seat, 2 * k, offset(at2(spots, i, 2 * (SPAWNS + k)) - row));
        put3(exits, i, seat, 2 * k + 1, offset(at2(spots, i, 2 * (SPAWNS + k) + 1) - column));
      }
      put3(runner, i, seat, 0, offset(at2(at_, i, 2 * players - 2) - row));
      put3(runner, i, seat, 1, offset(at2(at_, i, 2 * players - 1) - column));
      put3(time, i, seat, 0, Math.min(at2(clock, i, STEP), CLOCK_CODES - 1));
      put3(outcome, i, seat, 0, shown);
    }
  }
}

export { fill, measure, draw_others as drawOthers, reset, step, observe };
