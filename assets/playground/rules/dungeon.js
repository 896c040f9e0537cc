// Made by `python scripts/make_rules.py` from the rules in Python: change those and run it again.

import { Fields, assign, at, at2, at3, constant, cut, full, modulo, part, put, put2, put3, put4, uint64, zeros, zerosLike } from "./grid.js";
import { below, combine, finished, hashOfTiles, splitCodeOf, withNumbers } from "./random.js";

const HIDDEN_SIZE = 17;
const PLACE_SIZE = 6;
const STATUS_SIZE = 8;
const MOST_MONSTERS = 12;
const MONSTER_SIZE = 5;
const HAPPENED_SIZE = 3;
const TRIES = 10000;
const HEIGHT = 0;
const WIDTH = 1;
const CAVES_PER_MILLE = 0;
const WALL = 0;
const FLOOR = 1;
const CAVE_WALLS_PER_MILLE = 420;
const MOST_WALLS_AROUND = 4;
const CAVE_ROUNDS = 3;
const UNREACHABLE = 65535;
const CHEAPEST_CAVE = 3;
const SMALLEST_ROOM = 3;
const LARGEST_ROOM = 5;
const ROOMS = 2;
const COLOURS = 3;
const DOORS = [6, 9, 10];
const GOAL = 3;
const SPAWN = 2;
const EXIT_DISTANCE = 1;
const CHEST = 22;
const VAULTS = 8;
const FIRST_MONSTER = 19;
const MONSTER_KINDS = 3;
const _COLOUR_OF_DOOR = constant("int64", [33], [-1, -1, -1, -1, -1, -1, 0, -1, -1, 1, 2, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1]);
const PICKS = 60;
const _THINGS = [[5, 1, -1], [7, 1, -1], [8, 1, -1], [12, 4, 4], [16, 3, 5], [11, 1, 3], [4, 1, 6]];
const MONSTERS = 7;
const MONSTER_AWAY = 3;
const _PATROLLED = constant("bool_", [33], [false, true, true, false, false, true, false, true, true, false, false, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true]);
const MOVE_OF = 6;
const _NEVER = 1000000;
const KEY_OPENS = 3;
const _COLOUR_OF_KEY = constant("int64", [33], [-1, -1, -1, -1, -1, 0, -1, 1, 2, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1]);
const CLEAN = 0;
const CAREFUL = 1;
const GOLD = 11;
const FIRST_POTION = 12;
const POTION_COLOURS = 4;
const EFFECT_OF_POTION = 10;
const HURT = 1;
const FIRST_SCROLL = 16;
const SCROLL_COLOURS = 3;
const EFFECT_OF_SCROLL = 14;
const REVEAL = 2;
const HAZARD = 4;
const MONSTER_KIND = 4;
const MONSTER_ROW = 0;
const MONSTER_COLUMN = 1;
const MONSTER_DOWN = 2;
const MONSTER_RIGHT = 3;
const SPAWN_AT = 0;
const EXIT_AT = 2;
const FRONT_AT = 4;
const FULL_HEALTH = 3;
const HEALTH = 0;
const LIMIT = 6;
const ENDED = 7;
const RUNNING = 0;
const STEPS = 5;
const HASTE_LEFT = 2;
const CLOCK = 4;
const THING = 0;
const IN_HAND = 1;
const DID_NOT_FIT = 5;
const OUTCOME = 1;
const OPENED = 4;
const LEFT = 15;
const ESCAPED = 1;
const EXIT_REWARD = 1;
const CLOCK_PRICE = 0.9;
const TRAPPED = 6;
const TRAP_REWARD = -0.1;
const GOT_GOLD = 1;
const GOT_CHEST = 2;
const GOLD_REWARD = 0.05;
const CHEST_REWARD = 0.25;
const GOT_KEY = 3;
const _KEYS = constant("uint8", [3], [5, 7, 8]);
const WAS_HURT = 9;
const HURT_REWARD = -0.15;
const HASTE = 2;
const HASTENED = 10;
const HASTE_STEPS = 10;
const FORTUNE = 3;
const GOT_FORTUNE = 11;
const FORTUNE_REWARD = 0.25;
const WAS_HEALTHY = 8;
const HEALED = 7;
const HEAL_REWARD = 0.1;
const SAW_THE_WAY = 14;
const COMPASS = 3;
const ONWARD = 0;
const WENT_ONWARD = 12;
const WENT_HOME = 13;
const MET = 2;
const HARMLESS = 0;
const MONSTER_REWARD = -0.1;
const DIED = 2;
const DEATH_REWARD = -0.2;
const STEPS_PER_CLOCK = 2;
const OUT_OF_TIME = 3;
const SHUFFLED_MOVES = 2;
const _NAMES = [constant("uint8", [9], [104, 97, 114, 109, 108, 101, 115, 115, 61]), constant("uint8", [5], [107, 101, 121, 115, 61]), constant("uint8", [6], [109, 111, 118, 101, 115, 61]), constant("uint8", [8], [112, 111, 116, 105, 111, 110, 115, 61]), constant("uint8", [8], [115, 99, 114, 111, 108, 108, 115, 61])];
const RULE_TRIES = 100;
const BARE = 2;
const MOST_TARGETS = 9;
const LEG_BYTES = 33554432;
const MOST_FORESEEN = 100000;
const LOCKED_CHEST = 2;
const RIGHT_KEY = 0;
const OTHER_KEY = 1;
const LOOSE = 3;
const _EFFECTS = [[3, false], [2, false], [0, true], [1, true]];
const _FAR = 1000000;
const SLACK = 8;
const _NOT = -1;
const _START = 4;
const PRICES = [1, 1.5, 1000];
const dungeon_KEYS = constant("uint8", [3], [5, 7, 8]);
const FIRST_MODULUS = 5;
const SECOND_MODULUS = 7;
const HASTE_BUCKET = 5;
const STATUS_CODES = 4;
const OFFSET_REACH = 16;
const UNKNOWN = 33;
const LANDMARKS = 4;

class World extends Fields {
  constructor(board, places, rules, hero, status, monsters, happened) {
    super();
    this.board = board; this.places = places; this.rules = rules; this.hero = hero; this.status = status; this.monsters = monsters; this.happened = happened;
  }
}

/** Arrays of one world with a pad of 1. */
function single_world(height, width) {
  return new World(zeros("uint8", [1, height + 2, width + 2]), zeros("int32", [1, PLACE_SIZE]), zeros("uint8", [1, HIDDEN_SIZE]), zeros("int32", [1, 2]), zeros("int32", [1, STATUS_SIZE]), zeros("int32", [1, MOST_MONSTERS, MONSTER_SIZE]), zeros("int32", [1, HAPPENED_SIZE]));
}

/** A number in low..high. */
function between(low, high, stream) {
  return low + below(stream, high - low + 1);
}

