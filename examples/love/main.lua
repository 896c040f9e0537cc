-- A guard that learns which exit you make for, beside gamemeta.lua and agent.bin of an export: love . [SEED]

local gamemeta = require "gamemeta"

local MAP = ("#"):rep(22) -- two walls all around
  .. "##1.....2##"
  .. "##.#...#.##"
  .. "##.......##"
  .. "##...D...##"
  .. "##.......##"
  .. "##.#...#.##"
  .. "##3.....4##"
  .. ("#"):rep(22)
local WIDE, START, DEN, EXITS = 11, 27, 60, { 24, 30, 90, 96 } -- places are numbers of tiles, from 0
local OPENS, LIMIT, TILE = 6, 30, 72
local STEPS = { up = -WIDE, down = WIDE, left = -1, right = 1, wait = 0 }
local MOVES = { [0] = "up", "down", "left", "right", "wait" } -- the guard's choices
local KEYS = { w = "up", s = "down", a = "left", d = "right", space = "wait" }
local CODES = { ["."] = 0, ["#"] = 1, ["1"] = 2, ["2"] = 3, ["3"] = 4, ["4"] = 5, D = 6 }
local PLAYER_SEEN = 8
local DOORS = { { 0.38, 0.78, 0.38 }, { 0.35, 0.55, 0.9 }, { 0.86, 0.35, 0.35 }, { 0.67, 0.43, 0.86 } }
local g, large, small = love.graphics, nil, nil
local agent, mind, reward, done, guard, player, turns, winner
local matches, wins, note = 0, 0, ""

local function tile(place)
  return MAP:sub(place + 1, place + 1)
end

local function row_and_column(place)
  return math.floor(place / WIDE), place % WIDE
end

-- Where a step leads: nowhere, if a wall or the den is there.
local function walked(place, move)
  local to = place + STEPS[move]
  return (tile(to) == "#" or tile(to) == "D") and place or to
end

local function begin_match()
  guard, player, turns, winner = START, DEN, 0, nil
end

-- Five tiles by five around the guard, how far exits and player are, and how the match ended.
local function seen()
  local outcome = winner and (tonumber(tile(player)) or 5) or 0
  local obs = { view = {}, exits = {}, runner = {}, time = { turns }, outcome = { outcome } }
  for k = 0, 24 do
    local at = guard + (math.floor(k / 5) - 2) * WIDE + k % 5 - 2
    obs.view[k + 1] = at == player and PLAYER_SEEN or CODES[tile(at)]
  end
  local row, column = row_and_column(guard)
  local function away(place, list)
    local y, x = row_and_column(place)
    table.insert(list, y - row + 16)
    table.insert(list, x - column + 16)
  end
  for _, exit in ipairs(EXITS) do
    away(exit, obs.exits)
  end
  away(player, obs.runner)
  return obs
end

-- What the guard does next; the act tells it what its last step led to, too.
local function decision()
  local action = mind:act(seen(), reward, done)
  reward, done = 0, false
  return MOVES[action]
end

-- The score, who won, and what the guard has learned: into a second file first, so that one of both is whole.
local function keep()
  local data = ("%d %d %d\n"):format(matches, wins, reward) .. mind:memory()
  local good = love.filesystem.write("guard.new", data) and love.filesystem.write("guard.save", data)
  note = good and "" or "It could not be saved."
end

-- Goes on from a save game. A file that is none of this guard is kept under another name.
local function resume(name)
  local data = love.filesystem.read(name) or ""
  local m, w, won, memory = data:match("^(%d+) (%d+) ([01])\n(.*)$")
  local kept = memory and agent:resume(memory)
  if kept and kept.n == 1 and tonumber(won) <= tonumber(w) and tonumber(w) <= tonumber(m) then
    mind, matches, wins, reward, done, note = kept, tonumber(m), tonumber(w), tonumber(won), true, ""
    return true
  elseif data ~= "" then
    love.filesystem.write(name .. ".old", data)
    note = "The guard begins anew: " .. name .. ".old was no save game of it."
  end
end

