-- check.lua: replays trace.bin with gamemeta.lua. SPDX-License-Identifier: MIT
--
-- luajit check.lua agent.bin trace.bin [--time]
-- Prints the largest error of a logit, equal actions of all, whether memories are equal, and ok or failed.

local words = arg or { ... }
local here = (words[0] or ""):match("^(.*[/\\])") or ""
package.path = here .. "?.lua;" .. package.path
local gamemeta = require("gamemeta")
local unsigned_at, signed_at = gamemeta.bytes.unsigned_at, gamemeta.bytes.signed_at
local float_at, double_at = gamemeta.bytes.float_at, gamemeta.bytes.double_at
local SYMBOLS, IMAGE, LIMIT = 0, 3, 2e-5

local function read(name)
  local file = assert(io.open(name, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end

-- The distance of two numbers, relative beyond 1.
local function apart(mine, golden)
  local away = math.abs(mine - golden) / math.max(1, math.abs(golden))
  return away == away and away or math.huge
end

-- Observations of the pool, and where the events begin.
local function read_pool(agent, bytes)
  local count, pool = unsigned_at(bytes, 9), {}
  local symbols, quantities = 17, 17 + 4 * count * agent.symbols
  local pixels = quantities + 4 * count * agent.quantities
  local events = pixels + math.floor((count * agent.pixels + 3) / 4) * 4
  for k = 1, count do
    local obs = {}
    for _, part in ipairs(agent.parts) do
      local values = {}
      for i = 1, part.kind == IMAGE and 0 or part.size do
        if part.kind == SYMBOLS then
          values[i], symbols = signed_at(bytes, symbols), symbols + 4
        else
          values[i], quantities = float_at(bytes, quantities), quantities + 4
        end
      end
      if part.kind == IMAGE then
        values, pixels = bytes:sub(pixels, pixels + part.size - 1), pixels + part.size
      end
      obs[part.name] = values
    end
    pool[k] = obs
  end
  return pool, events
end

-- An event as the words that a mind takes, read once so that timing does not count it.
local readers = {}

readers[1] = function(_, bytes, at)
  local seed = string.format("0x%08x%08x", unsigned_at(bytes, at + 8), unsigned_at(bytes, at + 4))
  return { n = unsigned_at(bytes, at), seed = seed, skill = double_at(bytes, at + 12) }
end

readers[2] = function(replay, bytes, at)
  local agent, n = replay.agent, replay.n
  local width = #agent.heads + agent.numbers
  local event = { obs = {}, reward = {}, done = {}, outputs = {}, action = {} }
  for i = 1, n do
    event.obs[i] = replay.pool[signed_at(bytes, at + 4 * (i - 1)) + 1]
    event.reward[i] = float_at(bytes, at + 4 * (n + i - 1))
    event.done[i] = signed_at(bytes, at + 4 * (2 * n + i - 1)) ~= 0
    event.outputs[i], event.action[i] = {}, {}
    for k = 1, agent.outputs do
      event.outputs[i][k] = float_at(bytes, at + 4 * (3 * n + (i - 1) * agent.outputs + k - 1))
    end
    for k = 1, width do
      event.action[i][k] = float_at(bytes, at + 4 * (n * (3 + agent.outputs) + (i - 1) * width + k - 1))
    end
  end
  if n == 1 then
    event.obs, event.reward, event.done = event.obs[1], event.reward[1], event.done[1]
  end
  return event
end

readers[3] = function(replay, bytes, at)
  local which = {}
  for i = 1, replay.n do
    which[i] = signed_at(bytes, at + 4 * (i - 1)) ~= 0
  end
  return { which = which }
end

readers[4] = function(replay, bytes, at)
  local memory = bytes:sub(at + 4, at + 3 + unsigned_at(bytes, at))
  replay.n = unsigned_at(memory, 13)
  return { memory = memory }
end

readers[5] = readers[4]

local function read_events(replay, bytes, at)
  for k = 1, unsigned_at(bytes, 13) do
    local kind, size = unsigned_at(bytes, at), unsigned_at(bytes, at + 4)
    local event = readers[kind](replay, bytes, at + 8)
    event.kind, replay.n = kind, event.n or replay.n
    replay.events[k], at = event, at + 8 + size
  end
end

local players = {}

players[1] = function(replay, event)
  replay.agent.skill = event.skill
  replay.mind = replay.agent:begin(event.n, event.seed)
end

players[2] = function(replay, event, timed)
  local mind, agent = replay.mind, replay.agent
  replay.decisions = replay.decisions + mind.n
  if timed then
    mind:act(event.obs, event.reward, event.done)
    return
  end
  local actions = mind.n == 1 and { { mind:act(event.obs, event.reward, event.done) } }
    or mind:act(event.obs, event.reward, event.done)
  for i = 1, mind.n do
    for k = 1, agent.outputs do
      replay.error = math.max(replay.error, apart(mind[i].outputs[k], event.outputs[i][k]))
    end
    for k, golden in ipairs(event.action[i]) do
      local number = k - #agent.heads
      local near = number > 0 and LIMIT * agent.half[number] or 0
      replay.actions = replay.actions + 1
      replay.equal = replay.equal + (math.abs(actions[i][k] - golden) <= near and 1 or 0)
    end
  end
end

players[3] = function(replay, event)
  replay.mind:forget(event.which)
end

-- Compares the memory with the golden one, and goes on from its own bytes.
players[4] = function(replay, event, timed)
  if timed then
    return
  end
  local mine, golden = replay.mind:memory(), event.memory
  local n = replay.mind.n
  local first = 72 + 8 * n
  local floats = n * (unsigned_at(golden, 49) + unsigned_at(golden, 53) + unsigned_at(golden, 57))
  local last = first + 4 * floats
  local same = mine:sub(1, first) == golden:sub(1, first) and mine:sub(last + 1, -5) == golden:sub(last + 1, -5)
  for at = first + 1, last, 4 do
    same = same and apart(float_at(mine, at), float_at(golden, at)) <= LIMIT
  end
  replay.memory = replay.memory and same
  replay.mind = assert(replay.agent:resume(mine))
end

players[5] = function(replay, event)
  replay.mind = assert(replay.agent:resume(event.memory))
end

local function play(replay, timed)
  for _, event in ipairs(replay.events) do
    players[event.kind](replay, event, timed)
  end
end

local function main()
  if not words[2] then
    error("check.lua AGENT.BIN TRACE.BIN [--time]", 0)
  end
  local agent, bytes = assert(gamemeta.load_file(words[1])), read(words[2])
  assert(bytes:sub(1, 8) == "GMTRACE1", "trace.bin is no trace.")
  local replay = { agent = agent, events = {}, error = 0, actions = 0, equal = 0, memory = true, decisions = 0 }
  local first
  replay.pool, first = read_pool(agent, bytes)
  read_events(replay, bytes, first)
  play(replay, false)
  local good = replay.error <= LIMIT and replay.equal == replay.actions and replay.memory
  print(string.format("error %.3g", replay.error))
  print(string.format("actions %d %d", replay.equal, replay.actions))
  print("memory " .. (replay.memory and "equal" or "differs"))
  if words[3] == "--time" then
    local begun = os.clock()
    replay.decisions = 0
    repeat
      play(replay, true)
    until os.clock() - begun > 0.5
    print(string.format("us %.3g", (os.clock() - begun) * 1e6 / replay.decisions))
  end
  print(good and "ok" or "failed")
  return good
end

os.exit(main() and 0 or 1)