/** Set every number of an array [H, W]. */
function fill_up(array, value) {
  let column, row;
  for (let k1_ = 0, end1_ = array.shape[0]; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = array.shape[1]; k0_ < end0_; k0_++) {
      column = k0_;
      put2(array, row, column, value);
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

/** Wall up all floor but the largest connected part; returns its size in tiles. */
function _keep_largest(tiles, height, width, seen, distance, queue) {
  let area, column, k, kept_column, kept_row, largest, row;
  fill_up(seen, 0);
  largest = 0;
  kept_row = 0;
  kept_column = 0;
  for (let k2_ = 1, end2_ = height - 1; k2_ < end2_; k2_++) {
    row = k2_;
    for (let k1_ = 1, end1_ = width - 1; k1_ < end1_; k1_++) {
      column = k1_;
      if (at2(tiles, row, column) === FLOOR && !at2(seen, row, column)) {
        area = steps_from(row, column, tiles, height, width, distance, queue);
        for (let k0_ = 0, end0_ = area; k0_ < end0_; k0_++) {
          k = k0_;
          put2(seen, at(queue, k) >> 8, at(queue, k) & 255, 1);
        }
        if (area > largest) {
          largest = area;
          kept_row = row;
          kept_column = column;
        }
      }
    }
  }
  steps_from(kept_row, kept_column, tiles, height, width, distance, queue);
  for (let k4_ = 1, end4_ = height - 1; k4_ < end4_; k4_++) {
    row = k4_;
    for (let k3_ = 1, end3_ = width - 1; k3_ < end3_; k3_++) {
      column = k3_;
      if (at2(distance, row, column) === UNREACHABLE) {
        put2(tiles, row, column, WALL);
      }
    }
  }
  return largest;
}

/** A cave by cellular automaton, its largest connected part; returns whether it is large enough. */
function dig_cave(tiles, height, width, stream, spare, distance, queue) {
  let _, column, row, walls, x, y;
  fill_up(tiles, WALL);
  for (let k1_ = 1, end1_ = height - 1; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 1, end0_ = width - 1; k0_ < end0_; k0_++) {
      column = k0_;
      put2(tiles, row, column, below(stream, 1000) < CAVE_WALLS_PER_MILLE ? WALL : FLOOR);
    }
  }
  for (let k8_ = 0, end8_ = CAVE_ROUNDS; k8_ < end8_; k8_++) {
    _ = k8_;
    for (let k3_ = 0, end3_ = height; k3_ < end3_; k3_++) {
      row = k3_;
      for (let k2_ = 0, end2_ = width; k2_ < end2_; k2_++) {
        column = k2_;
        put2(spare, row, column, at2(tiles, row, column));
      }
    }
    for (let k7_ = 1, end7_ = height - 1; k7_ < end7_; k7_++) {
      row = k7_;
      for (let k6_ = 1, end6_ = width - 1; k6_ < end6_; k6_++) {
        column = k6_;
        walls = 0;
        for (let k5_ = row - 1, end5_ = row + 2; k5_ < end5_; k5_++) {
          y = k5_;
          for (let k4_ = column - 1, end4_ = column + 2; k4_ < end4_; k4_++) {
            x = k4_;
            walls = walls + (at2(spare, y, x) === WALL);
          }
        }
        put2(tiles, row, column, walls <= MOST_WALLS_AROUND ? FLOOR : WALL);
      }
    }
  }
  return _keep_largest(tiles, height, width, spare, distance, queue) * CHEAPEST_CAVE >= height * width;
}

/** Make floor of the rectangle between two opposite corners. */
function dig(tiles, row, column, to_row, to_column) {
  let x, y;
  for (let k1_ = Math.min(row, to_row), end1_ = Math.max(row, to_row) + 1; k1_ < end1_; k1_++) {
    y = k1_;
    for (let k0_ = Math.min(column, to_column), end0_ = Math.max(column, to_column) + 1; k0_ < end0_; k0_++) {
      x = k0_;
      put2(tiles, y, x, FLOOR);
    }
  }
}

/** A corridor with one bend, across first or down first. */
function dig_corridor(tiles, row, column, to_row, to_column, stream) {
  let bend_column, bend_row;
  bend_row = row;
  bend_column = to_column;
  if (below(stream, 2)) {
    bend_row = to_row;
    bend_column = column;
  }
  dig(tiles, row, column, bend_row, bend_column);
  dig(tiles, to_row, to_column, bend_row, bend_column);
}

/** Random rectangles, each joined to the one before it, and often the last to the first. */
function dig_rooms(tiles, height, width, count, stream) {
  let column, columns, first_column, first_row, k, last_column, last_row, left, row, rows, top;
  fill_up(tiles, WALL);
  first_row = 0;
  first_column = 0;
  last_row = 0;
  last_column = 0;
  for (let k0_ = 0, end0_ = count; k0_ < end0_; k0_++) {
    k = k0_;
    rows = Math.min(between(SMALLEST_ROOM, LARGEST_ROOM, stream), height - 2);
    columns = Math.min(between(SMALLEST_ROOM, LARGEST_ROOM, stream), width - 2);
    top = between(1, height - 1 - rows, stream);
    left = between(1, width - 1 - columns, stream);
    dig(tiles, top, left, top + rows - 1, left + columns - 1);
    row = top + Math.floor(rows / 2);
    column = left + Math.floor(columns / 2);
    if (k === 0) {
      first_row = row;
      first_column = column;
    } else {
      dig_corridor(tiles, last_row, last_column, row, column, stream);
    }
    last_row = row;
    last_column = column;
  }
  if (below(stream, 2)) {
    dig_corridor(tiles, last_row, last_column, first_row, first_column, stream);
  }
}

/** Whether two tiles in this direction, and all beside them but the tile itself, are wall. */
function _is_solid(tiles, height, width, row, column, down, right) {
  let c, corner, end_column, end_row, k, r, side;
  end_row = row + 2 * down;
  end_column = column + 2 * right;
  if (!(0 <= end_row && end_row < height && 0 <= end_column && end_column < width)) {
    return false;
  }
  for (let k1_ = 1, end1_ = 4; k1_ < end1_; k1_++) {
    k = k1_;
    for (let k0_ = -1, end0_ = 2; k0_ < end0_; k0_++) {
      side = k0_;
      r = row + k * down + side * right;
      c = column + k * right + side * down;
      corner = k === 3 && side !== 0;
      if (!corner && 0 <= r && r < height && 0 <= c && c < width && at2(tiles, r, c) !== WALL) {
        return false;
      }
    }
  }
  return true;
}

/** Cut a door of this colour and behind it a tile of what it guards into the wall beside some floor. */
function cut_niche(tiles, height, width, colour, what, stream, place) {
  let chosen, column, count, down, k, right, row, turn;
  chosen = -1;
  count = 0;
  for (let k5_ = 0, end5_ = 2; k5_ < end5_; k5_++) {
    turn = k5_;
    for (let k2_ = 1, end2_ = height - 1; k2_ < end2_; k2_++) {
      row = k2_;
      for (let k1_ = 1, end1_ = width - 1; k1_ < end1_; k1_++) {
        column = k1_;
        if (at2(tiles, row, column) !== FLOOR) {
          continue;
        }
        for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
          k = k0_;
          down = (k === 1) - (k === 0);
          right = (k === 3) - (k === 2);
          if (!_is_solid(tiles, height, width, row, column, down, right)) {
            continue;
          }
          if (turn === 1 && count === chosen) {
            put2(tiles, row + down, column + right, DOORS[colour]);
            put(place, 0, row + 2 * down);
            put(place, 1, column + 2 * right);
            put2(tiles, at(place, 0), at(place, 1), what);
            return true;
          }
          count = count + 1;
        }
      }
    }
    if (count === 0) {
      return false;
    }
    const new3_ = below(stream, count), new4_ = 0;
    chosen = new3_;
    count = new4_;
  }
  return false;
}

/** Put the spawn on random floor at least this many steps from the exit; returns whether there is some. */
function _put_spawn(tiles, height, width, least, goal, spawn, distance, queue, stream) {
  let chosen, column, first, reached, row;
  reached = steps_from(at(goal, 0), at(goal, 1), tiles, height, width, distance, queue);
  first = 0;
  while (first < reached) {
    row = at(queue, first) >> 8;
    column = at(queue, first) & 255;
    if (at2(distance, row, column) >= least && at2(tiles, row, column) === FLOOR) {
      break;
    }
    first = first + 1;
  }
  if (first === reached) {
    return false;
  }
  chosen = at(queue, first + below(stream, reached - first));
  put(spawn, 0, chosen >> 8);
  put(spawn, 1, chosen & 255);
  put2(tiles, at(spawn, 0), at(spawn, 1), SPAWN);
  return true;
}

/** A door colour that is not this one. */
function other_colour(colour, stream) {
  return modulo(colour + 1 + below(stream, COLOURS - 1), COLOURS);
}

/** Whether a monster starts on this tile, which is floor. */
function is_monster(tile) {
  return FIRST_MONSTER <= tile && tile < FIRST_MONSTER + MONSTER_KINDS;
}

/** Whether one walks over this tile and nothing happens. */
function is_free(tile) {
  return tile === FLOOR || tile === SPAWN || is_monster(tile);
}

/** Colour of a closed door's tile, -1 for any other tile. */
function colour_of_door(tile) {
  return at(_COLOUR_OF_DOOR, tile);
}

/** Whether the thing on this tile has two free tiles beside it; a door never has. */
function _keeps_free(tiles, row, column) {
  let free, k;
  if (colour_of_door(at2(tiles, row, column)) >= 0) {
    return false;
  }
  free = 0;
  for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
    k = k0_;
    free = free + is_free(at2(tiles, row + (k === 1) - (k === 0), column + (k === 3) - (k === 2)));
  }
  return free >= 2;
}

/** Whether a thing may lie on this tile of floor: nobody is then forced to step on it, or on another. */
function may_hold(tiles, row, column) {
  let beside, corner, down, free, k, links, next_down, next_right, right;
  if (at2(tiles, row, column) !== FLOOR) {
    return false;
  }
  free = 0;
  links = 0;
  for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
    k = k0_;
    down = (k === 0) - (k === 2);
    right = (k === 1) - (k === 3);
    beside = at2(tiles, row + down, column + right);
    if (!is_free(beside)) {
      if (beside !== WALL && !_keeps_free(tiles, row + down, column + right)) {
        return false;
      }
      continue;
    }
    free = free + 1;
    next_down = (k === 3) - (k === 1);
    next_right = (k === 0) - (k === 2);
    corner = at2(tiles, row + down + next_down, column + right + next_right);
    links = links + (is_free(corner) && is_free(at2(tiles, row + next_down, column + next_right)));
  }
  return free - links === 1 || links === 4;
}

/** Lay `count` things, tiles first..first + kinds - 1, where they may lie; returns whether all could. */
function scatter(tiles, height, width, first, kinds, count, stream) {
  let _, column, is_laid, row;
  for (let k1_ = 0, end1_ = count; k1_ < end1_; k1_++) {
    _ = k1_;
    is_laid = false;
    for (let k0_ = 0, end0_ = PICKS; k0_ < end0_; k0_++) {
      _ = k0_;
      row = between(1, height - 2, stream);
      column = between(1, width - 2, stream);
      if (may_hold(tiles, row, column)) {
        put2(tiles, row, column, first + below(stream, kinds));
        is_laid = true;
        break;
      }
    }
    if (!is_laid) {
      return false;
    }
  }
  return true;
}

/** Whether monsters walk over this tile. */
function is_patrolled(tile) {
  return at(_PATROLLED, tile);
}

function _can_patrol(tiles, row, column) {
  let across, ahead, behind, down, right;
  across = modulo(row + column, 2) === 0;
  down = !across;
  right = across;
  ahead = at2(tiles, row + down, column + right);
  behind = at2(tiles, row - down, column - right);
  return is_patrolled(ahead) || is_patrolled(behind);
}

/** Put monsters on floor that they can leave, away from the spawn; returns whether all found room. */
function scatter_monsters(tiles, height, width, spawn, first, kinds, count, stream) {
  let _, away, column, is_laid, row;
  for (let k1_ = 0, end1_ = count; k1_ < end1_; k1_++) {
    _ = k1_;
    is_laid = false;
    for (let k0_ = 0, end0_ = PICKS; k0_ < end0_; k0_++) {
      _ = k0_;
      row = between(1, height - 2, stream);
      column = between(1, width - 2, stream);
      away = Math.abs(row - at(spawn, 0)) + Math.abs(column - at(spawn, 1)) >= MONSTER_AWAY;
      if (away && at2(tiles, row, column) === FLOOR && _can_patrol(tiles, row, column)) {
        put2(tiles, row, column, first + below(stream, kinds));
        is_laid = true;
        break;
      }
    }
    if (!is_laid) {
      return false;
    }
  }
  return true;
}

function _lay_things(ranges, tiles, height, width, spawn, stream) {
  let count, first, kinds, row;
  for (const item0_ of _THINGS) {
    [first, kinds, row] = item0_;
    count = row < 0 ? 1 : between(at2(ranges, row, 0), at2(ranges, row, 1), stream);
    if (!scatter(tiles, height, width, first, kinds, count, stream)) {
      return false;
    }
  }
  count = between(at2(ranges, MONSTERS, 0), at2(ranges, MONSTERS, 1), stream);
  return scatter_monsters(tiles, height, width, spawn, FIRST_MONSTER, MONSTER_KINDS, count, stream);
}

