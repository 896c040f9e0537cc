-- gamemeta.lua: an agent of gamemeta in Lua 5.1 to 5.5 and LuaJIT, in one module. SPDX-License-Identifier: MIT
--
--   local gamemeta = require "gamemeta"
--   local agent = assert(gamemeta.load_file("agent.bin"))  -- or gamemeta.load(bytes)
--   local mind = agent:begin(1, seed)
--   local action = mind:act(obs, reward, done)
--
-- Bytes that are damaged give nil and a sentence; a wrong call is an error with one, and changes nothing.

local gamemeta = {}
local Agent, Mind = {}, {}
Agent.__index, Mind.__index = Agent, Mind

local floor, exp, log, sqrt, abs, huge = math.floor, math.exp, math.log, math.sqrt, math.abs, math.huge
local byte, char, concat = string.byte, string.char, table.concat
local unpack = table.unpack or unpack
local WORD = 4294967296 -- 2^32, an integer where there are integers
local SYMBOLS, QUANTITIES, NORMALISED, IMAGE = 0, 1, 2, 3
local MINGRU, GRU, TABLE, ATTENTION = 0, 1, 2, 3
local ACTION_ALONE, LEARNED = -1, -2
local NEVER, EPISODE, STEP = 0, 1, 2
local HEADER, SAVED, MOST_STEPS, MOST_MINDS = 48, 72, 281474976710656, 1048576
local MOST_FLOAT = 3.4028234663852886e38

-- Numbers lie in C arrays where LuaJIT compiles, else in tables; both begin at 1.
local compiles = type(jit) == "table" and jit.status and jit.status()
local found, ffi = pcall(require, "ffi")
if not (compiles and found and ffi.abi("le")) then
  ffi = nil
end

local function vector(n)
  if ffi then
    return ffi.new("double[?]", n + 1)
  end
  local v = {}
  for i = 1, n do
    v[i] = 0
  end
  return v
end

local function copy(from, to, n)
  for i = 1, n do
    to[i] = from[i]
  end
end

-- Whole numbers of 64 bits are two halves: high, low.

local function byte_xor()
  local xor = {}
  for a = 0, 255 do
    for b = 0, 255 do
      local c, bit, x, y = 0, 1, a, b
      while x + y > 0 do
        if x % 2 ~= y % 2 then
          c = c + bit
        end
        x, y, bit = floor(x / 2), floor(y / 2), bit * 2
      end
      xor[a * 256 + b] = c
    end
  end
  return function(a, b)
    local c, place = 0, 1
    for _ = 1, 4 do
      local x, y = a % 256, b % 256
      c = c + xor[x * 256 + y] * place
      a, b, place = (a - x) / 256, (b - y) / 256, place * 256
    end
    return c
  end
end

local function choose_xor()
  local operator = (loadstring or load)("local a, b = ... return a ~ b")
  if operator then
    return operator
  end
  local library = bit32 or bit
  if not library then
    return byte_xor()
  end
  local bxor = library.bxor
  return function(a, b)
    return bxor(a, b) % WORD
  end
end

local xor = choose_xor()

local function add(ah, al, bh, bl)
  local low = al + bl
  if low >= WORD then
    return (ah + bh + 1) % WORD, low - WORD
  end
  return (ah + bh) % WORD, low
end

local function multiply(ah, al, bh, bl)
  local a0, a2, b0, b2 = al % 65536, ah % 65536, bl % 65536, bh % 65536
  local a1, a3 = floor(al / 65536), floor(ah / 65536)
  local b1, b3 = floor(bl / 65536), floor(bh / 65536)
  local middle = a0 * b1 + a1 * b0
  local low = a0 * b0 + middle % 65536 * 65536
  local high = floor(low / WORD) + floor(middle / 65536) + a0 * b2 + a1 * b1 + a2 * b0
  return (high + (a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0) % 65536 * 65536) % WORD, low % WORD
end

-- Random streams: splitmix64.

local GOLDEN_HIGH, GOLDEN_LOW = 0x9E3779B9, 0x7F4A7C15

local function mix(h, l)
  h, l = xor(h, floor(h / 1073741824)), xor(l, floor(l / 1073741824) + h % 1073741824 * 4)
  h, l = multiply(h, l, 0xBF58476D, 0x1CE4E5B9)
  h, l = xor(h, floor(h / 134217728)), xor(l, floor(l / 134217728) + h % 134217728 * 32)
  h, l = multiply(h, l, 0x94D049BB, 0x133111EB)
  return xor(h, floor(h / 2147483648)), xor(l, floor(l / 2147483648) + h % 2147483648 * 2)
end

-- A stream of random numbers that begins with this seed; `draw` gives its number k.
local function stream(h, l)
  return { mix(add(h, l, GOLDEN_HIGH, GOLDEN_LOW)) }
end

local function draw(s, kh, kl)
  kh, kl = multiply(kh, kl, GOLDEN_HIGH, GOLDEN_LOW)
  kh, kl = add(kh, kl, GOLDEN_HIGH, GOLDEN_LOW)
  return mix(xor(s[1], kh), xor(s[2], kl))
end

local function combine(h, l, k)
  return draw(stream(h, l), 0, k)
end

local function uniform(s, kh, kl)
  return floor(draw(s, kh, kl) / 256) / 16777216
end

-- Number of a draw: steps * width + k.
local function numbered(steps, width, k)
  local h, l = multiply(floor(steps / WORD), steps % WORD, 0, width)
  return add(h, l, 0, k)
end

-- float32 and float64 as bytes, and rounding to float32.

-- Exponent and whole mantissa of a positive number with so many bits, half to even.
local function parts_of(size, bits, least)
  local e = floor(log(size) / log(2))
  if 2 ^ e > size then
    e = e - 1
  elseif 2 ^ (e + 1) <= size then
    e = e + 1
  end
  if e < least then
    e = least
  end
  local scaled = size / 2 ^ (e - bits + 1)
  local whole = floor(scaled)
  local rest = scaled - whole
  if rest > 0.5 or (rest == 0.5 and whole % 2 == 1) then
    whole = whole + 1
  end
  return e, whole
end

local function float32(x)
  if x == 0 or x ~= x or x == huge or x == -huge then
    return x
  end
  local e, whole = parts_of(abs(x), 24, -126)
  local size = whole * 2 ^ (e - 23)
  return x < 0 and -size or size
end

local function unsigned_bytes(x)
  return char(x % 256, floor(x / 256) % 256, floor(x / 65536) % 256, floor(x / 16777216))
end

local function float_bytes(x)
  if x == 0 then
    return "\0\0\0\0"
  end
  local e, whole = parts_of(abs(x), 24, -126)
  local bits = (e + 126) * 8388608 + whole
  return unsigned_bytes(floor(x < 0 and bits + 2147483648 or bits))
end