function love.load(words)
  large, small = g.newFont(24), g.newFont(15)
  agent = assert(gamemeta.load(love.filesystem.read("agent.bin") or ""))
  mind, reward, done = agent:begin(1, tonumber(words[1]) or os.time()), 0, false
  local _ = resume("guard.save") or resume("guard.new")
  begin_match()
end

-- The guard decides on what it sees, then it takes a step and the player two.
local function turn(move)
  guard = walked(guard, decision())
  turns = turns + 1
  for _ = 1, turns > OPENS and 2 or 0 do
    if not winner and guard ~= player then
      player = walked(player, move)
    end
    winner = tonumber(tile(player)) and "player" or winner
    winner = guard == player and "guard" or winner
  end
  if winner then
    decision() -- it sees how the match ended
  elseif turns < LIMIT then
    return
  end
  winner = winner or "guard"
  reward, done = winner == "guard" and 1 or 0, true -- for the next act
  matches, wins = matches + 1, wins + reward
  keep()
end

function love.keypressed(key)
  local move = KEYS[key] or key
  if STEPS[move] and not winner then
    turn(move)
  elseif (key == "return" or key == "kpenter") and winner then
    begin_match()
  elseif key == "n" then
    mind:forget() -- another player, of whom it knows nothing
    local _ = love.filesystem.remove("guard.save"), love.filesystem.remove("guard.new")
    matches, wins, note = 0, 0, ""
    begin_match()
  elseif key == "escape" then
    love.event.quit()
  end
end

local function draw_tile(place)
  local what, row, column = tile(place), row_and_column(place)
  local x, y = column * TILE - TILE, row * TILE - TILE
  g.setColor(what == "#" and { 0.27, 0.28, 0.45 } or { 0.78, 0.72, 0.6 })
  g.rectangle("fill", x + 2, y + 2, TILE - 4, TILE - 4, what == "#" and 8 or 2)
  if what == "D" then
    g.setColor(0.47, 0.39, 0.31)
    g.setLineWidth(6)
    g.circle(turns < OPENS and "line" or "fill", x + TILE / 2, y + TILE / 2, 32)
  elseif tonumber(what) then
    g.setColor(DOORS[tonumber(what)])
    g.rectangle("fill", x + 8, y + 5, TILE - 16, TILE - 10, 22)
    g.setColor(1, 1, 1)
    g.printf(what, large, x, y + 22, TILE, "center")
  end
end

local function draw_figure(place, aside, ...)
  local row, column = row_and_column(place)
  local x, y = (column - 0.5) * TILE + aside, (row - 0.5) * TILE
  g.setColor(...)
  g.circle("fill", x, y, 22)
  for eye = -8, 8, 16 do
    g.setColor(1, 1, 1)
    g.circle("fill", x + eye, y - 4, 6)
    g.setColor(0, 0, 0)
    g.circle("fill", x + eye, y - 3, 3)
  end
end

local function status()
  if winner then
    local lost = guard == player and "Caught!" or "Too slow!"
    return (winner == "player" and "Out by " .. tile(player) .. "!" or lost) .. " Enter: next match."
  elseif turns < OPENS then
    return ("The den opens in %d. You are the orange one."):format(OPENS - turns)
  end
  return ("Run, two tiles a turn! %d turns left."):format(LIMIT - turns)
end

function love.draw()
  for place = WIDE, WIDE * (WIDE - 1) - 1 do
    draw_tile(place)
  end
  local aside = player == guard and 14 or 0
  draw_figure(player, -aside, 0.96, 0.63, 0.24)
  draw_figure(guard, aside, 0.31, 0.8, 0.84)
  g.setColor(0.94, 0.82, 0.43)
  g.print(status(), large, 16, 9 * TILE + 10)
  g.setColor(0.75, 0.75, 0.8)
  local match = matches + (winner and 0 or 1)
  local score = ("Match %d. The guard has won %d of %d."):format(match, wins, matches)
  g.print(score, small, 16, 9 * TILE + 48)
  g.print(note ~= "" and note or "Arrows or WASD run, space waits, N: new game, Esc: quit", small, 16, 9 * TILE + 76)
end