/** Draw rooms or a cave with everything in it; returns whether all found room. */
function draw_map(ranges, settings, tiles, height, width, spawn, goal, distance, spare, queue, stream) {
  let _, colour;
  if (below(stream, 1000) < at(settings, CAVES_PER_MILLE)) {
    if (!dig_cave(tiles, height, width, stream, spare, distance, queue)) {
      return false;
    }
  } else {
    dig_rooms(tiles, height, width, between(at2(ranges, ROOMS, 0), at2(ranges, ROOMS, 1), stream), stream);
  }
  colour = below(stream, COLOURS);
  if (!cut_niche(tiles, height, width, colour, GOAL, stream, goal)) {
    return false;
  }
  if (!_put_spawn(tiles, height, width, at(settings, EXIT_DISTANCE), goal, spawn, distance, queue, stream)) {
    return false;
  }
  for (let k0_ = 0, end0_ = between(at2(ranges, VAULTS, 0), at2(ranges, VAULTS, 1), stream); k0_ < end0_; k0_++) {
    _ = k0_;
    if (!cut_niche(tiles, height, width, other_colour(colour, stream), CHEST, stream, part(queue, cut(0, 2)))) {
      return false;
    }
  }
  return _lay_things(ranges, tiles, height, width, spawn, stream);
}

class Layout extends Fields {
  constructor(tiles, size, spawn, goal, hidden) {
    super();
    this.tiles = tiles; this.size = size; this.spawn = spawn; this.goal = goal; this.hidden = hidden;
  }
}

class WaySearch extends Fields {
  constructor(distance, key_distance, passable, queue, ends) {
    super();
    this.distance = distance; this.key_distance = key_distance; this.passable = passable; this.queue = queue; this.ends = ends;
  }
}

/** Write the place of the exit's door into door [2]; returns its colour, -1 where there is none. */
function find_door(tiles, height, width, goal, door) {
  let column, k, row;
  for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
    k = k0_;
    row = at(goal, 0) + (k === 1) - (k === 0);
    column = at(goal, 1) + (k === 3) - (k === 2);
    if (0 <= row && row < height && 0 <= column && column < width && colour_of_door(at2(tiles, row, column)) >= 0) {
      put(door, 0, row);
      put(door, 1, column);
      return colour_of_door(at2(tiles, row, column));
    }
  }
  return -1;
}

/** Colour of a key's tile, -1 for any other tile. */
function colour_of_key(tile) {
  return at(_COLOUR_OF_KEY, tile);
}

/** Write the place of the key to doors of this colour into key [2]; returns whether there is one. */
function find_right_key(tiles, height, width, rules, colour, key) {
  let column, k, row;
  for (let k1_ = 0, end1_ = height; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = width; k0_ < end0_; k0_++) {
      column = k0_;
      k = colour_of_key(at2(tiles, row, column));
      if (k >= 0 && at(rules, KEY_OPENS + k) === colour) {
        put(key, 0, row);
        put(key, 1, column);
        return true;
      }
    }
  }
  return false;
}

/** Whether a way that takes care leads over this tile: it is free, or pays, or does no harm. */
function is_welcome(tile, rules) {
  if (is_free(tile) || tile === GOLD || tile === CHEST) {
    return true;
  }
  if (FIRST_POTION <= tile && tile < FIRST_POTION + POTION_COLOURS) {
    return at(rules, EFFECT_OF_POTION + tile - FIRST_POTION) !== HURT;
  }
  if (FIRST_SCROLL <= tile && tile < FIRST_SCROLL + SCROLL_COLOURS) {
    return at(rules, EFFECT_OF_SCROLL + tile - FIRST_SCROLL) === REVEAL;
  }
  return false;
}

/** Write into passable uint8 [H, W] where a way may lead; doors, keys and the exit are left out. */
function find_passable(tiles, height, width, rules, care, passable) {
  let column, row, shut, tile;
  for (let k1_ = 0, end1_ = height; k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = width; k0_ < end0_; k0_++) {
      column = k0_;
      tile = at2(tiles, row, column);
      if (care === CLEAN) {
        put2(passable, row, column, is_free(tile));
      } else if (care === CAREFUL) {
        put2(passable, row, column, is_welcome(tile, rules));
      } else {
        shut = tile === WALL || tile === GOAL || tile === HAZARD || colour_of_door(tile) >= 0;
        put2(passable, row, column, !shut && colour_of_key(tile) < 0);
      }
    }
  }
}

/** Fill `search`, a `WaySearch`; returns the steps of the whole way, or -1. */
function find_ways(tiles, height, width, spawn, goal, rules, care, search) {
  let colour, distance, door, first, key, key_distance, passable, queue, second;
  distance = search.distance;
  key_distance = search.key_distance;
  passable = search.passable;
  queue = search.queue;
  fill_up(distance, UNREACHABLE);
  fill_up(key_distance, UNREACHABLE);
  key = at(search.ends, 0);
  door = at(search.ends, 1);
  colour = find_door(tiles, height, width, goal, door);
  if (colour < 0 || !find_right_key(tiles, height, width, rules, colour, key)) {
    return -1;
  }
  find_passable(tiles, height, width, rules, care, passable);
  put2(passable, at(key, 0), at(key, 1), 1);
  steps_from(at(key, 0), at(key, 1), passable, height, width, key_distance, queue);
  put2(passable, at(door, 0), at(door, 1), 1);
  steps_from(at(goal, 0), at(goal, 1), passable, height, width, distance, queue);
  first = at2(key_distance, at(spawn, 0), at(spawn, 1));
  second = at2(distance, at(key, 0), at(key, 1));
  if (UNREACHABLE === first || UNREACHABLE === second) {
    return -1;
  }
  return first + second;
}

/** Write into front [2] the tile behind the door beside the exit at this row and column, seen from it; the exit itself where that is wall, as all is outside of the level. */
function find_front(board, pad, row, column, front) {
  let down, k, right;
  put(front, 0, row);
  put(front, 1, column);
  for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
    k = k0_;
    down = (k === 1) - (k === 0);
    right = (k === 3) - (k === 2);
    if (colour_of_door(at2(board, row + pad + down, column + pad + right)) >= 0) {
      if (at2(board, row + pad + 2 * down, column + pad + 2 * right) !== WALL) {
        put(front, 0, row + 2 * down);
        put(front, 1, column + 2 * right);
      }
    }
  }
}

/** Put level i of `levels`, a `Layout`, into world i, the hero on the spawn. */
function begin(i, pad, levels, limit, world) {
  let across, board, column, count, k, monsters, row, status, tile;
  board = world.board;
  monsters = world.monsters;
  status = world.status;
  put(board, i, WALL);
  assign(part(monsters, i, cut(), MONSTER_KIND), -1);
  count = 0;
  for (let k1_ = 0, end1_ = at2(levels.size, i, 0); k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = at2(levels.size, i, 1); k0_ < end0_; k0_++) {
      column = k0_;
      tile = at3(levels.tiles, i, row, column);
      if (is_monster(tile)) {
        if (count < monsters.shape[1]) {
          across = modulo(row + column, 2) === 0;
          put3(monsters, i, count, MONSTER_ROW, row);
          put3(monsters, i, count, MONSTER_COLUMN, column);
          put3(monsters, i, count, MONSTER_DOWN, !across);
          put3(monsters, i, count, MONSTER_RIGHT, across);
          put3(monsters, i, count, MONSTER_KIND, tile - FIRST_MONSTER);
          count = count + 1;
        }
        tile = FLOOR;
      }
      put3(board, i, row + pad, column + pad, tile);
    }
  }
  for (let k2_ = 0, end2_ = HIDDEN_SIZE; k2_ < end2_; k2_++) {
    k = k2_;
    put2(world.rules, i, k, at2(levels.hidden, i, k));
  }
  for (let k4_ = 0, end4_ = 2; k4_ < end4_; k4_++) {
    k = k4_;
    const value3_ = at2(levels.spawn, i, k);
    put2(world.hero, i, k, value3_);
    put2(world.places, i, SPAWN_AT + k, value3_);
    put2(world.places, i, EXIT_AT + k, at2(levels.goal, i, k));
  }
  find_front(at(board, i), pad, at2(levels.goal, i, 0), at2(levels.goal, i, 1), part(world.places, i, cut(FRONT_AT)));
  assign(part(status, i, cut()), 0);
  put2(status, i, HEALTH, FULL_HEALTH);
  put2(status, i, LIMIT, at(limit, i));
  assign(part(world.happened, i, cut()), 0);
}

/** The first direction that leads one step nearer, or -1. */
function direction_towards(distance, height, width, row, column) {
  let inside, k, x, y;
  for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
    k = k0_;
    y = row + (k === 1) - (k === 0);
    x = column + (k === 3) - (k === 2);
    inside = 0 <= y && y < height && 0 <= x && x < width;
    if (inside && at2(distance, y, x) < at2(distance, row, column)) {
      return k;
    }
  }
  return -1;
}

/** The action that moves in this direction. */
function action_of(rules, direction) {
  let action;
  for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
    action = k0_;
    if (at(rules, MOVE_OF + action) === direction) {
      return action;
    }
  }
  return 0;
}

/** A potion takes effect; returns the reward. */
function _drink(i, effect, status, happened) {
  if (effect === HURT) {
    put2(happened, i, OUTCOME, WAS_HURT);
    put2(status, i, HEALTH, at2(status, i, HEALTH) - 1);
    return HURT_REWARD;
  }
  if (effect === HASTE) {
    put2(happened, i, OUTCOME, HASTENED);
    put2(status, i, HASTE_LEFT, at2(status, i, HASTE_LEFT) + HASTE_STEPS);
    return 0;
  }
  if (effect === FORTUNE) {
    put2(happened, i, OUTCOME, GOT_FORTUNE);
    return FORTUNE_REWARD;
  }
  if (at2(status, i, HEALTH) === FULL_HEALTH) {
    put2(happened, i, OUTCOME, WAS_HEALTHY);
    return 0;
  }
  put2(happened, i, OUTCOME, HEALED);
  put2(status, i, HEALTH, at2(status, i, HEALTH) + 1);
  return HEAL_REWARD;
}

