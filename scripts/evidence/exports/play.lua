-- Plays with one mind, by lines on standard input: see ports.py. luajit play.lua, beside gamemeta.lua
local gamemeta = require("gamemeta")
local agent, mind
local words = {}

local function read(path)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end

function words.load(path)
  agent = assert(gamemeta.load_file(path))
end

function words.begin(seed)
  mind = agent:begin(1, tonumber(seed))
end

function words.resume(path)
  mind = assert(agent:resume(read(path)))
end

function words.save(path)
  local file = assert(io.open(path, "wb"))
  file:write(mind:memory())
  file:close()
end

function words.act(rest)
  local numbers, obs, at = {}, {}, 2
  for number in rest:gmatch("%S+") do
    numbers[#numbers + 1] = tonumber(number)
  end
  for _, part in ipairs(agent.parts) do
    local values = {}
    for i = 1, part.size do
      values[i] = numbers[at + i]
    end
    obs[part.name], at = values, at + part.size
  end
  return mind:act(obs, numbers[1], numbers[2] == 1)
end

for line in io.lines() do
  local word, rest = line:match("^(%a+) (.*)$")
  local good, answer = pcall(words[word], rest)
  io.write("> ", good and answer and string.format("%d", answer) or good and "ok" or answer, "\n")
  io.flush()
end