local function double_bytes(x)
  if x == 0 then
    return "\0\0\0\0\0\0\0\0"
  end
  local e, whole = parts_of(abs(x), 53, -1022)
  local high = floor(whole / WORD) + (e + 1022) * 1048576
  return unsigned_bytes(floor(whole % WORD)) .. unsigned_bytes(floor(x < 0 and high + 2147483648 or high))
end

local function unsigned_at(bytes, at)
  local a, b, c, d = byte(bytes, at, at + 3)
  return a + b * 256 + c * 65536 + d * 16777216
end

local function signed_at(bytes, at)
  local x = unsigned_at(bytes, at)
  return x < 2147483648 and x or x - WORD
end

local function float_at(bytes, at)
  local a, b, c, d = byte(bytes, at, at + 3)
  local whole, e, sign = a + b * 256 + c % 128 * 65536, d % 128 * 2 + floor(c / 128), d < 128 and 1 or -1
  if e == 255 then
    return whole == 0 and sign * huge or 0 / 0
  elseif e == 0 then
    return sign * whole * 2 ^ -149
  end
  return sign * (whole + 8388608) * 2 ^ (e - 150)
end

local function double_at(bytes, at)
  local low, high = unsigned_at(bytes, at), unsigned_at(bytes, at + 4)
  local e, sign = floor(high / 1048576) % 2048, high < 2147483648 and 1 or -1
  local whole = high % 1048576 * 4294967296.0 + low
  if e == 2047 then
    return whole == 0 and sign * huge or 0 / 0
  elseif e == 0 then
    return sign * whole * 2 ^ -1074
  end
  return sign * (whole + 2 ^ 52) * 2 ^ (e - 1075)
end

local checksums

local function checksum(bytes, last)
  if not checksums then
    checksums = {}
    for k = 0, 255 do
      local c = k
      for _ = 1, 8 do
        c = c % 2 == 1 and xor(floor(c / 2), 0xEDB88320) or floor(c / 2)
      end
      checksums[k] = c
    end
  end
  local c, table = WORD - 1, checksums
  for at = 1, last do
    c = xor(floor(c / 256), table[xor(c % 256, byte(bytes, at))])
  end
  return WORD - 1 - c
end

-- Arithmetic.

local function finite(x)
  return x - x == 0
end

-- Whether the first n numbers are within -most and most, and none is NaN.
local function within_all(values, n, most)
  for k = 1, n do
    if not (abs(values[k]) <= most) then
      return false
    end
  end
  return true
end

local function sigmoid(x)
  return 1 / (1 + exp(-x))
end

local function tanh(x)
  return 1 - 2 / (1 + exp(2 * x))
end

local function dot(a, b, n)
  local s, t, u, v, rest = 0, 0, 0, 0, n % 4
  for i = 1, n - rest, 4 do
    s, t = s + a[i] * b[i], t + a[i + 1] * b[i + 1]
    u, v = u + a[i + 2] * b[i + 2], v + a[i + 3] * b[i + 3]
  end
  for i = n - rest + 1, n do
    s = s + a[i] * b[i]
  end
  return (s + t) + (u + v)
end

-- y = bias + matrix x for a matrix of rows [n]; four rows at once, so that x is read a fourth as often.
local function times(matrix, bias, x, y, rows, n)
  local rest = rows % 4
  for r = 1, rows - rest, 4 do
    local a, b, c, d = matrix[r], matrix[r + 1], matrix[r + 2], matrix[r + 3]
    local s, t, u, v = bias[r], bias[r + 1], bias[r + 2], bias[r + 3]
    for i = 1, n do
      local by = x[i]
      s, t, u, v = s + a[i] * by, t + b[i] * by, u + c[i] * by, v + d[i] * by
    end
    y[r], y[r + 1], y[r + 2], y[r + 3] = s, t, u, v
  end
  for r = rows - rest + 1, rows do
    y[r] = bias[r] + dot(matrix[r], x, n)
  end
end

local function add_row(x, row, by, n)
  for i = 1, n do
    x[i] = x[i] + by * row[i]
  end
end

-- x += rows of a matrix, of which there are `count` in `chosen`.
local function add_rows(x, matrix, chosen, count, n)
  local rest = count % 4
  for k = 1, count - rest, 4 do
    local a, b, c, d = matrix[chosen[k]], matrix[chosen[k + 1]], matrix[chosen[k + 2]], matrix[chosen[k + 3]]
    for i = 1, n do
      x[i] = x[i] + ((a[i] + b[i]) + (c[i] + d[i]))
    end
  end
  for k = count - rest + 1, count do
    add_row(x, matrix[chosen[k]], 1, n)
  end
end

local function rms(x, y, n)
  local by = 1 / sqrt(dot(x, x, n) / n + 1e-5)
  for i = 1, n do
    y[i] = x[i] * by
  end
end

local function within(x, low, high)
  return x < low and low or x > high and high or x
end

local function scaled(x, mean, deviation, squeezed)
  if not (deviation > 0) then
    return 0
  end
  x = (x - mean) / deviation
  if squeezed then
    local size = log(sqrt(x * x + 1) + abs(x))
    x = x < 0 and -size or size
  end
  return within(x, -10, 10)
end

-- Reading agent.bin: whole numbers and arrays from the first to the last. What does not fit is an error.

local Reader = {}
Reader.__index = Reader

local function damaged()
  error({ damaged = true }, 0)
end

function Reader:integer(least, most)
  local x = self.left > 0 and signed_at(self.bytes, self.at)
  if not x or x < least or x > most then
    damaged()
  end
  self.at, self.left = self.at + 4, self.left - 1
  return x
end

-- Rows [columns] of an array.
function Reader:rows(rows, columns)
  local size = rows * columns
  if size > self.room then
    damaged()
  end
  local array = {}
  for r = 1, rows do
    if ffi then
      array[r] = self.floats + (self.taken + (r - 1) * columns)
    else
      local row, at = {}, self.first + 4 * (self.taken + (r - 1) * columns)
      for i = 1, columns do
        row[i] = float_at(self.bytes, at + 4 * (i - 1))
        if not finite(row[i]) then
          damaged()
        end
      end
      array[r] = row
    end
  end
  self.taken, self.room = self.taken + size, self.room - size
  return array
end

function Reader:array(size)
  return self:rows(1, size)[1]
end

local function halved(side)
  return floor((side + 1) / 2)
end

local function read_image(r, agent, part, width)
  local image, channels = { weight = {}, bias = {} }, part.channels
  local height, wide = part.height, part.width
  for _, outputs in ipairs(agent.channels) do
    for _ = 1, 1 + 2 * agent.blocks do
      local k = #image.weight + 1
      image.weight[k], image.bias[k] = r:rows(outputs, 9 * channels), r:array(outputs)
      channels = outputs
    end
    height, wide = halved(height), halved(wide)
  end
  image.features = height * wide * channels
  image.out = r:rows(width, image.features)
  return image
end