/** A scroll takes effect; what lies where it leads to is not used. */
function _read(i, effect, world) {
  let to;
  if (effect === REVEAL) {
    put2(world.happened, i, OUTCOME, SAW_THE_WAY);
    put2(world.status, i, COMPASS, 1);
    return;
  }
  to = effect === ONWARD ? FRONT_AT : SPAWN_AT;
  put2(world.happened, i, OUTCOME, effect === ONWARD ? WENT_ONWARD : WENT_HOME);
  const new0_ = at2(world.places, i, to), new1_ = at2(world.places, i, to + 1);
  put2(world.hero, i, 0, new0_);
  put2(world.hero, i, 1, new1_);
}

/** The hero uses the thing at board[i, y, x], which is gone then; the exit and traps stay. */
function _use(i, tile, y, x, world) {
  let happened, key, status;
  status = world.status;
  happened = world.happened;
  if (tile === GOAL) {
    put2(happened, i, OUTCOME, LEFT);
    put2(status, i, ENDED, ESCAPED);
    return EXIT_REWARD - CLOCK_PRICE * Math.min(1, at2(status, i, CLOCK) / at2(status, i, LIMIT));
  }
  if (tile === HAZARD) {
    put2(happened, i, OUTCOME, TRAPPED);
    put2(status, i, HEALTH, at2(status, i, HEALTH) - 1);
    return TRAP_REWARD;
  }
  put3(world.board, i, y, x, FLOOR);
  if (tile === GOLD || tile === CHEST) {
    put2(happened, i, OUTCOME, tile === GOLD ? GOT_GOLD : GOT_CHEST);
    return tile === GOLD ? GOLD_REWARD : CHEST_REWARD;
  }
  key = colour_of_key(tile);
  if (key >= 0) {
    put2(happened, i, OUTCOME, GOT_KEY);
    if (at2(status, i, IN_HAND) > 0) {
      put3(world.board, i, y, x, at(_KEYS, at2(status, i, IN_HAND) - 1));
    }
    put2(status, i, IN_HAND, key + 1);
    return 0;
  }
  if (tile < FIRST_SCROLL) {
    return _drink(i, at2(world.rules, i, EFFECT_OF_POTION + tile - FIRST_POTION), status, happened);
  }
  _read(i, at2(world.rules, i, EFFECT_OF_SCROLL + tile - FIRST_SCROLL), world);
  return 0;
}

/** Move the hero and let it use what it steps on; returns the reward. */
function _walk(i, direction, pad, world) {
  let board, column, door, hand, happened, hero, row, tile;
  board = world.board;
  hero = world.hero;
  happened = world.happened;
  row = at2(hero, i, 0) + (direction === 1) - (direction === 0);
  column = at2(hero, i, 1) + (direction === 3) - (direction === 2);
  tile = at3(board, i, row + pad, column + pad);
  if (tile === WALL) {
    return 0;
  }
  door = colour_of_door(tile);
  if (door >= 0) {
    put2(happened, i, THING, tile);
    hand = at2(world.status, i, IN_HAND);
    if (hand === 0 || at2(world.rules, i, KEY_OPENS + hand - 1) !== door) {
      put2(happened, i, OUTCOME, DID_NOT_FIT);
      return 0;
    }
    put2(happened, i, OUTCOME, OPENED);
    put3(board, i, row + pad, column + pad, FLOOR);
  }
  put2(hero, i, 0, row);
  put2(hero, i, 1, column);
  if (door >= 0 || tile === FLOOR || tile === SPAWN) {
    return 0;
  }
  put2(happened, i, THING, tile);
  return _use(i, tile, row + pad, column + pad, world);
}

/** Move monster m of world i one tile along its line; it turns round where it cannot go on. */
function patrol(i, m, pad, world) {
  let board, column, down, monsters, right, row;
  board = world.board;
  monsters = world.monsters;
  row = at3(monsters, i, m, MONSTER_ROW) + pad;
  column = at3(monsters, i, m, MONSTER_COLUMN) + pad;
  down = at3(monsters, i, m, MONSTER_DOWN);
  right = at3(monsters, i, m, MONSTER_RIGHT);
  if (!is_patrolled(at3(board, i, row + down, column + right))) {
    const new0_ = -down, new1_ = -right;
    down = new0_;
    right = new1_;
    put3(monsters, i, m, MONSTER_DOWN, down);
    put3(monsters, i, m, MONSTER_RIGHT, right);
    if (!is_patrolled(at3(board, i, row + down, column + right))) {
      return;
    }
  }
  put3(monsters, i, m, MONSTER_ROW, at3(monsters, i, m, MONSTER_ROW) + down);
  put3(monsters, i, m, MONSTER_COLUMN, at3(monsters, i, m, MONSTER_COLUMN) + right);
}

/** Move monster m; returns the reward of touching the hero, which came from the given tile. */
function _meet(i, m, from_row, from_column, pad, world) {
  let column, here, hero, kind, monsters, old_column, old_row, row, status, swapped;
  hero = world.hero;
  monsters = world.monsters;
  status = world.status;
  old_row = at3(monsters, i, m, MONSTER_ROW);
  old_column = at3(monsters, i, m, MONSTER_COLUMN);
  patrol(i, m, pad, world);
  row = at3(monsters, i, m, MONSTER_ROW);
  column = at3(monsters, i, m, MONSTER_COLUMN);
  here = row === at2(hero, i, 0) && column === at2(hero, i, 1);
  swapped = old_row === at2(hero, i, 0) && old_column === at2(hero, i, 1) && row === from_row && column === from_column;
  if (!(here || swapped)) {
    return 0;
  }
  kind = at3(monsters, i, m, MONSTER_KIND);
  put2(world.happened, i, MET, at2(world.happened, i, MET) | 1 << kind);
  if (at2(world.rules, i, HARMLESS + kind) || at2(status, i, HEALTH) === 0) {
    return 0;
  }
  put2(status, i, HEALTH, at2(status, i, HEALTH) - 1);
  return MONSTER_REWARD;
}

/** Play action 0..3 in world i and return its reward; nothing happens where the episode has ended. */
function advance(i, action, pad, world) {
  let from_column, from_row, hero, late, m, monsters, reward, status;
  status = world.status;
  hero = world.hero;
  monsters = world.monsters;
  assign(part(world.happened, i, cut()), 0);
  if (at2(status, i, ENDED) !== RUNNING) {
    return 0;
  }
  put2(status, i, STEPS, at2(status, i, STEPS) + 1);
  if (at2(status, i, HASTE_LEFT) > 0) {
    put2(status, i, HASTE_LEFT, at2(status, i, HASTE_LEFT) - 1);
  } else {
    put2(status, i, CLOCK, at2(status, i, CLOCK) + 1);
  }
  from_row = at2(hero, i, 0);
  from_column = at2(hero, i, 1);
  reward = _walk(i, at2(world.rules, i, MOVE_OF + action), pad, world);
  if (at2(status, i, ENDED) === RUNNING && at2(status, i, HEALTH) > 0) {
    for (let k0_ = 0, end0_ = monsters.shape[1]; k0_ < end0_; k0_++) {
      m = k0_;
      if (at3(monsters, i, m, MONSTER_KIND) < 0) {
        break;
      }
      reward = reward + _meet(i, m, from_row, from_column, pad, world);
    }
  }
  if (at2(status, i, HEALTH) === 0) {
    put2(status, i, ENDED, DIED);
    return reward + DEATH_REWARD;
  }
  late = at2(status, i, STEPS) >= STEPS_PER_CLOCK * at2(status, i, LIMIT);
  if (late && at2(status, i, ENDED) === RUNNING) {
    put2(status, i, ENDED, OUT_OF_TIME);
  }
  return reward;
}

/** Walk to the right key and on to the exit in world 0 (pad 1), whatever is in the way. */
function follow(height, width, distance, key_distance, actions, world) {
  let count, direction, field, has_key, hero, status;
  hero = world.hero;
  status = world.status;
  count = 0;
  has_key = false;
  while (at2(status, 0, ENDED) === RUNNING && count < actions.shape[0]) {
    has_key = has_key || at2(key_distance, at2(hero, 0, 0), at2(hero, 0, 1)) === 0;
    field = has_key ? distance : key_distance;
    direction = direction_towards(field, height, width, at2(hero, 0, 0), at2(hero, 0, 1));
    if (direction < 0) {
      break;
    }
    put(actions, count, action_of(at(world.rules, 0), direction));
    advance(0, at(actions, count), 1, world);
    count = count + 1;
  }
  return count;
}

/** Whether level 0 can be escaped under any rules: each key may be the right one, every monster harmful. */
function is_safe(levels, care, distance, key_distance, passable, queue, ends, actions, world) {
  let colour, goal, harmful, height, k, limit, right, rules, search, spawn, tiles, way, width;
  tiles = at(levels.tiles, 0);
  spawn = at(levels.spawn, 0);
  goal = at(levels.goal, 0);
  height = at2(levels.size, 0, 0);
  width = at2(levels.size, 0, 1);
  rules = zeros("uint8", [1, HIDDEN_SIZE]);
  for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
    k = k0_;
    put2(rules, 0, MOVE_OF + k, k);
  }
  search = new WaySearch(distance, key_distance, passable, queue, ends);
  harmful = new Layout(levels.tiles, levels.size, levels.spawn, levels.goal, rules);
  colour = find_door(tiles, height, width, goal, at(ends, 1));
  limit = full("int32", 1, _NEVER);
  for (let k2_ = 0, end2_ = COLOURS; k2_ < end2_; k2_++) {
    right = k2_;
    for (let k1_ = 0, end1_ = COLOURS; k1_ < end1_; k1_++) {
      k = k1_;
      put2(rules, 0, KEY_OPENS + k, modulo(colour + k - right + COLOURS, COLOURS));
    }
    way = find_ways(tiles, height, width, spawn, goal, at(rules, 0), care, search);
    if (way < 0) {
      return false;
    }
    begin(0, 1, harmful, limit, world);
    follow(height, width, distance, key_distance, actions, world);
    if (at2(world.status, 0, ENDED) !== ESCAPED) {
      return false;
    }
  }
  return true;
}

