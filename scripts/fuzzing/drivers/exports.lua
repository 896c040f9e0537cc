-- Plays cases of scripts/fuzzing/cases.py by gamemeta.lua: play(gamemeta, case), where a case is a table whose
-- bytes are strings and whose lists are tables.
local unpack = table.unpack or unpack
local ODD = {
  false, "x", "1", "", {}, { {} }, { "a", "b" }, 0 / 0, 1 / 0, -1 / 0, true, -1, 1.5, 2 ^ 60, 1e300, "0x1", "0xzz",
  function() end, coroutine.create(function() end), setmetatable({}, { __index = function() return 0 / 0 end }),
  setmetatable({ 1, 2 }, { __len = function() return "x" end }), { 0 / 0, 0 / 0 }, { true, true }, { {}, {} }, { "1", "1" }, print,
}

local function filled(values, count)
  local all = {}
  for k = 1, count do
    all[k] = values[(k - 1) % #values + 1]
  end
  return all
end

local function own(message)
  return type(message) == "string" and not message:find("^gamemeta:%d+:") and not message:find("attempt to")
    and not message:find("bad argument") and not message:find("not enough memory") and not message:find("stack overflow")
end

local function answered(good, ...)
  if not good then
    error({ refused = own(...), words = tostring(...) }, 0)
  end
  return ...
end

-- Calls f; an error that is words ends the case as refused, any other as foreign.
local function try(f, ...)
  return answered(pcall(f, ...))
end

local function check(agent, answer)
  for k = 1, #agent.heads + agent.numbers do
    local x = answer[k]
    if type(x) ~= "number" or x ~= x or x == math.huge or x == -math.huge then
      error({ words = "an action is not finite" }, 0)
    end
    if agent.heads[k] and (x < 0 or x >= agent.heads[k] or x ~= math.floor(x)) then
      error({ words = "an action is no choice" }, 0)
    end
  end
end

local KINDS = { [0] = "symbols", "quantities", "quantities", "images" }

local function shown(agent, c, i, longer)
  local obs = {}
  for k, part in ipairs(agent.parts) do
    local values, first = c[KINDS[part.kind]], (i + k) % 5
    obs[part.name] = filled({ unpack(values, first + 1) }, part.size + (longer or 0))
  end
  return obs
end

local function steps(agent, mind, c, longer)
  local n = mind.n
  for t = 1, 3 do
    local obs, reward, done = {}, {}, {}
    for i = 1, n do
      obs[i], reward[i], done[i] = shown(agent, c, i, longer), c.reward[(i - 1) % 2 + 1], c.done[(t + i) % 3 + 1] ~= 0
    end
    local before = mind:memory()
    local results
    if n == 1 then
      results = { pcall(mind.act, mind, obs[1], reward[1], done[1]) }
    else
      results = { pcall(mind.act, mind, obs, reward, done) }
    end
    if not results[1] then
      if mind:memory() ~= before then
        error({ words = "a wrong act has changed the memory: " .. tostring(results[2]) }, 0)
      end
      error({ refused = own(results[2]), words = tostring(results[2]) }, 0)
    end
    if n == 1 then
      check(agent, { unpack(results, 2) })
    else
      for i = 1, n do
        check(agent, results[2][i])
      end
    end
  end
end

local function odd_call(gamemeta, agent, mind, c)
  local value, one, obs = ODD[c.odd % (#ODD + 1) + 1], agent:begin(1, 1), shown(agent, c, 1)
  local part = agent.parts[c.place % math.max(1, #agent.parts) + 1]
  local function changed(with)
    local copy = {}
    for name, values in pairs(obs) do
      copy[name] = values
    end
    if part then
      copy[part.name] = with
    end
    return copy
  end
  local inside = part and filled({ 0 }, part.size) or {}
  inside[#inside] = value
  local calls = {
    { gamemeta.load, value }, { gamemeta.load_file, value }, { agent.resume, agent, value }, { agent.begin, agent, value },
    { agent.begin, agent, 1, value }, { one.act, one, value, 0, false }, { one.act, one, obs, value, false }, { one.act, one, obs, 0, value },
    { one.act, one, changed(value), 0, false }, { one.act, one, changed(inside), 0, false }, { mind.forget, mind, value },
    { mind.forget, mind, { value, value } }, { mind.act, mind, value, value, value }, { mind.act, mind, { obs, obs }, { value, value }, { false, false } },
    { mind.act, mind, { obs, value }, { 0, 0 }, { false, value } }, { mind.act, mind, { obs, obs }, value, { false, false } },
  }
  local call, before = calls[c.place % #calls + 1], one:memory()
  local good, wrong = pcall(try, unpack(call, 1, 6))
  if one:memory() ~= before and not good then
    error({ words = "a wrong call has changed the memory" }, 0)
  end
  if not good then
    error(wrong, 0)
  end
  local skill = agent.skill
  agent.skill = value
  local fine, words = pcall(try, agent.begin, agent, 1, 1)
  agent.skill = skill
  if not fine then
    error(words, 0)
  end
end

local function play_case(gamemeta, c)
  local agent, wrong = try(gamemeta.load, c.agent)
  if not agent then
    error({ refused = type(wrong) == "string", words = tostring(wrong) }, 0)
  end
  local size = 0
  for _, part in ipairs(agent.parts) do
    size = size + part.size
  end
  if size * c.n > 100000 then
    return
  end
  local mind = try(agent.begin, agent, c.n, c.seed)
  steps(agent, mind, c, c.longer)
  if c.odd >= 0 then
    odd_call(gamemeta, agent, mind, c)
  end
  mind:forget()
  local resumed, words = try(agent.resume, agent, c.memory)
  if not resumed then
    error({ refused = type(words) == "string", words = tostring(words) }, 0)
  end
  steps(agent, resumed, c, 0)
end

return function(gamemeta, c)
  local good, wrong = pcall(play_case, gamemeta, c)
  if good then
    return "good"
  end
  if type(wrong) ~= "table" then
    return "driver: " .. tostring(wrong)
  end
  return (wrong.refused and "refused: " or "foreign: ") .. wrong.words
end