local function read_encoder(r, agent, width, before)
  local rows, values = 0, 0
  for _, part in ipairs(agent.parts) do
    if part.kind == SYMBOLS then
      rows = rows + part.size * part.codes
    elseif part.kind ~= IMAGE then
      values = values + part.size
    end
  end
  if before then
    rows, values = rows + #agent.heads * (agent.most + 1) + 2, values + agent.numbers + 1
  end
  local encoder = { width = width, images = {} }
  encoder.bias, encoder.symbols, encoder.quantities = r:array(width), r:rows(rows, width), r:rows(values, width)
  for _, part in ipairs(agent.parts) do
    if part.kind == IMAGE then
      table.insert(encoder.images, read_image(r, agent, part, width))
    end
  end
  return encoder
end

local function read_table(r, agent, cell)
  local w, places = agent.width, 1
  cell.keys, cell.rows = r:integer(LEARNED, #agent.parts - 1), r:integer(1, 1048576)
  local v, u, carry = r:integer(1, 256), r:integer(1, 1024), r:integer(0, 1)
  cell.values, cell.units = v, u
  cell.state = cell.rows * (v + 1) + (cell.keys == LEARNED and cell.rows or 1)
  if cell.keys >= 0 then
    local part = agent.parts[cell.keys + 1]
    if part.kind ~= SYMBOLS then
      damaged()
    end
    for _ = 1, part.codes > 1 and part.size or 0 do
      places = places * part.codes
      if places > 1048576 then
        damaged()
      end
    end
  end
  if agent.numbers > 0 or #agent.heads == 0 or (cell.keys > LEARNED and places * agent.choices ~= cell.rows) then
    damaged()
  end
  cell.value, cell.value_bias, cell.read = r:rows(v, w), r:array(v), r:rows(u, v + 1)
  cell.context, cell.context_bias = r:rows(u, w), r:array(u)
  cell.carry = carry == 1 and r:rows(u, u)
  cell.mix, cell.pick, cell.out = r:rows(u, u), r:array(u), r:rows(w, 2 * u)
  if cell.keys == LEARNED then
    cell.encoder, cell.action_keys = read_encoder(r, agent, cell.rows, false), r:rows(agent.choices, cell.rows)
  end
  agent.units = agent.units or u
  if agent.units ~= u then
    damaged()
  end
end

local function read_attention(r, agent, cell)
  local w = agent.width
  cell.heads, cell.window = r:integer(1, w), r:integer(1, 1048576)
  local size = w / cell.heads
  if size ~= floor(size) or size * cell.window > 16777216 then
    damaged()
  end
  cell.size, cell.outputs, cell.state = size, 2 * (w + size), 2 * size * cell.window + 1
  cell.weight, cell.bias = r:rows(cell.outputs, w), r:array(cell.outputs)
  cell.distance_bias, cell.out = r:rows(cell.heads, cell.window), r:rows(w, w)
end

local function read_cell(r, agent)
  local w = agent.width
  local cell = { kind = r:integer(MINGRU, ATTENTION), state = w }
  if cell.kind == ATTENTION then
    read_attention(r, agent, cell)
    return cell
  end
  if cell.kind == TABLE then
    read_table(r, agent, cell)
    return cell
  end
  cell.weight, cell.bias = r:rows(3 * w, w), r:array(3 * w)
  if cell.kind == GRU then
    cell.recurrent, cell.recurrent_bias = r:rows(3 * w, w), r:array(3 * w)
  end
  cell.out = r:rows(w, w)
  return cell
end

local function read_part(r, agent)
  local part = { kind = r:integer(SYMBOLS, IMAGE), size = r:integer(1, 16777216) }
  local least = part.kind == IMAGE and 8 or 0
  part.codes = r:integer(part.kind == SYMBOLS and 1 or 0, 65536)
  part.height, part.width = r:integer(least, 4096), r:integer(least, 4096)
  part.channels = r:integer(part.kind == IMAGE and 1 or 0, 256)
  if part.kind == IMAGE and part.height * part.width * part.channels ~= part.size then
    damaged()
  end
  local kind = part.kind == SYMBOLS and "symbols" or part.kind == IMAGE and "pixels" or "quantities"
  part.first, agent[kind] = agent[kind], agent[kind] + part.size
  return part
end

local function read_sizes(r, agent)
  agent.clears, agent.width, agent.state = r:integer(NEVER, STEP), r:integer(8, 4096), r:integer(1, 268435456)
  agent.heads, agent.choices, agent.most = {}, 0, 0
  for h = 1, r:integer(0, 64) do
    agent.heads[h] = r:integer(1, 255)
    agent.choices, agent.most = agent.choices + agent.heads[h], math.max(agent.most, agent.heads[h])
  end
  agent.numbers = r:integer(0, 256)
  agent.outputs = agent.choices + agent.numbers
  agent.parts, agent.symbols, agent.quantities, agent.pixels = {}, 0, 0, 0
  for k = 1, r:integer(0, 4096) do
    agent.parts[k] = read_part(r, agent)
  end
  agent.mask = agent.parts[r:integer(-1, #agent.parts - 1) + 1]
  local mask = agent.mask
  if mask and (mask.kind ~= SYMBOLS or mask.codes ~= 2 or mask.size ~= agent.choices) then
    damaged()
  end
  agent.reward_normalised = r:integer(0, 1) == 1
  local stages = r:integer(agent.pixels > 0 and 1 or 0, 8)
  agent.blocks, agent.channels = r:integer(0, 8), {}
  for s = 1, stages do
    agent.channels[s] = r:integer(1, 256)
  end
  agent.start_action = {}
  for h, choices in ipairs(agent.heads) do
    agent.start_action[h] = r:integer(0, choices)
  end
  agent.start_done = r:integer(0, 1)
  if agent.outputs == 0 then
    damaged()
  end
end

local function read_agent(r, agent)
  read_sizes(r, agent)
  local cells, numbers, w = r:integer(1, 256), agent.numbers, agent.width
  agent.start, agent.start_numbers, agent.start_reward = r:array(agent.state), r:array(numbers), r:array(1)[1]
  for _, part in ipairs(agent.parts) do
    if part.kind == NORMALISED then
      part.mean, part.deviation = r:array(part.size), r:array(part.size)
    end
  end
  if agent.reward_normalised then
    agent.reward_mean, agent.reward_deviation = r:array(1)[1], r:array(1)[1]
  end
  agent.spread, agent.middle, agent.half = r:array(numbers), r:array(numbers), r:array(numbers)
  agent.low, agent.high = r:array(numbers), r:array(numbers)
  for k = 1, numbers do
    if not (agent.half[k] > 0) then
      damaged()
    end
  end
  agent.encoder, agent.cells = read_encoder(r, agent, w, true), {}
  local state = 0
  for k = 1, cells do
    agent.cells[k] = read_cell(r, agent)
    state = state + agent.cells[k].state
  end
  agent.actor, agent.actor_bias = r:rows(agent.outputs, w), r:array(agent.outputs)
  agent.choice_actor = agent.units and r:array(agent.units)
  if r.left > 0 or r.room > 0 or state ~= agent.state or not agent:possible(agent.start) then
    damaged()
  end
end

local function read_names(agent, text)
  local lines = {}
  for line in text:gmatch("([^\n]*)\n") do
    lines[#lines + 1] = line
  end
  for k, part in ipairs(agent.parts) do
    part.name = lines[k] or ""
  end
  agent.names = {}
  for h = 1, #agent.heads do
    local names, code = {}, 0
    for name in (lines[#agent.parts + h] or ""):gmatch("[^\t]+") do
      names[code], code = name, code + 1
    end
    agent.names[h] = names
  end
end

-- Numbers out of bytes, for checkers.
gamemeta.bytes = { unsigned_at = unsigned_at, signed_at = signed_at, float_at = float_at, double_at = double_at }

-- Whether floats are finite, by their bits: LuaJIT may take a NaN out of C for something else than a number.
local function all_finite(floats, count)
  local bits = ffi.cast("const uint32_t *", floats)
  for k = 0, count - 1 do
    if bits[k] % 2147483648 >= 2139095040 then
      return false
    end
  end
  return true
end

-- The agent out of the bytes of agent.bin; nil and a sentence where they are damaged.
function gamemeta.load(bytes)
  if type(bytes) ~= "string" then
    error("load: give the bytes of agent.bin as a string; load_file takes its name.", 2)
  end
  if #bytes < HEADER + 4 or bytes:sub(1, 8) ~= "GMEXPORT" then
    return nil, "these bytes are no agent.bin of gamemeta, or cut off."
  end
  if unsigned_at(bytes, 9) ~= 1 then
    return nil, "agent.bin is of another version; take gamemeta.lua of the same export."
  end
  local integers, text, floats = unsigned_at(bytes, 13), unsigned_at(bytes, 17), unsigned_at(bytes, 21)
  local size = HEADER + 4 * integers + text + 4 * floats + 4
  if size ~= #bytes or checksum(bytes, #bytes - 4) ~= unsigned_at(bytes, #bytes - 3) then
    return nil, "agent.bin is cut off or damaged; copy it again, as binary."
  end
  local agent = setmetatable({ digest = bytes:sub(33, 48), skill = double_at(bytes, 25) }, Agent)
  local first = HEADER + 4 * integers + text + 1
  local r = setmetatable({ bytes = bytes, at = HEADER + 1, left = integers, first = first }, Reader)
  r.taken, r.room = 0, floats
  if ffi then
    r.floats = ffi.new("float[?]", floats + 1)
    ffi.copy(r.floats + 1, ffi.cast("const char *", bytes) + first - 1, 4 * floats)
    agent.floats = r.floats -- rows point into it
    if not all_finite(r.floats + 1, floats) then
      return nil, "agent.bin is damaged: a weight is NaN or infinite."
    end
  end
  local good, wrong = pcall(read_agent, r, agent)
  if not good and not (type(wrong) == "table" and wrong.damaged) then
    error(wrong, 0)
  end
  if not good or not (agent.skill >= 0 and agent.skill <= 1) then
    return nil, "agent.bin is damaged; export the agent again."
  end
  read_names(agent, bytes:sub(HEADER + 4 * integers + 1, first - 1))
  return agent
end

-- The agent out of a file.
function gamemeta.load_file(name)
  if type(name) ~= "string" then
    error("load_file: give the name of agent.bin.", 2)
  end
  local file, wrong = io.open(name, "rb")
  if not file then
    return nil, "agent.bin cannot be opened: " .. tostring(wrong)
  end
  local bytes = file:read("*a")
  file:close()
  return gamemeta.load(bytes or "")
end

-- Whether a state is one that acting can lead to.
function Agent:possible(state)
  local first = 0
  for i = 1, self.state do
    if not (abs(state[i]) < 1e12) then
      return false
    end
  end
  for _, cell in ipairs(self.cells) do
    if cell.kind == TABLE then
      local v, learned, place = cell.values + 1, cell.keys == LEARNED, state[first + cell.state]
      for i = 1, cell.rows do
        if state[first + (learned and cell.values * cell.rows + i or i * v)] < 0 then
          return false
        end
      end
      local places = cell.rows / self.choices
      if not learned and not (place >= 0 and place < places and place == floor(place)) then
        return false
      end
    end
    if cell.kind == ATTENTION then
      local count = state[first + cell.state]
      if not (count >= 0 and count < 2 * cell.window and count == floor(count)) then
        return false
      end
    end
    first = first + cell.state
  end
  return true
end

-- Room to compute in, which all minds of an agent share.
local function workplace(agent)
  local w, work = agent.width, {}
  local wide, values, units, features, picture, channels = 2 * w, 1, 1, 1, 0, 1
  for _, cell in ipairs(agent.cells) do
    if cell.kind == TABLE then
      units, values = math.max(units, cell.units), math.max(values, cell.values + 1)
      wide = math.max(wide, cell.rows)
    elseif cell.kind == ATTENTION then
      wide = math.max(wide, cell.window, cell.outputs)
    end
  end
  for _, part in ipairs(agent.parts) do
    if part.kind == IMAGE then
      channels = math.max(channels, part.channels, unpack(agent.channels))
      picture, features = math.max(picture, part.height * part.width), 9 * channels
    end
  end
  work.x, work.normal, work.sums, work.recurrent = vector(w), vector(w), vector(3 * w), vector(3 * w)
  work.address, work.last = vector(wide), vector(wide)
  work.written, work.context, work.mixed = vector(values), vector(units), vector(units)
  work.score, work.both, work.zeros = vector(agent.choices), vector(2 * units), vector(math.max(wide, units))
  work.facts, work.known, work.choices = {}, {}, {}
  for k = 1, agent.choices do
    work.facts[k], work.known[k], work.choices[k] = vector(values), vector(units), vector(units)
  end
  work.features, work.chosen = vector(features), vector(agent.symbols + #agent.heads + 1)
  work.values = vector(agent.quantities + agent.numbers + 1)
  work.pictures = { vector(picture * channels), vector(picture * channels), vector(picture * channels) }
  return work
end

-- Seeds: a whole number, or hexadecimal digits for those beyond 2^53.
local function halves(seed)
  if type(seed) == "string" then
    local digits = seed:match("^0[xX](%x+)$")
    if digits and #digits <= 16 then
      digits = ("0"):rep(16 - #digits) .. digits
      return tonumber(digits:sub(1, 8), 16), tonumber(digits:sub(9), 16)
    end
  elseif type(seed) == "number" and seed >= 0 and seed < 2 ^ 63 and seed == floor(seed) then
    local low = seed % WORD
    return floor((seed - low) / WORD), floor(low)
  end
end

local function make(agent, n, high, low, skill)
  local mind = setmetatable({ agent = agent, n = n, skill = skill, seed_high = high, seed_low = low }, Mind)
  agent.work = agent.work or workplace(agent)
  local flipped_reaction, flipped_number = xor(high, 536870912), xor(high, 1073741824)
  for i = 1, n do
    local row = { steps = 0, seat = "\255\255\255\255", action = {}, state = vector(agent.state) }
    row.after, row.outputs, row.thought = vector(agent.state), vector(agent.outputs), vector(agent.outputs)
    row.numbers, row.lane = vector(agent.numbers), stream(combine(high, low, i - 1))
    if skill < 1 then
      row.reactions = stream(combine(flipped_reaction, low, i - 1))
      row.chances = stream(combine(flipped_number, low, i - 1))
    end
    row.symbols, row.quantities, row.images = vector(agent.symbols), vector(agent.quantities), {}
    mind[i] = row
  end
  mind:forget()
  return mind
end

-- n minds that know nothing of their level; the same seed gives the same choices. `agent.skill` is theirs.
function Agent:begin(n, seed)
  n, seed = n or 1, seed or 0
  if type(n) ~= "number" or not (n >= 1 and n <= MOST_MINDS) or n ~= floor(n) then
    error("n: begin with at least one mind, and at most 1048576.", 2)
  end
  local high, low = halves(seed)
  if not high then
    error('seed: give a whole number from 0 on, or 16 hexadecimal digits as "0xFFFFFFFFFFFFFFFF".', 2)
  end
  if type(self.skill) ~= "number" or not (self.skill >= 0 and self.skill <= 1) then
    error("agent.skill: give 0 (plays at random) to 1 (plays as it was trained).", 2)
  end
  return make(self, floor(n), high, low, self.skill)
end

-- Clears the memory on a new level: of minds whose `which` is true; of all without one.
function Mind:forget(which)
  local agent = self.agent
  if which ~= nil and (type(which) ~= "table" or #which ~= self.n) then
    error("forget: give true or false for each of the " .. self.n .. " minds, or nothing for all.", 2)
  end
  for i, row in ipairs(self) do
    if which == nil or which[i] then
      copy(agent.start, row.state, agent.state)
      for h = 1, #agent.heads do
        row.action[h] = 0
      end
      for k = 1, agent.numbers do
        row.numbers[k] = 0
      end
      for k = 1, agent.outputs do
        row.thought[k] = 0
      end
      row.begun = false
    end
  end
end

-- The network.

-- out = the convolution of a picture [height, width, inputs], after relu where asked.
local function convolve(from, to, weight, bias, height, width, inputs, outputs, relu, work)
  local patch, sums = work.features, work.convolved or vector(256)
  work.convolved = sums
  for y = 0, height - 1 do
    for x = 0, width - 1 do
      local p = 0
      for i = y - 1, y + 1 do
        for j = x - 1, x + 1 do
          local inside = i >= 0 and j >= 0 and i < height and j < width
          local first = (i * width + j) * inputs
          for c = 1, inputs do
            local v = inside and from[first + c] or 0
            patch[p + c] = relu and v < 0 and 0 or v
          end
          p = p + inputs
        end
      end
      times(weight, bias, patch, sums, outputs, 9 * inputs)
      local first = (y * width + x) * outputs
      for c = 1, outputs do
        to[first + c] = sums[c]
      end
    end
  end
end

local function pool(from, to, height, width, channels)
  local at = 0
  for y = 0, height - 1, 2 do
    for x = 0, width - 1, 2 do
      for c = 1, channels do
        local most = from[(y * width + x) * channels + c]
        for i = math.max(y - 1, 0), math.min(y + 1, height - 1) do
          for j = math.max(x - 1, 0), math.min(x + 1, width - 1) do
            local v = from[(i * width + j) * channels + c]
            most = v > most and v or most
          end
        end
        at = at + 1
        to[at] = most
      end
    end
  end
end

-- x += what is seen in one picture.
local function look(agent, part, image, pixels, x, wide)
  local work = agent.work
  local height, width, inputs, k = part.height, part.width, part.channels, 1
  local one, now, two = work.pictures[1], work.pictures[2], work.pictures[3]
  copy(pixels, now, part.size)
  for _, outputs in ipairs(agent.channels) do
    convolve(now, one, image.weight[k], image.bias[k], height, width, inputs, outputs, false, work)
    pool(one, now, height, width, outputs)
    height, width, inputs, k = halved(height), halved(width), outputs, k + 1
    for _ = 1, agent.blocks do
      convolve(now, one, image.weight[k], image.bias[k], height, width, inputs, inputs, true, work)
      convolve(one, two, image.weight[k + 1], image.bias[k + 1], height, width, inputs, inputs, true, work)
      add_row(now, two, 1, height * width * inputs)
      k = k + 2
    end
  end
  for i = 1, image.features do
    now[i] = now[i] > 0 and now[i] or 0
  end
  for r = 1, wide do
    x[r] = x[r] + dot(image.out[r], now, image.features)
  end
end

local function encode(agent, encoder, symbols, quantities, images, x)
  local work, w = agent.work, encoder.width
  copy(encoder.bias, x, w)
  add_rows(x, encoder.symbols, work.chosen, symbols, w)
  for k = 1, quantities do
    if work.values[k] ~= 0 then
      add_row(x, encoder.quantities[k], work.values[k], w)
    end
  end
  local j = 0
  for _, part in ipairs(agent.parts) do
    if part.kind == IMAGE then
      j = j + 1
      look(agent, part, encoder.images[j], images[j], x, w)
    end
  end
end

local function recur(agent, cell, state, first, x)
  local work, w = agent.work, agent.width
  local normal, p, q = work.normal, work.sums, work.recurrent
  rms(x, normal, w)
  times(cell.weight, cell.bias, normal, p, 3 * w, w)
  if cell.kind == MINGRU then
    for i = 1, w do
      local s, gate = state[first + i], p[2 * w + i]
      s = s + sigmoid(p[i]) * (tanh(p[w + i]) - s)
      state[first + i], normal[i] = s, s * gate * sigmoid(gate)
    end
  else
    for i = 1, w do
      normal[i] = state[first + i]
    end
    times(cell.recurrent, cell.recurrent_bias, normal, q, 3 * w, w)
    for i = 1, w do
      local candidate = tanh(p[2 * w + i] + sigmoid(p[i] + q[i]) * q[2 * w + i])
      local s = candidate + sigmoid(p[w + i] + q[w + i]) * (normal[i] - candidate)
      state[first + i], normal[i] = s, s
    end
  end
  times(cell.out, x, normal, x, w, w)
end

-- Takes the step into the ring of keys [size, window] and values [window, size], and reads it with every head.
local function attend(agent, cell, state, first, x)
  local work, w, size, window = agent.work, agent.width, cell.size, cell.window
  local normal, p, score, values = work.normal, work.last, work.address, first + size * window
  rms(x, normal, w)
  times(cell.weight, cell.bias, normal, p, cell.outputs, w)
  local last = first + cell.state
  local newest, steps = state[last] % window, state[last] + 1
  local taken, scale = math.min(steps, window), 1 / sqrt(size)
  for j = 1, size do
    state[first + (j - 1) * window + newest + 1] = p[2 * w + j]
    state[values + newest * size + j] = p[2 * w + size + j]
  end
  state[last] = steps < 2 * window and steps or window
  for h = 1, cell.heads do
    local from, bias, top, sum = (h - 1) * size, cell.distance_bias[h], -huge, 0
    for s = 1, taken do
      score[s] = bias[(newest - s + 1) % window + 1]
    end
    for j = 1, size do
      local query, row = scale * p[from + j], first + (j - 1) * window
      for s = 1, taken do
        score[s] = score[s] + query * state[row + s]
      end
    end
    for s = 1, taken do
      top = score[s] > top and score[s] or top
    end
    for s = 1, taken do
      local e = exp(score[s] - top)
      score[s], sum = e, sum + e
    end
    for j = 1, size do
      normal[from + j] = 0
    end
    for s = 1, taken do
      local weight, row = score[s] / sum, values + (s - 1) * size
      for j = 1, size do
        normal[from + j] = normal[from + j] + weight * state[row + j]
      end
    end
  end
  for i = 1, w do
    local gate = p[w + i]
    normal[i] = normal[i] * gate * sigmoid(gate)
  end
  times(cell.out, x, normal, x, w, w)
end

-- The address [rows] of an action among learned keys: like a softmax, of length 1.
local function address(cell, logits, action, out)
  local keys, rows, top, sum = cell.action_keys[action], cell.rows, -huge, 0
  for i = 1, rows do
    local l = logits[i] + keys[i]
    out[i], top = l, l > top and l or top
  end
  for i = 1, rows do
    local e = exp(out[i] - top)
    out[i], sum = e, sum + e * e
  end
  local by = 1 / sqrt(sum)
  for i = 1, rows do
    out[i] = out[i] * by
  end
end

-- Writes what the last action led to, and reads facts [choices][values + 1] where the agent is now.
local function recall(agent, cell, row, action, state, first)
  local work, v, rows = agent.work, cell.values + 1, cell.rows
  local written, facts, at = work.written, work.facts, work.address
  local last, head = first + rows * v, 0
  local learned = cell.keys == LEARNED
  for i = 1, learned and rows or 0 do
    work.last[i] = state[last + i]
  end
  for h, choices in ipairs(agent.heads) do
    local taken = head + action[h] -- from 1 on
    if action[h] > 0 and learned then
      address(cell, work.last, taken, at)
      for k = 1, v do
        local base, by = first + (k - 1) * rows, written[k]
        for i = 1, rows do
          state[base + i] = state[base + i] + by * at[i]
        end
      end
    elseif action[h] > 0 then
      local base = first + (state[last + 1] * agent.choices + taken - 1) * v
      for k = 1, v do
        state[base + k] = state[base + k] + written[k]
      end
    end
    head = head + choices
  end
  if learned then
    encode(agent, cell.encoder, agent.symbols, agent.quantities, row.images, work.last)
    for i = 1, rows do
      state[last + i] = work.last[i]
    end
    for a = 1, agent.choices do
      address(cell, work.last, a, at)
      for k = 1, v do
        local base, sum = first + (k - 1) * rows, 0
        for i = 1, rows do
          sum = sum + state[base + i] * at[i]
        end
        facts[a][k] = sum
      end
    end
    return
  end
  local here = 0
  if cell.keys ~= ACTION_ALONE then
    local part = agent.parts[cell.keys + 1]
    for i = 1, part.size do
      here = here * part.codes + row.symbols[part.first + i]
    end
  end
  for a = 1, agent.choices do
    local base = first + (here * agent.choices + a - 1) * v
    for k = 1, v do
      facts[a][k] = state[base + k]
    end
  end
  state[last + 1] = here
end

local function think(agent, cell, x, begins)
  local work, u, v, n = agent.work, cell.units, cell.values + 1, agent.choices
  local mixed, score, both, top, sum = work.mixed, work.score, work.both, -huge, 0
  times(cell.context, cell.context_bias, work.normal, work.context, u, agent.width)
  for a = 1, n do
    local facts, known = work.facts[a], work.known[a]
    local share = 1 / (1 + facts[v])
    for j = 1, v - 1 do
      facts[j] = facts[j] * share
    end
    facts[v] = share
    times(cell.read, work.context, facts, known, u, v)
    if cell.carry and not begins then
      times(cell.carry, known, work.choices[a], known, u, u)
    end
    for j = 1, u do
      known[j] = known[j] * sigmoid(known[j])
    end
    times(cell.mix, work.zeros, known, mixed, u, u)
    for j = 1, u do
      known[j] = known[j] + mixed[j] * sigmoid(mixed[j])
    end
    score[a] = dot(known, cell.pick, u)
    top = score[a] > top and score[a] or top
  end
  for a = 1, n do
    score[a] = exp(score[a] - top)
    sum = sum + score[a]
  end
  for j = 1, u do
    local best, all = 0, 0
    for a = 1, n do
      local known = work.known[a][j]
      best, all = best + known * score[a], all + known
      work.choices[a][j] = begins and known or work.choices[a][j] + known
    end
    both[j], both[u + j] = best / sum, all / n
  end
  times(cell.out, x, both, x, agent.width, 2 * u)
end

-- One step of one mind: row.outputs from work.chosen and work.values; the state is brought forward in place.
local function network(agent, row, action, state)
  local work, w, first, begins = agent.work, agent.width, 0, true
  local x, outputs = work.x, row.outputs
  encode(agent, agent.encoder, agent.symbols + #agent.heads + 1, agent.quantities + agent.numbers + 1, row.images, x)
  for i = 1, w do
    x[i] = x[i] > 0 and x[i] or 0
  end
  for _, cell in ipairs(agent.cells) do
    if cell.kind == TABLE then
      rms(x, work.normal, w)
      times(cell.value, cell.value_bias, work.normal, work.written, cell.values, w)
      work.written[cell.values + 1] = 1
      recall(agent, cell, row, action, state, first)
      think(agent, cell, x, begins)
      begins = false
    elseif cell.kind == ATTENTION then
      attend(agent, cell, state, first, x)
    else
      recur(agent, cell, state, first, x)
    end
    first = first + cell.state
  end
  rms(x, work.normal, w)
  times(agent.actor, agent.actor_bias, work.normal, outputs, agent.outputs, w)
  if agent.choice_actor then
    for a = 1, agent.choices do
      outputs[a] = outputs[a] + dot(work.choices[a], agent.choice_actor, agent.units)
    end
  end
end

-- Acting.

local function checked_symbols(part, values, to)
  for i = 1, part.size do
    local x = values[i]
    if type(x) ~= "number" or not (x >= 0 and x < part.codes) or x ~= floor(x) then
      local range = "whole numbers from 0 to " .. part.codes - 1
      return part.name .. ": number " .. i .. " is " .. tostring(x) .. "; it takes " .. range .. "."
    end
    to[part.first + i] = x
  end
end

local function checked_quantities(part, values, to)
  for i = 1, part.size do
    local x = values[i]
    if type(x) ~= "number" or not (abs(x) <= MOST_FLOAT) then
      return part.name .. ": number " .. i .. " is " .. tostring(x) .. "; look where the game computes it."
    end
    to[part.first + i] = x
  end
end

local function checked_image(part, values, to)
  for i = 1, part.size do
    local x = type(values) == "string" and byte(values, i) or values[i]
    if type(x) ~= "number" or not (x >= 0 and x <= 255) or x ~= floor(x) then
      return part.name .. ": number " .. i .. " is " .. tostring(x) .. "; it takes bytes from 0 to 255."
    end
    to[i] = x
  end
end

local function checked_mask(agent, symbols)
  local at = agent.mask.first
  for h, choices in ipairs(agent.heads) do
    local legal = 0
    for k = 1, choices do
      legal = legal + symbols[at + k]
    end
    if legal == 0 then
      return agent.mask.name .. " leaves no legal choice in head " .. h .. "; set at least one to 1."
    end
    at = at + choices
  end
end

-- What is wrong with what a mind is shown; what is right lies in its row afterwards.
local function wrong_with(agent, row, obs, reward, done)
  if type(obs) ~= "table" then
    return "obs: give a table with the parts of the observation by name."
  end
  if type(reward) ~= "number" or not (abs(reward) <= MOST_FLOAT) then
    return "reward is " .. tostring(reward) .. "; give a number, and look where the game computes it."
  end
  if type(done) ~= "boolean" then
    return "done is " .. tostring(done) .. "; give true or false."
  end
  local pictures = 0
  for _, part in ipairs(agent.parts) do
    local values, wrong = obs[part.name], nil
    if type(values) == "number" and part.size == 1 then
      values = { values }
    end
    local text = type(values) == "string" and part.kind == IMAGE
    if not text and type(values) ~= "table" then
      return "obs." .. part.name .. " is missing; give a flat table of " .. part.size .. " numbers."
    end
    if #values ~= part.size then
      local takes = "; give a flat table of " .. part.size .. ", row after row."
      return "obs." .. part.name .. " has " .. #values .. " numbers" .. takes
    end
    if part.kind == SYMBOLS then
      wrong = checked_symbols(part, values, row.symbols)
    elseif part.kind == IMAGE then
      pictures = pictures + 1
      row.images[pictures] = row.images[pictures] or vector(part.size)
      wrong = checked_image(part, values, row.images[pictures])
    else
      wrong = checked_quantities(part, values, row.quantities)
    end
    if wrong then
      return "obs." .. wrong
    end
  end
  return agent.mask and checked_mask(agent, row.symbols)
end

-- Writes the rows of symbols and the values of all quantities that the network is shown.
local function show(agent, row, start, action, reward, done)
  local chosen, values = agent.work.chosen, agent.work.values
  local first, at, count = 1, 0, 0
  for _, part in ipairs(agent.parts) do
    if part.kind == SYMBOLS then
      for i = part.first + 1, part.first + part.size do
        at = at + 1
        chosen[at], first = first + row.symbols[i], first + part.codes
      end
    elseif part.kind ~= IMAGE then
      for i = 1, part.size do
        local x = row.quantities[part.first + i]
        count = count + 1
        values[count] = part.kind == NORMALISED and scaled(x, part.mean[i], part.deviation[i]) or x
      end
    end
  end
  for h = 1, #agent.heads do
    at = at + 1
    chosen[at], first = first + action[h], first + agent.most + 1
  end
  chosen[at + 1] = first + (start and agent.start_done or done and 1 or 0)
  for k = 1, agent.numbers do
    count = count + 1
    values[count] = start and agent.start_numbers[k] or row.numbers[k]
  end
  reward = start and agent.start_reward or reward
  if agent.reward_normalised then
    reward = scaled(reward, agent.reward_mean, agent.reward_deviation, true)
  end
  values[count + 1] = reward
end

local function starts(agent, row, done)
  return not row.begun or agent.clears == STEP or (agent.clears == EPISODE and done)
end

-- The code of one head, drawn among its logits from `first` on.
local function drawn(agent, row, logits, heat, first, choices, chance)
  local mask, share, top, total = agent.mask, agent.work.share or {}, -huge, 0
  agent.work.share = share
  for k = 1, choices do
    local illegal = mask and row.symbols[mask.first + first + k] == 0
    share[k] = illegal and -1e9 or logits[first + k] * heat
    top = share[k] > top and share[k] or top
  end
  for k = 1, choices do
    share[k] = exp(share[k] - top)
    total = total + share[k]
  end
  local wanted, sum = chance * total, 0
  for k = 1, choices - 1 do
    sum = sum + share[k]
    if sum > wanted then
      return k - 1
    end
  end
  return choices - 1
end

-- A continuous number of an action, and what the next inputs say of it.
local function drawn_number(mind, row, logits, k)
  local agent, skill = mind.agent, mind.skill
  local width = #agent.heads + agent.numbers
  local high, low = draw(row.lane, numbered(row.steps, width, #agent.heads + k - 1))
  local normal = sqrt(-2 * log((high + 1) / WORD)) * math.cos(2 * math.pi * (low / WORD))
  local unit = tanh(logits[agent.choices + k] + agent.spread[k] * float32(normal))
  if skill < 1 then
    local chance = 2 * uniform(row.chances, numbered(row.steps, agent.numbers, k - 1)) - 1
    unit = within(skill * unit + (1 - skill) * chance, -0.999999, 0.999999)
  end
  local value = within(float32(agent.middle[k] + agent.half[k] * unit), agent.low[k], agent.high[k])
  return value, within((value - agent.middle[k]) / agent.half[k], -1, 1)
end

-- The action of a mind, which remembers it.
local function choose(mind, row, start)
  local agent, logits, answer = mind.agent, row.outputs, {}
  local width, first, heat = #agent.heads + agent.numbers, 0, 1
  if mind.skill < 1 then
    local late = uniform(row.reactions, numbered(row.steps, 1, 0)) < float32(0.5 * (1 - mind.skill))
    for k = 1, late and not start and 0 or agent.outputs do
      row.thought[k] = late and 0 or logits[k]
    end
    logits, heat = row.thought, mind.skill * mind.skill
  end
  for h, choices in ipairs(agent.heads) do
    local chance = uniform(row.lane, numbered(row.steps, width, h - 1))
    answer[h] = drawn(agent, row, logits, heat, first, choices, chance)
    row.action[h], first = answer[h] + 1, first + choices
  end
  for k = 1, agent.numbers do
    answer[#agent.heads + k], row.numbers[k] = drawn_number(mind, row, logits, k)
  end
  row.begun, row.steps = true, row.steps + 1
  return answer
end

-- The next action. Reward and done are those of the step that led here; the first act of an episode gets its
-- first observation with done = true. One mind is shown one observation and answers with several results: the
-- codes of all heads, from 0 on, then the numbers. n minds take tables of n, and answer with a table of tables.
function Mind:act(obs, reward, done)
  local agent, n = self.agent, self.n
  if n == 1 then
    obs, reward, done = { obs }, { reward }, { done }
  elseif type(obs) ~= "table" or type(reward) ~= "table" or type(done) ~= "table" or #obs ~= n then
    error("act: give tables with an observation, a reward and a done for each of the " .. n .. " minds.", 2)
  end
  for i, row in ipairs(self) do
    local wrong = wrong_with(agent, row, obs[i], reward[i], done[i])
    if wrong then
      error(n == 1 and wrong or "mind " .. i .. ": " .. wrong, 2)
    end
  end
  for i, row in ipairs(self) do
    local start = starts(agent, row, done[i])
    local action = start and agent.start_action or row.action
    show(agent, row, start, action, reward[i], done[i])
    copy(start and agent.start or row.state, row.after, agent.state)
    network(agent, row, action, row.after)
    if not (within_all(row.outputs, agent.outputs, MOST_FLOAT) and within_all(row.after, agent.state, 1e12)) then
      error("the agent's network answers with NaN or infinity; is an observation or reward enormous?", 2)
    end
  end
  local answers = {}
  for i, row in ipairs(self) do
    answers[i] = choose(self, row, starts(agent, row, done[i]))
    row.state, row.after = row.after, row.state
  end
  if n == 1 then
    return unpack(answers[1])
  end
  return answers
end

-- Memory as bytes.

local function thoughts(agent, skill)
  return skill < 1 and agent.outputs or 0
end

-- What the minds have learned, as a string for a save game; the same bytes as in every language.
function Mind:memory()
  local agent, n = self.agent, self.n
  local bytes = { "GMMEMORY", unsigned_bytes(3), unsigned_bytes(n), unsigned_bytes(self.seed_low) }
  local function put(text)
    bytes[#bytes + 1] = text
  end
  local function put_floats(name, size)
    for _, row in ipairs(self) do
      local values = row[name]
      for k = 1, size do
        values[k] = float32(values[k]) -- so that this mind goes on as one that is resumed
        put(float_bytes(values[k]))
      end
    end
  end
  put(unsigned_bytes(self.seed_high) .. double_bytes(self.skill) .. agent.digest)
  local thought = thoughts(agent, self.skill)
  for _, size in ipairs({ agent.state, agent.numbers, thought, #agent.heads, 0, 0 }) do
    put(unsigned_bytes(size))
  end
  for _, row in ipairs(self) do
    put(unsigned_bytes(floor(row.steps % WORD)) .. unsigned_bytes(floor(row.steps / WORD)))
  end
  put_floats("state", agent.state)
  put_floats("numbers", agent.numbers)
  put_floats("thought", thought)
  for _, row in ipairs(self) do
    put(row.seat)
  end
  for _, row in ipairs(self) do
    put(#agent.heads > 0 and char(unpack(row.action)) or "")
  end
  for _, row in ipairs(self) do
    put(row.begun and "\1" or "\0")
  end
  local whole = concat(bytes)
  return whole .. unsigned_bytes(floor(checksum(whole, #whole)))
end

-- Reads a memory into minds; whether it is one that acting can lead to.
local function take_up(mind, bytes)
  local agent, at, heads = mind.agent, SAVED + 1, #mind.agent.heads
  local function floats(name, size, most)
    for _, row in ipairs(mind) do
      for k = 1, size do
        local x = float_at(bytes, at)
        if not (abs(x) <= most) then
          return false
        end
        row[name][k], at = x, at + 4
      end
    end
    return true
  end
  for _, row in ipairs(mind) do
    row.steps, at = unsigned_at(bytes, at) + unsigned_at(bytes, at + 4) * WORD, at + 8
    if row.steps >= MOST_STEPS or row.steps < 0 then
      return false
    end
  end
  local good = floats("state", agent.state, 1e12) and floats("numbers", agent.numbers, 1)
  if not good or not floats("thought", thoughts(agent, mind.skill), 3.5e38) then
    return false
  end
  for i, row in ipairs(mind) do
    row.seat = bytes:sub(at + 4 * (i - 1), at + 4 * i - 1)
  end
  at = at + 4 * mind.n
  for i, row in ipairs(mind) do
    for h, choices in ipairs(agent.heads) do
      row.action[h] = byte(bytes, at + (i - 1) * heads + h - 1)
      if row.action[h] > choices then
        return false
      end
    end
    row.begun = byte(bytes, at + mind.n * heads + i - 1) ~= 0
    if not agent:possible(row.state) then
      return false
    end
  end
  return true
end

-- The minds whose memory was saved; nil and a sentence where the bytes are damaged or of another agent.
function Agent:resume(bytes)
  if type(bytes) ~= "string" or #bytes < SAVED + 4 or bytes:sub(1, 8) ~= "GMMEMORY" then
    return nil, "these bytes are not the memory of an agent, or cut off."
  end
  if unsigned_at(bytes, 9) ~= 3 then
    return nil, "this memory is of another version; take gamemeta.lua of the release that wrote it."
  end
  if checksum(bytes, #bytes - 4) ~= unsigned_at(bytes, #bytes - 3) then
    return nil, "this memory is damaged; take an earlier save."
  end
  if bytes:sub(33, 48) ~= self.digest then
    return nil, "this memory belongs to another agent; load the one that was playing."
  end
  local n, skill, heads = unsigned_at(bytes, 13), double_at(bytes, 25), #self.heads
  local fits = skill >= 0 and skill <= 1 and n >= 1 and n <= MOST_MINDS
  local thought = fits and thoughts(self, skill) or 0
  for k, size in ipairs({ self.state, self.numbers, thought, heads, 0 }) do
    fits = fits and unsigned_at(bytes, 49 + 4 * (k - 1)) == size
  end
  local row = 8 + 4 * (self.state + self.numbers + thought + 1) + heads + 1
  if not fits or SAVED + 4 + n * row ~= #bytes then
    return nil, "this memory is damaged: its sizes are not those of this agent."
  end
  local mind = make(self, n, unsigned_at(bytes, 21), unsigned_at(bytes, 17), skill)
  if not take_up(mind, bytes) then
    return nil, "this memory is damaged: it holds what no memory holds. Take an earlier save."
  end
  return mind
end

return gamemeta