/** Make order [n] a random permutation of 0..n - 1 (Fisher and Yates 1938). */
function shuffle(order, stream) {
  let k, other;
  for (let k0_ = 0, end0_ = order.shape[0]; k0_ < end0_; k0_++) {
    k = k0_;
    other = below(stream, k + 1);
    put(order, k, at(order, other));
    put(order, other, k);
  }
}

/** Draw the hidden rules [17], each as likely as any other. */
function draw_rules(rules, shuffled_moves, stream) {
  let k;
  for (let k0_ = 0, end0_ = MONSTER_KINDS; k0_ < end0_; k0_++) {
    k = k0_;
    put(rules, HARMLESS + k, below(stream, 2));
  }
  shuffle(part(rules, cut(KEY_OPENS, MOVE_OF)), stream);
  for (let k1_ = 0, end1_ = 4; k1_ < end1_; k1_++) {
    k = k1_;
    put(rules, MOVE_OF + k, k);
  }
  if (shuffled_moves) {
    shuffle(part(rules, cut(MOVE_OF, EFFECT_OF_POTION)), stream);
  }
  shuffle(part(rules, cut(EFFECT_OF_POTION, EFFECT_OF_SCROLL)), stream);
  shuffle(part(rules, cut(EFFECT_OF_SCROLL)), stream);
}

/** `Level.content_hash` of a level whose tiles have this hash and that has these rules int64 [17]. */
function content_of(tiles_hash, rules) {
  let value;
  value = withNumbers(tiles_hash, _NAMES[0], part(rules, cut(HARMLESS, KEY_OPENS)));
  value = withNumbers(value, _NAMES[1], part(rules, cut(KEY_OPENS, MOVE_OF)));
  value = withNumbers(value, _NAMES[2], part(rules, cut(MOVE_OF, EFFECT_OF_POTION)));
  value = withNumbers(value, _NAMES[3], part(rules, cut(EFFECT_OF_POTION, EFFECT_OF_SCROLL)));
  return finished(withNumbers(value, _NAMES[4], part(rules, cut(EFFECT_OF_SCROLL))));
}

/** As `find_ways`, with as much care as the level allows, but for CLEAN. */
function find_careful_ways(tiles, height, width, spawn, goal, rules, search) {
  let care, way;
  for (const item0_ of [CAREFUL, BARE]) {
    care = item0_;
    way = find_ways(tiles, height, width, spawn, goal, rules, care, search);
    if (way >= 0) {
      return way;
    }
  }
  return -1;
}

/** Generate one level for each seed into its row; draw again until it lies in the split. */
function fill(ranges, settings, rows, seeds, split, tiles, size, spawn, goal, par_steps, distance, key_distance, hidden, seed, content) {
  let _, actions, attempt, ends, h, height, i, in_split, k, level, one, passable, queue, rules, search, spare, stream, tiles_hash, w, width, world;
  height = tiles.shape[1];
  width = tiles.shape[2];
  spare = zeros("uint8", [height, width]);
  passable = zeros("uint8", [height, width]);
  queue = zeros("int32", height * width + 1);
  actions = zeros("int32", 2 * height * width);
  ends = zeros("int32", [2, 2]);
  stream = zeros("uint64", 1);
  rules = zeros("int64", HIDDEN_SIZE);
  world = single_world(height, width);
  for (let k1_ = 0, end1_ = rows.shape[0]; k1_ < end1_; k1_++) {
    k = k1_;
    i = at(rows, k);
    attempt = 0;
    in_split = false;
    while (!in_split) {
      if (attempt === TRIES) {
        return k;
      }
      put(stream, 0, combine(uint64(at(seeds, k)), uint64(attempt)));
      attempt = attempt + 1;
      put2(size, i, 0, between(at2(ranges, HEIGHT, 0), at2(ranges, HEIGHT, 1), stream));
      put2(size, i, 1, between(at2(ranges, WIDTH, 0), at2(ranges, WIDTH, 1), stream));
      h = at2(size, i, 0);
      w = at2(size, i, 1);
      if (!draw_map(ranges, settings, at(tiles, i), h, w, at(spawn, i), at(goal, i), at(distance, i), spare, queue, stream)) {
        continue;
      }
      one = cut(i, i + 1);
      level = new Layout(at(tiles, one), at(size, one), at(spawn, one), at(goal, one), at(hidden, one));
      if (!is_safe(level, CLEAN, at(distance, i), at(key_distance, i), passable, queue, ends, actions, world)) {
        continue;
      }
      tiles_hash = hashOfTiles(at(tiles, i), h, w);
      for (let k0_ = 0, end0_ = RULE_TRIES; k0_ < end0_; k0_++) {
        _ = k0_;
        draw_rules(rules, at(settings, SHUFFLED_MOVES), stream);
        put(content, i, content_of(tiles_hash, rules));
        in_split = split < 0 || splitCodeOf(at(content, i)) === split;
        if (in_split) {
          break;
        }
      }
    }
    put(seed, i, at(seeds, k));
    assign(part(hidden, i, cut()), rules);
    search = new WaySearch(at(distance, i), at(key_distance, i), passable, queue, ends);
    put(par_steps, i, find_careful_ways(at(tiles, i), h, w, at(spawn, i), at(goal, i), at(hidden, i), search));
  }
  return -1;
}

/** Distances and the length of the way through key and door, -1 where there is none. */
function measure(tiles, size, spawn, goal, hidden, par_steps, distance, key_distance) {
  let ends, h, i, passable, queue, search, w;
  passable = zeros("uint8", tiles.shape.slice(1));
  queue = zeros("int32", tiles.shape[1] * tiles.shape[2] + 1);
  ends = zeros("int32", [2, 2]);
  for (let k0_ = 0, end0_ = tiles.shape[0]; k0_ < end0_; k0_++) {
    i = k0_;
    h = at2(size, i, 0);
    w = at2(size, i, 1);
    search = new WaySearch(at(distance, i), at(key_distance, i), passable, queue, ends);
    put(par_steps, i, find_careful_ways(at(tiles, i), h, w, at(spawn, i), at(goal, i), at(hidden, i), search));
  }
}

/** Return of playing actions[:count] in level 0. */
function replay(actions, count, levels, limit, world) {
  let t, total;
  begin(0, 1, levels, limit, world);
  total = 0;
  for (let k0_ = 0, end0_ = count; k0_ < end0_; k0_++) {
    t = k0_;
    total = total + advance(0, at(actions, t), 1, world);
  }
  return total;
}

class LegSearch extends Fields {
  constructor(patrols, came, here, directions) {
    super();
    this.patrols = patrols; this.came = came; this.here = here; this.directions = directions;
  }
}

/** Fill `patrols` with where the harmful monsters of world 0 are after 0, 1, 2 ... steps. */
function foresee(world, patrols) {
  let kind, m, monsters, t;
  monsters = world.monsters;
  assign(part(patrols, cut()), -1);
  for (let k1_ = 0, end1_ = patrols.shape[0]; k1_ < end1_; k1_++) {
    t = k1_;
    for (let k0_ = 0, end0_ = monsters.shape[1]; k0_ < end0_; k0_++) {
      m = k0_;
      kind = at3(monsters, 0, m, MONSTER_KIND);
      if (kind < 0) {
        break;
      }
      if (!at2(world.rules, 0, HARMLESS + kind)) {
        put3(patrols, t, m, 0, at3(monsters, 0, m, MONSTER_ROW));
        put3(patrols, t, m, 1, at3(monsters, 0, m, MONSTER_COLUMN));
      }
      patrol(0, m, 1, world);
    }
  }
}

/** The direction of the door beside a tile, -1 where there is none. */
function _door_beside(tiles, height, width, row, column) {
  let k, x, y;
  for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
    k = k0_;
    y = row + (k === 1) - (k === 0);
    x = column + (k === 3) - (k === 2);
    if (0 <= y && y < height && 0 <= x && x < width && colour_of_door(at2(tiles, y, x)) >= 0) {
      return k;
    }
  }
  return -1;
}

function _put(targets, worth, k, row, column, kind, value) {
  put2(targets, k, 0, row);
  put2(targets, k, 1, column);
  put2(targets, k, 2, row);
  put2(targets, k, 3, column);
  put2(targets, k, 4, kind);
  put(worth, k, value);
}

/** The right key, and where chests are locked, one other key with the chests that it opens. */
function _add_keys(tiles, height, width, rules, places, passable, targets, worth) {
  let colour, column, count, exit_column, exit_row, k, key, other, right, row, x, y;
  exit_row = at2(places, 0, EXIT_AT);
  exit_column = at2(places, 0, EXIT_AT + 1);
  k = _door_beside(tiles, height, width, exit_row, exit_column);
  y = exit_row + (k === 1) - (k === 0);
  x = exit_column + (k === 3) - (k === 2);
  right = colour_of_door(at2(tiles, y, x));
  other = -1;
  put2(passable, y, x, 1);
  count = 1;
  for (let k3_ = 0, end3_ = height; k3_ < end3_; k3_++) {
    row = k3_;
    for (let k2_ = 0, end2_ = width; k2_ < end2_; k2_++) {
      column = k2_;
      if (at2(tiles, row, column) !== CHEST) {
        continue;
      }
      k = _door_beside(tiles, height, width, row, column);
      if (k < 0 || count + 1 >= MOST_TARGETS) {
        continue;
      }
      y = row + (k === 1) - (k === 0);
      x = column + (k === 3) - (k === 2);
      colour = colour_of_door(at2(tiles, y, x));
      if (colour !== right && other < 0) {
        const new0_ = colour, new1_ = count + 1;
        other = new0_;
        count = new1_;
      }
      if (colour === other) {
        put2(passable, y, x, 1);
        _put(targets, worth, count, row, column, LOCKED_CHEST, CHEST_REWARD);
        count = count + 1;
      }
    }
  }
  for (let k5_ = 0, end5_ = height; k5_ < end5_; k5_++) {
    row = k5_;
    for (let k4_ = 0, end4_ = width; k4_ < end4_; k4_++) {
      column = k4_;
      key = colour_of_key(at2(tiles, row, column));
      if (key >= 0 && at(rules, KEY_OPENS + key) === right) {
        _put(targets, worth, 0, row, column, RIGHT_KEY, 0);
      } else if (key >= 0 && other >= 0 && at(rules, KEY_OPENS + key) === other) {
        _put(targets, worth, 1, row, column, OTHER_KEY, 0);
      }
    }
  }
  if (other >= 0) {
    put2(passable, at2(targets, 0, 0), at2(targets, 0, 1), 0);
  }
  return count;
}

function _has_effect(tile, rules, effect, is_scroll) {
  let potion, scroll;
  if (is_scroll) {
    scroll = FIRST_SCROLL <= tile && tile < FIRST_SCROLL + SCROLL_COLOURS;
    return scroll && at(rules, EFFECT_OF_SCROLL + tile - FIRST_SCROLL) === effect;
  }
  potion = FIRST_POTION <= tile && tile < FIRST_POTION + POTION_COLOURS;
  return potion && at(rules, EFFECT_OF_POTION + tile - FIRST_POTION) === effect;
}

/** List what is worth fetching, best kinds first; returns how many. Doors of chests become passable. */
function find_targets(tiles, height, width, places, rules, price, passable, targets, worth) {
  let column, count, effect, is_scroll, row, to, value;
  count = _add_keys(tiles, height, width, rules, places, passable, targets, worth);
  for (const item2_ of _EFFECTS) {
    [effect, is_scroll] = item2_;
    for (let k1_ = 0, end1_ = height; k1_ < end1_; k1_++) {
      row = k1_;
      for (let k0_ = 0, end0_ = width; k0_ < end0_; k0_++) {
        column = k0_;
        if (count < MOST_TARGETS && _has_effect(at2(tiles, row, column), rules, effect, is_scroll)) {
          value = FORTUNE_REWARD;
          to = -1;
          if (is_scroll) {
            value = 0;
            to = effect === ONWARD ? FRONT_AT : SPAWN_AT;
          } else if (effect === HASTE) {
            value = HASTE_STEPS * price;
          }
          _put(targets, worth, count, row, column, LOOSE, value);
          if (to >= 0) {
            put2(targets, count, 2, at2(places, 0, to));
            put2(targets, count, 3, at2(places, 0, to + 1));
          }
          count = count + 1;
        }
      }
    }
  }
  for (let k4_ = 0, end4_ = height; k4_ < end4_; k4_++) {
    row = k4_;
    for (let k3_ = 0, end3_ = width; k3_ < end3_; k3_++) {
      column = k3_;
      if (count < MOST_TARGETS && at2(tiles, row, column) === GOLD) {
        _put(targets, worth, count, row, column, LOOSE, GOLD_REWARD);
        count = count + 1;
      }
    }
  }
  return count;
}

/** Fill fields[:count] with the steps from every tile to each target. */
function measure_targets(height, width, passable, targets, count, fields, queue) {
  let k;
  for (let k0_ = 0, end0_ = count; k0_ < end0_; k0_++) {
    k = k0_;
    steps_from(at2(targets, k, 0), at2(targets, k, 1), passable, height, width, at(fields, k), queue);
  }
}

/** Steps from a tile, which need not be one that ways lead over. */
function steps_at(field, height, width, row, column) {
  let k, least, x, y;
  if (at2(field, row, column) !== UNREACHABLE) {
    return at2(field, row, column);
  }
  least = _FAR;
  for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
    k = k0_;
    y = row + (k === 1) - (k === 0);
    x = column + (k === 3) - (k === 2);
    if (0 <= y && y < height && 0 <= x && x < width && at2(field, y, x) !== UNREACHABLE) {
      least = Math.min(least, at2(field, y, x) + 1);
    }
  }
  return least;
}

/** Whether target k may come after those in the mask. */
function _is_allowed(mask, k, targets) {
  let has_other, has_right, kind;
  has_right = mask & 1;
  has_other = mask & 2;
  kind = at2(targets, k, 4);
  if (kind === OTHER_KEY) {
    return !has_right;
  }
  if (kind === LOCKED_CHEST) {
    return has_other && !has_right;
  }
  return true;
}

/** Fewest steps from `start` [2] over every set of targets, by the set and its last target. */
function order_all(height, width, start, targets, count, fields, exit_field, steps, before, to_exit) {
  let between, fresh, further, k, last, mask, other, so_far, source;
  between = zeros("int64", [count + 1, count]);
  for (let k1_ = 0, end1_ = count; k1_ < end1_; k1_++) {
    k = k1_;
    put2(between, count, k, steps_at(at(fields, k), height, width, at(start, 0), at(start, 1)));
    put(to_exit, k, steps_at(exit_field, height, width, at2(targets, k, 2), at2(targets, k, 3)));
    for (let k0_ = 0, end0_ = count; k0_ < end0_; k0_++) {
      other = k0_;
      put2(between, other, k, steps_at(at(fields, k), height, width, at2(targets, other, 2), at2(targets, other, 3)));
    }
  }
  fill_up(steps, _FAR);
  fill_up(before, -1);
  for (let k4_ = 0, end4_ = 1 << count; k4_ < end4_; k4_++) {
    mask = k4_;
    for (let k3_ = 0, end3_ = mask ? count : 1; k3_ < end3_; k3_++) {
      last = k3_;
      so_far = mask === 0 ? 0 : at2(steps, mask, last);
      if (so_far >= _FAR) {
        continue;
      }
      source = mask ? last : count;
      for (let k2_ = 0, end2_ = count; k2_ < end2_; k2_++) {
        k = k2_;
        further = so_far + at2(between, source, k);
        fresh = mask | 1 << k;
        if (fresh !== mask && further < at2(steps, fresh, k) && _is_allowed(mask, k, targets)) {
          put2(steps, fresh, k, further);
          put2(before, fresh, k, mask ? last : -1);
        }
      }
    }
  }
}

/** Write the targets of the best set in order; returns how many. */
function _read_back(mask, last, before, order) {
  let count, k, left, place;
  count = 0;
  k = last;
  left = mask;
  while (k >= 0) {
    count = count + 1;
    const new0_ = left & ~(1 << k), new1_ = at2(before, left, k);
    left = new0_;
    k = new1_;
  }
  place = count;
  k = last;
  left = mask;
  while (k >= 0) {
    place = place - 1;
    put(order, place, k);
    const new2_ = left & ~(1 << k), new3_ = at2(before, left, k);
    left = new2_;
    k = new3_;
  }
  return count;
}

/** Write the best targets into `order`, in order; returns how many, 0 where there is no way. */
function choose_order(price, worth, count, steps, before, to_exit, order) {
  let k, last, mask, top, top_last, top_mask, total, value;
  top = -1000000000;
  top_mask = 0;
  top_last = -1;
  for (let k2_ = 1, end2_ = 1 << count; k2_ < end2_; k2_ += 2) {
    mask = k2_;
    value = 0;
    for (let k0_ = 0, end0_ = count; k0_ < end0_; k0_++) {
      k = k0_;
      value = value + (mask >> k & 1 ? at(worth, k) : 0);
    }
    for (let k1_ = 0, end1_ = count; k1_ < end1_; k1_++) {
      last = k1_;
      total = value - price * (at2(steps, mask, last) + at(to_exit, last));
      if (at2(steps, mask, last) + at(to_exit, last) < _FAR && total > top) {
        top = total;
        top_mask = mask;
        top_last = last;
      }
    }
  }
  return _read_back(top_mask, top_last, before, order);
}

/** Whether a hero that goes from one tile to another in step t is touched. */
function is_touched(patrols, t, row, column, to_row, to_column) {
  let back, column_after, column_before, m, row_after, row_before;
  for (let k0_ = 0, end0_ = patrols.shape[1]; k0_ < end0_; k0_++) {
    m = k0_;
    row_before = at3(patrols, t, m, 0);
    column_before = at3(patrols, t, m, 1);
    row_after = at3(patrols, t + 1, m, 0);
    column_after = at3(patrols, t + 1, m, 1);
    if (row_after === to_row && column_after === to_column) {
      return true;
    }
    back = row_after === row && column_after === column;
    if (back && row_before === to_row && column_before === to_column) {
      return true;
    }
  }
  return false;
}

/** Search an untouched way from a tile to where `field` is 0, beginning in step `start_t`. */
function search_leg(height, width, board, passable, field, row, column, start_t, is_exit, search) {
  let came, count, here, k, late, longest, n, now, patrols, reached, s, then, to_x, to_y, x, y;
  patrols = search.patrols;
  came = search.came;
  here = search.here;
  longest = steps_at(field, height, width, row, column) + SLACK;
  longest = Math.min(longest, came.shape[0] - 1, patrols.shape[0] - 1 - start_t);
  fill_up(at(came, 0), _NOT);
  put3(came, 0, row, column, _START);
  put2(here, 0, 0, row * 256 + column);
  count = 1;
  for (let k2_ = 0, end2_ = longest; k2_ < end2_; k2_++) {
    s = k2_;
    now = modulo(s, 2);
    then = modulo(s + 1, 2);
    reached = 0;
    fill_up(at(came, s + 1), _NOT);
    for (let k1_ = 0, end1_ = count; k1_ < end1_; k1_++) {
      n = k1_;
      y = at2(here, now, n) >> 8;
      x = at2(here, now, n) & 255;
      for (let k0_ = 0, end0_ = 4; k0_ < end0_; k0_++) {
        k = k0_;
        to_y = y + (k === 1) - (k === 0);
        to_x = x + (k === 3) - (k === 2);
        if (at3(board, 0, to_y + 1, to_x + 1) === WALL) {
          to_y = y;
          to_x = x;
        } else if (at2(field, to_y, to_x) === 0) {
          if (is_exit || !is_touched(patrols, start_t + s, y, x, to_y, to_x)) {
            put3(came, s + 1, to_y, to_x, k);
            return s + 1;
          }
          continue;
        } else if (!at2(passable, to_y, to_x)) {
          continue;
        }
        late = s + 1 + steps_at(field, height, width, to_y, to_x) > longest;
        if (late || at3(came, s + 1, to_y, to_x) !== _NOT) {
          continue;
        }
        if (!is_touched(patrols, start_t + s, y, x, to_y, to_x)) {
          put3(came, s + 1, to_y, to_x, k);
          put2(here, then, reached, to_y * 256 + to_x);
          reached = reached + 1;
        }
      }
    }
    count = reached;
    if (count === 0) {
      return -1;
    }
  }
  return -1;
}

function _is_wall_towards(board, row, column, k) {
  return at3(board, 0, row + 1 + (k === 1) - (k === 0), column + 1 + (k === 3) - (k === 2)) === WALL;
}

/** Write the directions of a way that `search_leg` found to this tile. */
function walk_back(row, column, steps, board, came, directions) {
  let k, s, stayed, x, y;
  for (let k0_ = steps, end0_ = 0; k0_ > end0_; k0_ += -1) {
    s = k0_;
    k = at3(came, s, row, column);
    put(directions, s - 1, k);
    y = row - (k === 1) + (k === 0);
    x = column - (k === 3) + (k === 2);
    stayed = at3(came, s - 1, row, column) !== _NOT && _is_wall_towards(board, row, column, k);
    if (!stayed) {
      row = y;
      column = x;
    }
  }
}

function _leads_to(hero, direction, target) {
  let column, row;
  row = at2(hero, 0, 0) + (direction === 1) - (direction === 0);
  column = at2(hero, 0, 1) + (direction === 3) - (direction === 2);
  return row === at(target, 0) && column === at(target, 1);
}

/** Walk to a target in world 0 (pad 1), untouched where possible; returns the number of actions now. */
function walk_leg(height, width, passable, field, target, is_exit, search, actions, count, world) {
  let arrives, board, column, direction, hero, row, s, status, steps, total;
  board = world.board;
  hero = world.hero;
  status = world.status;
  row = at2(hero, 0, 0);
  column = at2(hero, 0, 1);
  total = 0;
  if (at2(field, row, column) === 0) {
    return [count, total];
  }
  steps = search_leg(height, width, board, passable, field, row, column, at2(status, 0, STEPS), is_exit, search);
  if (steps >= 0) {
    walk_back(at(target, 0), at(target, 1), steps, board, search.came, search.directions);
  }
  for (let k0_ = 0, end0_ = steps >= 0 ? steps : height * width; k0_ < end0_; k0_++) {
    s = k0_;
    direction = at(search.directions, s);
    if (steps < 0) {
      direction = direction_towards(field, height, width, at2(hero, 0, 0), at2(hero, 0, 1));
    }
    if (direction < 0 || count === actions.shape[0] || at2(status, 0, ENDED) !== RUNNING) {
      break;
    }
    arrives = _leads_to(hero, direction, target);
    put(actions, count, action_of(at(world.rules, 0), direction));
    total = total + advance(0, at(actions, count), 1, world);
    count = count + 1;
    if (arrives) {
      break;
    }
  }
  return [count, total];
}

/** Fetch the targets in order and leave; returns how many actions that took, and the return. */
function walk_order(height, width, order, chosen, targets, fields, exit_field, passable, search, actions, world) {
  let count, field, is_exit, k, reward, target, total;
  count = 0;
  total = 0;
  for (let k0_ = 0, end0_ = chosen + 1; k0_ < end0_; k0_++) {
    k = k0_;
    is_exit = k === chosen;
    target = is_exit ? part(world.places, 0, cut(EXIT_AT)) : at(targets, at(order, k));
    field = is_exit ? exit_field : at(fields, at(order, k));
    [count, reward] = walk_leg(height, width, passable, field, target, is_exit, search, actions, count, world);
    total = total + reward;
    if (at2(world.status, 0, ENDED) !== RUNNING) {
      break;
    }
  }
  return [count, total];
}

/** Plan level 0 of `levels`, a `Layout`, into best [T]; returns how many actions, and the return. */
function plan_one(levels, limit, distance, key_distance, world, best) {
  let actions, before, came, chosen, count, ends, exit_field, factor, fields, foreseen, goal, height, here, hidden, legs, listed, longest, order, passable, patrols, played, price, queue, search, spawn, steps, t, targets, tiles, to_exit, top, total, width, worth;
  tiles = at(levels.tiles, 0);
  spawn = at(levels.spawn, 0);
  goal = at(levels.goal, 0);
  hidden = at(levels.hidden, 0);
  height = at2(levels.size, 0, 0);
  width = at2(levels.size, 0, 1);
  begin(0, 1, levels, limit, world);
  count = follow(height, width, at(distance, 0), at(key_distance, 0), best, world);
  top = replay(best, count, levels, limit, world);
  passable = zeros("uint8", [height, width]);
  queue = zeros("int32", height * width + 1);
  targets = zeros("int32", [MOST_TARGETS, 5]);
  worth = zeros("float64", MOST_TARGETS);
  fields = zeros("uint16", [MOST_TARGETS, height, width]);
  order = zeros("int64", MOST_TARGETS);
  exit_field = zeros("uint16", [height, width]);
  actions = zerosLike(best);
  ends = zeros("int32", [2, 2]);
  longest = Math.min(height * width, Math.floor(LEG_BYTES / (height * width)));
  came = zeros("int8", [longest + 2, height, width]);
  here = zeros("int32", [2, height * width]);
  foreseen = Math.min(best.shape[0], MOST_FORESEEN);
  patrols = zeros("int16", [foreseen + 2, world.monsters.shape[1], 2]);
  legs = new LegSearch(patrols, came, here, zeros("int64", height * width + 2));
  price = CLOCK_PRICE / at(limit, 0);
  begin(0, 1, levels, limit, world);
  foresee(world, patrols);
  search = new WaySearch(exit_field, at(fields, 0), passable, queue, ends);
  find_careful_ways(tiles, height, width, spawn, goal, hidden, search);
  listed = find_targets(tiles, height, width, world.places, hidden, price, passable, targets, worth);
  measure_targets(height, width, passable, targets, listed, fields, queue);
  steps_from(at(goal, 0), at(goal, 1), passable, height, width, exit_field, queue);
  steps = zeros("int64", [1 << listed, listed]);
  before = zeros("int64", [1 << listed, listed]);
  to_exit = zeros("int64", listed);
  order_all(height, width, spawn, targets, listed, fields, exit_field, steps, before, to_exit);
  for (const item1_ of PRICES) {
    factor = item1_;
    chosen = choose_order(factor * price, worth, listed, steps, before, to_exit, order);
    if (chosen === 0) {
      continue;
    }
    begin(0, 1, levels, limit, world);
    [played, total] = walk_order(height, width, order, chosen, targets, fields, exit_field, passable, legs, actions, world);
    if (total > top) {
      top = total;
      count = played;
      for (let k0_ = 0, end0_ = played; k0_ < end0_; k0_++) {
        t = k0_;
        put(best, t, at(actions, t));
      }
    }
  }
  return [count, top];
}

class Ways extends Fields {
  constructor(size, to_exit, to_key, key_at, lock, noted) {
    super();
    this.size = size; this.to_exit = to_exit; this.to_key = to_key; this.key_at = key_at; this.lock = lock; this.noted = noted;
  }
}

/** Write the place of the exit's door, and the colour of the key that opens it. */
function find_lock(i, pad, world, lock) {
  let column, door, k, key, row, x, y;
  put(lock, i, 0);
  row = at2(world.places, i, EXIT_AT);
  column = at2(world.places, i, EXIT_AT + 1);
  for (let k1_ = 0, end1_ = 4; k1_ < end1_; k1_++) {
    k = k1_;
    y = row + (k === 1) - (k === 0);
    x = column + (k === 3) - (k === 2);
    door = colour_of_door(at3(world.board, i, y + pad, x + pad));
    for (let k0_ = 0, end0_ = COLOURS; k0_ < end0_; k0_++) {
      key = k0_;
      if (door >= 0 && at2(world.rules, i, KEY_OPENS + key) === door) {
        put2(lock, i, 0, y);
        put2(lock, i, 1, x);
        put2(lock, i, 2, key);
      }
    }
  }
}

/** Write the place of the right key. */
function find_key(i, pad, board, ways) {
  let column, row;
  put(ways.key_at, i, -1);
  for (let k1_ = 0, end1_ = at2(ways.size, i, 0); k1_ < end1_; k1_++) {
    row = k1_;
    for (let k0_ = 0, end0_ = at2(ways.size, i, 1); k0_ < end0_; k0_++) {
      column = k0_;
      if (at3(board, i, row + pad, column + pad) === at(dungeon_KEYS, at2(ways.lock, i, 2))) {
        put2(ways.key_at, i, 0, row);
        put2(ways.key_at, i, 1, column);
      }
    }
  }
}

/** Put level i of `levels`, the fields of a `Layout`, into world i where the mask holds. */
function reset(mask, pad, levels, limit, distance, key_distance, world, ways, alive) {
  let column, height, i, row, width;
  const new0_ = new Layout(...levels), new1_ = new World(...world), new2_ = new Ways(...ways);
  levels = new0_;
  world = new1_;
  ways = new2_;
  height = distance.shape[1];
  width = distance.shape[2];
  for (let k5_ = 0, end5_ = mask.shape[0]; k5_ < end5_; k5_++) {
    i = k5_;
    if (!at(mask, i)) {
      continue;
    }
    begin(i, pad, levels, limit, world);
    put2(ways.size, i, 0, at2(levels.size, i, 0));
    put2(ways.size, i, 1, at2(levels.size, i, 1));
    for (let k4_ = 0, end4_ = height; k4_ < end4_; k4_++) {
      row = k4_;
      for (let k3_ = 0, end3_ = width; k3_ < end3_; k3_++) {
        column = k3_;
        put3(ways.to_exit, i, row, column, at3(distance, i, row, column));
        put3(ways.to_key, i, row, column, at3(key_distance, i, row, column));
      }
    }
    find_lock(i, pad, world, ways.lock);
    find_key(i, pad, world.board, ways);
    put(ways.noted, i, -1);
    put2(alive, i, 0, true);
  }
}

class SearchArrays extends Fields {
  constructor(passable, queue) {
    super();
    this.passable = passable; this.queue = queue;
  }
}

/** Whether the ways do not lead on from where the hero stands. */
function is_astray(i, hero, ways) {
  let column, no_key, row;
  row = at2(hero, i, 0);
  column = at2(hero, i, 1);
  no_key = at2(ways.key_at, i, 0) >= 0 && at3(ways.to_key, i, row, column) === UNREACHABLE;
  return no_key || at3(ways.to_exit, i, row, column) === UNREACHABLE;
}

/** Write the steps to exit and right key as things lie now, on ways that take care, else on any. */
function dungeon_find_ways(i, pad, world, ways, search) {
  let care, column, height, hero, key_at, lock, passable, queue, row, tiles, to_exit, to_key, width;
  hero = world.hero;
  key_at = ways.key_at;
  lock = ways.lock;
  to_exit = ways.to_exit;
  to_key = ways.to_key;
  height = at2(ways.size, i, 0);
  width = at2(ways.size, i, 1);
  tiles = part(world.board, i, cut(pad, pad + height), cut(pad, pad + width));
  passable = search.passable;
  queue = search.queue;
  find_key(i, pad, world.board, ways);
  for (const item0_ of [CAREFUL, BARE]) {
    care = item0_;
    find_passable(tiles, height, width, at(world.rules, i), care, passable);
    put2(passable, at2(hero, i, 0), at2(hero, i, 1), 1);
    assign(part(to_key, i, cut(0, height), cut(0, width)), UNREACHABLE);
    if (at2(key_at, i, 0) >= 0) {
      put2(passable, at2(key_at, i, 0), at2(key_at, i, 1), 1);
      steps_from(at2(key_at, i, 0), at2(key_at, i, 1), passable, height, width, at(to_key, i), queue);
    }
    put2(passable, at2(lock, i, 0), at2(lock, i, 1), 1);
    row = at2(world.places, i, EXIT_AT);
    column = at2(world.places, i, EXIT_AT + 1);
    steps_from(row, column, passable, height, width, at(to_exit, i), queue);
    if (!is_astray(i, hero, ways)) {
      return;
    }
  }
}

/** Play one action in every world. Returns the first game with a bad action, or -1. */
function step(actions, pad, world, ways, search, reward, terminated, truncated, success, alive) {
  let ended, happened, i, status, ways_changed;
  const new0_ = new World(...world), new1_ = new Ways(...ways), new2_ = new SearchArrays(...search);
  world = new0_;
  ways = new1_;
  search = new2_;
  status = world.status;
  happened = world.happened;
  for (let k3_ = 0, end3_ = status.shape[0]; k3_ < end3_; k3_++) {
    i = k3_;
    if (at3(actions, i, 0, 0) < 0 || at3(actions, i, 0, 0) > 3) {
      return i;
    }
  }
  for (let k4_ = 0, end4_ = status.shape[0]; k4_ < end4_; k4_++) {
    i = k4_;
    put2(reward, i, 0, 0);
    if (at2(status, i, ENDED) === RUNNING) {
      put2(reward, i, 0, advance(i, at3(actions, i, 0, 0), pad, world));
      ways_changed = at2(happened, i, OUTCOME) === GOT_KEY || at2(happened, i, OUTCOME) === OPENED;
      if (ways_changed || is_astray(i, world.hero, ways)) {
        dungeon_find_ways(i, pad, world, ways, search);
      }
    }
    ended = at2(status, i, ENDED);
    put2(truncated, i, 0, ended === OUT_OF_TIME);
    put2(terminated, i, 0, ended === ESCAPED || ended === DIED);
    put2(success, i, 0, ended === ESCAPED);
    put2(alive, i, 0, ended === RUNNING);
  }
  return -1;
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

/** Bring noted [8] up to date with the tiles of a view whose corner is at top and left. */
function note(view, top, left, noted) {
  let colour, landmark, marked, side, x, y;
  side = view.shape[0];
  for (let k1_ = 0, end1_ = COLOURS; k1_ < end1_; k1_++) {
    colour = k1_;
    y = at(noted, 2 * colour) - top;
    x = at(noted, 2 * colour + 1) - left;
    if (0 <= y && y < side && 0 <= x && x < side && at2(view, y, x) !== at(dungeon_KEYS, colour)) {
      const value0_ = -1;
      put(noted, 2 * colour, value0_);
      put(noted, 2 * colour + 1, value0_);
    }
  }
  for (let k3_ = 0, end3_ = side; k3_ < end3_; k3_++) {
    y = k3_;
    marked = (1 << side) - 1;
    if (marked === 0) {
      continue;
    }
    for (let k2_ = 0, end2_ = side; k2_ < end2_; k2_++) {
      x = k2_;
      if (marked >> x & 1) {
        landmark = at2(view, y, x) === GOAL ? COLOURS : colour_of_key(at2(view, y, x));
        if (landmark >= 0) {
          put(noted, 2 * landmark, top + y);
          put(noted, 2 * landmark + 1, left + x);
        }
      }
    }
  }
}

/** The thing that was used or bumped into; without one, the first kind of monster touched. */
function _touched(happened) {
  let kind;
  if (at(happened, THING) > 0 || at(happened, MET) === 0) {
    return at(happened, THING);
  }
  kind = 0;
  while (!(at(happened, MET) >> kind & 1)) {
    kind = kind + 1;
  }
  return FIRST_MONSTER + kind;
}

function _offset(away, known) {
  return known ? Math.min(Math.max(away, -OFFSET_REACH), OFFSET_REACH) + OFFSET_REACH : UNKNOWN;
}

/** Write the observation of every game where the mask holds. */
function observe(mask, world, ways, view, place, condition, touched, landmarks, shown_rules, key_offset) {
  let column, down, haste, hero, i, k, key_at, m, monsters, noted, places, reach, revealed, right, row, side, status, x, y;
  const new0_ = new World(...world), new1_ = new Ways(...ways);
  world = new0_;
  ways = new1_;
  places = world.places;
  hero = world.hero;
  status = world.status;
  monsters = world.monsters;
  key_at = ways.key_at;
  noted = ways.noted;
  side = view.shape[2];
  revealed = shown_rules.shape[0] > 0;
  reach = Math.floor((side - 1) / 2);
  for (let k6_ = 0, end6_ = mask.shape[0]; k6_ < end6_; k6_++) {
    i = k6_;
    if (!at(mask, i)) {
      continue;
    }
    row = at2(hero, i, 0);
    column = at2(hero, i, 1);
    copy_view(i, world.board, row, column, view);
    note(at2(view, i, 0), row - reach, column - reach, at(noted, i));
    for (let k2_ = 0, end2_ = monsters.shape[1]; k2_ < end2_; k2_++) {
      m = k2_;
      if (at3(monsters, i, m, MONSTER_KIND) < 0) {
        break;
      }
      y = at3(monsters, i, m, MONSTER_ROW) - row + reach;
      x = at3(monsters, i, m, MONSTER_COLUMN) - column + reach;
      if (0 <= y && y < side && 0 <= x && x < side) {
        put4(view, i, 0, y, x, FIRST_MONSTER + at3(monsters, i, m, MONSTER_KIND));
      }
    }
    down = row - at2(places, i, SPAWN_AT);
    right = column - at2(places, i, SPAWN_AT + 1);
    put3(place, i, 0, 0, modulo(down, FIRST_MODULUS) * FIRST_MODULUS + modulo(right, FIRST_MODULUS));
    put3(place, i, 0, 1, modulo(down, SECOND_MODULUS) * SECOND_MODULUS + modulo(right, SECOND_MODULUS));
    put3(condition, i, 0, 0, at2(status, i, HEALTH));
    put3(condition, i, 0, 1, at2(status, i, IN_HAND));
    haste = Math.floor((at2(status, i, HASTE_LEFT) + HASTE_BUCKET - 1) / HASTE_BUCKET);
    put3(condition, i, 0, 2, Math.min(haste, STATUS_CODES - 1));
    put3(condition, i, 0, 3, at2(status, i, COMPASS));
    put3(touched, i, 0, 0, _touched(at(world.happened, i)));
    if (revealed || at2(status, i, COMPASS) > 0) {
      put2(noted, i, 2 * COLOURS, at2(places, i, EXIT_AT));
      put2(noted, i, 2 * COLOURS + 1, at2(places, i, EXIT_AT + 1));
    }
    for (let k3_ = 0, end3_ = 2 * LANDMARKS; k3_ < end3_; k3_++) {
      k = k3_;
      put3(landmarks, i, 0, k, _offset(at2(noted, i, k) - at2(hero, i, modulo(k, 2)), at2(noted, i, k) >= 0));
    }
    if (revealed) {
      for (let k4_ = 0, end4_ = HIDDEN_SIZE; k4_ < end4_; k4_++) {
        k = k4_;
        put3(shown_rules, i, 0, k, at2(world.rules, i, k));
      }
      for (let k5_ = 0, end5_ = 2; k5_ < end5_; k5_++) {
        k = k5_;
        put3(key_offset, i, 0, k, _offset(at2(key_at, i, k) - at2(hero, i, k), at2(key_at, i, 0) >= 0));
      }
    }
  }
}

export { fill, measure, draw_rules as drawRules, is_safe as isSafe, may_hold as mayHold, is_free as isFree, plan_one as planOne, single_world as singleWorld, Layout, reset, step, observe };
