## An agent of gamemeta in GDScript, for Godot 4.3 or newer and everything it exports to, the web included.
## SPDX-License-Identifier: MIT
##
## [codeblock]
## var agent := Gamemeta.load_agent("res://agent.bin")
## var mind := agent.begin(1, 7)
## var action := mind.act({"view": view, "place": place}, reward, done)
## [/codeblock]
##
## What cannot be done gives null, an empty array or false, changes nothing, and says what is wrong with
## push_error and in [member Gamemeta.error], which is empty after what went well.
class_name Gamemeta
extends RefCounted

enum { SYMBOLS, QUANTITIES, NORMALISED, IMAGE }
enum { MINGRU, GRU, TABLE }
const LEARNED := -2
const HEADER := 48
const SAVED := 72
const MOST_MINDS := 1 << 20
const DAMAGED := "agent.bin is damaged: its sizes do not fit. Export the agent again."

## What was wrong with the last call; empty where nothing was.
static var error := ""

## Of the agent, as manifest.json has it.
var digest := ""
## Of minds that begin from now on: 1 plays as trained, 0 at random. See [method set_skill].
var skill := 1.0
var parts: Array[Part] = []
var choices := PackedInt32Array()
var names: Array[PackedStringArray] = []
var numbers := 0
var actions := 0
var outputs := 0
var width := 0
var state := 0
var symbols := 0
var quantities := 0
var clearing := 0
var mask := -1
var start := PackedFloat32Array()
var start_action := PackedInt32Array()
var start_numbers := PackedFloat32Array()
var start_reward := 0.0
var start_done := 0
var reward_scale := PackedFloat32Array()
var spread := PackedFloat32Array()
var middle := PackedFloat32Array()
var half := PackedFloat32Array()
var low := PackedFloat32Array()
var high := PackedFloat32Array()
var encoder: Encoder
var cells: Array[Cell] = []
var actor: Matrix
var choice_actor := PackedVector4Array()
var units := 0


## The agent in agent.bin: a path such as res://agent.bin, or its bytes; null where that is none.
static func load_agent(from: Variant) -> Gamemeta:
	error = ""
	var bytes := PackedByteArray()
	if from is PackedByteArray:
		bytes = from
	elif from is String:
		if not FileAccess.file_exists(from):
			return fail("%s cannot be found; add *.bin to the files that the project exports." % from)
		bytes = FileAccess.get_file_as_bytes(from)
	else:
		return fail("load_agent takes a path such as res://agent.bin, or bytes.")
	var agent := new()
	var wrong := agent._read(bytes)
	return fail(wrong) if wrong else agent


## n minds that know nothing of their level; the same seed gives the same actions in every language.
func begin(n := 1, random_seed := 0) -> Mind:
	error = ""
	if n < 1 or n > MOST_MINDS:
		return fail("n = %d: begin with 1 to %d minds." % [n, MOST_MINDS])
	return Mind.new(self, n, random_seed, skill)


## The minds whose memory was put into a save game; null where these are other bytes.
func resume(bytes: PackedByteArray) -> Mind:
	error = ""
	var end := bytes.size() - 4
	if end < SAVED or bytes.slice(0, 8).get_string_from_ascii() != "GMMEMORY":
		return fail("these bytes are not the memory of an agent, or cut off.")
	if bytes.decode_u32(8) != 3:
		return fail("this memory is of another version; take gamemeta.gd of the release that wrote it.")
	if crc32(bytes.slice(0, end)) != bytes.decode_u32(end):
		return fail("this memory is cut off or damaged; take an earlier save.")
	if bytes.slice(32, 48).get_string_from_ascii() != digest:
		return fail("this memory belongs to another agent; load the one that was playing.")
	var n := bytes.decode_u32(12)
	var saved_skill := bytes.decode_double(24)
	var sizes := [state, numbers, outputs if saved_skill < 1.0 else 0, choices.size(), 0]
	var fits := saved_skill >= 0.0 and saved_skill <= 1.0 and n >= 1 and n <= MOST_MINDS
	for k in 5:
		fits = fits and bytes.decode_u32(48 + 4 * k) == sizes[k]
	if not fits or bytes.size() != SAVED + 4 + n * (13 + 4 * (sizes[0] + sizes[1] + sizes[2]) + sizes[3]):
		return fail("this memory is damaged: its sizes are not those of this agent. Take an earlier save.")
	var mind := Mind.new(self, n, bytes.decode_s64(16), saved_skill)
	if not mind._restore(bytes):
		return fail("this memory is damaged: it holds what no memory holds. Take an earlier save.")
	return mind


## Skill of minds that begin from now on: 1 plays as trained, 0 at random.
func set_skill(value: float) -> bool:
	error = ""
	if not (value >= 0.0 and value <= 1.0):
		fail("skill = %s: give 0 (plays at random) to 1 (plays as it was trained)." % value)
		return false
	skill = value
	return true


static func fail(words: String) -> Variant:
	error = words
	push_error("gamemeta: " + words)
	return null


## For minds: inner classes cannot name this script where a project has no list of global classes yet.
func _tell(words: String) -> void:
	if words:
		fail(words)
	else:
		error = ""


func _sum_of(bytes: PackedByteArray) -> int:
	return crc32(bytes)


## CRC-32, as it stands at the end of a gzip file.
static func crc32(bytes: PackedByteArray) -> int:
	var packed := bytes.compress(FileAccess.COMPRESSION_GZIP)
	return packed.decode_u32(packed.size() - 8)


# ---- Reading agent.bin ----


func _read(bytes: PackedByteArray) -> String:
	var end := bytes.size() - 4
	if end < HEADER or bytes.slice(0, 8).get_string_from_ascii() != "GMEXPORT":
		return "these bytes are no agent.bin of gamemeta, or cut off."
	if bytes.decode_u32(8) != 1:
		return "agent.bin is of another version; take gamemeta.gd of the same export."
	var text := HEADER + 4 * bytes.decode_u32(12)
	var floats := text + bytes.decode_u32(16)
	if floats + 4 * bytes.decode_u32(20) != end or crc32(bytes.slice(0, end)) != bytes.decode_u32(end):
		return "agent.bin is cut off or damaged; copy it again."
	skill = bytes.decode_double(24)
	digest = bytes.slice(32, 48).get_string_from_ascii()
	if digest.to_ascii_buffer().size() != 16:
		return DAMAGED
	var lines := bytes.slice(text, floats).get_string_from_utf8().split("\n")
	var r := Reader.new()
	r.integers = bytes.slice(HEADER, text).to_int32_array()
	r.floats = bytes.slice(floats, end).to_float32_array()
	for value in r.floats:
		if not is_finite(value):
			return DAMAGED
	var wrong := _read_sizes(r, lines)
	if wrong or r.bad:
		return wrong if wrong else DAMAGED
	_read_statistics(r)
	encoder = Encoder.new(r, self, width, true)
	for k in r.integer(1, 256):
		cells.append(Cell.new(r, self))
		if r.bad:
			return DAMAGED
	var weights := r.array(outputs * width)
	actor = Matrix.new(weights, outputs, width, r.array(outputs))
	choice_actor = Maths.pack(r.array(units), 0, units)
	var sum := 0
	for cell in cells:
		sum += cell.size
	var whole := r.at == r.integers.size() and r.from == r.floats.size() and sum == state
	return "" if whole and not r.bad and _possible(start) else DAMAGED


func _read_sizes(r: Reader, lines: PackedStringArray) -> String:
	clearing = r.integer(0, 2)
	width = r.integer(8, 4096)
	state = r.integer(1, 1 << 28)
	for h in r.integer(0, 64):
		choices.append(r.integer(1, 255))
		actions += choices[h]
	numbers = r.integer(0, 256)
	outputs = actions + numbers
	for k in r.integer(0, 4096):
		var part := Part.new()
		part.name = lines[k] if k < lines.size() else ""
		part.kind = r.integer(0, 3)
		part.size = r.integer(1, 1 << 24)
		part.codes = r.integer(0, 65536)
		for side in 3:
			r.integer(0, 4096)
		if part.kind == IMAGE:
			return "this agent sees images, which GDScript is too slow for."
		part.first = symbols if part.kind == SYMBOLS else quantities
		if part.kind == SYMBOLS:
			symbols += part.size
		else:
			quantities += part.size
		parts.append(part)
	for h in choices.size():
		var line: String = lines[parts.size() + h] if parts.size() + h < lines.size() else ""
		names.append(line.split("\t", false))
	mask = r.integer(-1, parts.size() - 1)
	reward_scale.resize(2 * r.integer(0, 1))
	var stages := r.integer(0, 0)
	r.integer(0, 8)
	for h in choices.size():
		start_action.append(r.integer(0, choices[h]))
	start_done = r.integer(0, 1)
	var fits := not r.bad and outputs > 0 and stages == 0 and skill >= 0.0 and skill <= 1.0
	if fits and mask >= 0:
		fits = fits and parts[mask].kind == SYMBOLS and parts[mask].codes == 2 and parts[mask].size == actions
	return "" if fits else DAMAGED


func _read_statistics(r: Reader) -> void:
	start = r.array(state)
	start_numbers = r.array(numbers)
	start_reward = r.number()
	for part in parts:
		if part.kind == NORMALISED:
			part.mean = r.array(part.size)
			part.deviation = r.array(part.size)
	for k in reward_scale.size():
		reward_scale[k] = r.number()
	spread = r.array(numbers)
	middle = r.array(numbers)
	half = r.array(numbers)
	for value in half:
		r.bad = r.bad or value <= 0.0
	low = r.array(numbers)
	high = r.array(numbers)


## Whether a state is one that acting can lead to.
func _possible(floats: PackedFloat32Array) -> bool:
	for value in floats:
		if not (absf(value) < 1e12):
			return false
	var at := 0
	for cell in cells:
		if cell.kind == TABLE and not cell.possible(floats, at, actions):
			return false
		at += cell.size
	return true


# ---- The network ----


## One step of one mind; the state, an array a cell, is brought forward in place.
func _network(rows: PackedInt32Array, values: PackedFloat32Array, turn: Turn, mind_state: Array) -> PackedFloat32Array:
	var x := encoder.encode(rows, values)
	for i in x.size():
		x[i] = x[i].max(Vector4.ZERO)
	turn.known.clear()
	for k in cells.size():
		x = cells[k].step(x, mind_state[k], turn)
	var said := actor.times(Maths.rms(x, width))
	var answer := Maths.unpack(said, outputs)
	for k in turn.known.size():
		answer[k] += Maths.dot(turn.known[k], choice_actor)
	return answer


## A part of the observation.
class Part:
	var name := ""
	var kind := 0
	var size := 0
	var codes := 0
	var first := 0
	var mean := PackedFloat32Array()
	var deviation := PackedFloat32Array()


## What tables need to know of a step: codes before, symbols shown, values, and what is known of each action.
class Turn:
	var before := PackedInt32Array()
	var shown := PackedInt32Array()
	var rows := PackedInt32Array()
	var values := PackedFloat32Array()
	var known: Array[PackedVector4Array] = []


class Reader:
	var integers := PackedInt32Array()
	var floats := PackedFloat32Array()
	var at := 0
	var from := 0
	var bad := false

	func integer(least: int, most: int) -> int:
		if bad or at >= integers.size() or integers[at] < least or integers[at] > most:
			bad = true
			return maxi(least, 0)
		at += 1
		return integers[at - 1]

	func array(count: int) -> PackedFloat32Array:
		if bad or count > floats.size() - from:
			bad = true
			return PackedFloat32Array()
		from += count
		return floats.slice(from - count, from)

	func number() -> float:
		var one := array(1)
		return one[0] if one else 0.0


## Vectors are rows of Vector4, filled up with zeros to a multiple of 32 numbers.
class Maths:
	static func padded(count: int) -> int:
		return (count + 31) >> 5 << 3

	static func zeros(count: int) -> PackedVector4Array:
		var y := PackedVector4Array()
		y.resize(padded(count))
		return y

	static func pack(floats: PackedFloat32Array, first: int, count: int, fill := 0.0) -> PackedVector4Array:
		var y := zeros(count)
		if floats.size() < first + count:
			return y
		var part := floats.slice(first, first + count)
		while part.size() < 4 * y.size():
			part.append(fill)
		for i in y.size():
			var k := 4 * i
			y[i] = Vector4(part[k], part[k + 1], part[k + 2], part[k + 3])
		return y

	static func unpack(x: PackedVector4Array, count: int) -> PackedFloat32Array:
		var floats := x.to_byte_array().to_float32_array()
		floats.resize(count)
		return floats

	static func dot(a: PackedVector4Array, b: PackedVector4Array) -> float:
		var sum := 0.0
		for i in a.size():
			sum += a[i].dot(b[i])
		return sum

	static func rms(x: PackedVector4Array, count: int) -> PackedVector4Array:
		var sum := 0.0
		for v in x:
			sum += v.dot(v)
		var by := 1.0 / sqrt(sum / count + 1e-5)
		var y := x.duplicate()
		for i in y.size():
			y[i] *= by
		return y

	static func sigmoid(a: Vector4) -> Vector4:
		return Vector4(
			0.5 + 0.5 * tanh(0.5 * a.x), 0.5 + 0.5 * tanh(0.5 * a.y),
			0.5 + 0.5 * tanh(0.5 * a.z), 0.5 + 0.5 * tanh(0.5 * a.w))

	static func tanh4(a: Vector4) -> Vector4:
		return Vector4(tanh(a.x), tanh(a.y), tanh(a.z), tanh(a.w))

	## asinh or nothing of a distance from the mean, within -10..10.
	static func scaled(value: float, mean: float, deviation: float, squeezed := false) -> float:
		if not (deviation > 0.0):
			return 0.0
		var away := (value - mean) / deviation
		if squeezed:
			away = signf(away) * log(absf(away) + sqrt(away * away + 1.0))
		return clampf(away, -10.0, 10.0)

	static func to_float32(value: float) -> float:
		return PackedFloat32Array([value])[0]

	# Random streams: splitmix64. Whole numbers wrap around; >> keeps the sign, so the mask clears it.
	static func mix(x: int) -> int:
		x = (x ^ ((x >> 30) & 0x3FFFFFFFF)) * -0x40A7B892E31B1A47
		x = (x ^ ((x >> 27) & 0x1FFFFFFFFF)) * -0x6B2FB644ECCEEE15
		return x ^ ((x >> 31) & 0x1FFFFFFFF)

	static func combine(stream: int, number: int) -> int:
		return mix(mix(stream - 0x61C8864680B583EB) ^ (number * -0x61C8864680B583EB - 0x61C8864680B583EB))

	static func uniform(lane: int, number: int) -> float:
		return ((combine(lane, number) >> 40) & 0xFFFFFF) / 16777216.0

	static func normal(lane: int, number: int) -> float:
		var bits := combine(lane, number)
		var radius := sqrt(-2.0 * log((((bits >> 32) & 0xFFFFFFFF) + 1.0) / 4294967296.0))
		return radius * cos(TAU * ((bits & 0xFFFFFFFF) / 4294967296.0))


## A matrix [rows, columns] in blocks of 4 by 4, eight blocks to an array: the fastest product that GDScript has.
class Matrix:
	var bias := PackedVector4Array()
	var strips: Array[Array] = []

	func _init(w: PackedFloat32Array, rows: int, columns: int, with := PackedFloat32Array()) -> void:
		bias = Maths.pack(with, 0, rows)
		if w.size() != rows * columns:
			return
		var lines: Array[PackedVector4Array] = []
		for r in (rows + 3) >> 2 << 2:
			lines.append(Maths.pack(w, r * columns, columns) if r < rows else Maths.zeros(columns))
		for strip in Maths.padded(columns) >> 3:
			var blocks: Array = []
			for r in range(0, lines.size(), 4):
				var line: Array[Projection] = []
				for k in 8:
					var c := 8 * strip + k
					var a := lines[r][c]
					var b := lines[r + 1][c]
					var d := lines[r + 2][c]
					var e := lines[r + 3][c]
					line.append(Projection(
						Vector4(a.x, b.x, d.x, e.x), Vector4(a.y, b.y, d.y, e.y),
						Vector4(a.z, b.z, d.z, e.z), Vector4(a.w, b.w, d.w, e.w)))
				blocks.append(line)
			strips.append(blocks)

	func times(x: PackedVector4Array) -> PackedVector4Array:
		var y := bias.duplicate()
		for strip in strips.size():
			var blocks: Array = strips[strip]
			var o := 8 * strip
			var x0 := x[o]
			var x1 := x[o + 1]
			var x2 := x[o + 2]
			var x3 := x[o + 3]
			var x4 := x[o + 4]
			var x5 := x[o + 5]
			var x6 := x[o + 6]
			var x7 := x[o + 7]
			for r in blocks.size():
				var w: Array[Projection] = blocks[r]
				y[r] += (w[0] * x0 + w[1] * x1 + w[2] * x2 + w[3] * x3
					+ w[4] * x4 + w[5] * x5 + w[6] * x6 + w[7] * x7)
		return y


## Bias, a row of `table` for every symbol, and a row of `scales` times every quantity.
class Encoder:
	var bias := PackedVector4Array()
	var table := PackedVector4Array()
	var scales := PackedVector4Array()
	var stride := 0
	var none := 0

	func _init(r: Reader, agent: Gamemeta, width: int, with_before: bool) -> void:
		var rows := 0
		var values := agent.quantities
		for part in agent.parts:
			if part.kind == SYMBOLS:
				rows += part.size * part.codes
		if with_before:
			var most := 0
			for count in agent.choices:
				most = maxi(most, count)
			rows += agent.choices.size() * (most + 1) + 2
			values += agent.numbers + 1
		bias = Maths.pack(r.array(width), 0, width)
		stride = bias.size()
		table = _rows(r.array(rows * width), rows, width)
		table.append_array(Maths.zeros(width))
		none = rows * stride
		scales = _rows(r.array(values * width), values, width)

	func _rows(floats: PackedFloat32Array, rows: int, width: int) -> PackedVector4Array:
		var all := PackedVector4Array()
		if floats.size() == rows * width:
			for k in rows:
				all.append_array(Maths.pack(floats, k * width, width))
		return all

	func encode(rows: PackedInt32Array, values: PackedFloat32Array) -> PackedVector4Array:
		var x := bias.duplicate()
		var at := PackedInt32Array()
		for row in rows:
			at.append(row * stride)
		while at.size() & 7:
			at.append(none)
		for k in range(0, at.size(), 8):
			var a := at[k]
			var b := at[k + 1]
			var c := at[k + 2]
			var d := at[k + 3]
			var e := at[k + 4]
			var f := at[k + 5]
			var g := at[k + 6]
			var h := at[k + 7]
			for i in stride:
				x[i] += (table[a + i] + table[b + i] + table[c + i] + table[d + i]
					+ table[e + i] + table[f + i] + table[g + i] + table[h + i])
		for k in values.size():
			var value := values[k]
			if value != 0.0:
				var from := k * stride
				for i in stride:
					x[i] += scales[from + i] * value
		return x


## A memory cell.
class Cell:
	var kind := 0
	var size := 0
	var width := 0
	var thirds: Array[Matrix] = []
	var recurrent: Array[Matrix] = []
	var out: Matrix
	var keys := 0
	var rows := 0
	var values := 0
	var units := 0
	var actions := 0
	var parts: Array[Part] = []
	var choices := PackedInt32Array()
	var value: Matrix
	var read: Matrix
	var context: Matrix
	var carry: Matrix
	var mixer: Matrix
	var pick := PackedVector4Array()
	var out_mean: Matrix
	var encoder: Encoder
	var action_keys: Array[PackedVector4Array] = []

	func _init(r: Reader, agent: Gamemeta) -> void:
		kind = r.integer(0, 2)
		width = agent.width
		size = width
		if kind == TABLE:
			_read_table(r, agent)
			return
		thirds = _thirds(r)
		if kind == GRU:
			recurrent = _thirds(r)
		out = Matrix.new(r.array(width * width), width, width)

	func _thirds(r: Reader) -> Array[Matrix]:
		var w := r.array(3 * width * width)
		var b := r.array(3 * width)
		var all: Array[Matrix] = []
		for k in 3:
			var square := w.slice(k * width * width, (k + 1) * width * width)
			all.append(Matrix.new(square, width, width, b.slice(k * width, (k + 1) * width)))
		return all

	func _read_table(r: Reader, agent: Gamemeta) -> void:
		actions = agent.actions
		parts = agent.parts
		choices = agent.choices
		keys = r.integer(-2, parts.size() - 1)
		rows = r.integer(1, 1 << 20)
		values = r.integer(1, 256)
		units = r.integer(1, 1024)
		var carries := r.integer(0, 1)
		size = rows * (values + 1) + (rows if keys == LEARNED else 1)
		var places := 1
		if keys >= 0:
			r.bad = r.bad or parts[keys].kind != SYMBOLS
			for k in parts[keys].size:
				places = mini(places * maxi(parts[keys].codes, 1), 1 << 21)
		if agent.numbers or not actions or (keys != LEARNED and places * actions != rows):
			r.bad = true
		if r.bad or (agent.units and agent.units != units):
			r.bad = true
			return
		agent.units = units
		var w := r.array(values * width)
		value = Matrix.new(w, values, width, r.array(values))
		read = Matrix.new(r.array(units * (values + 1)), units, values + 1)
		w = r.array(units * width)
		context = Matrix.new(w, units, width, r.array(units))
		if carries:
			carry = Matrix.new(r.array(units * units), units, units)
		mixer = Matrix.new(r.array(units * units), units, units)
		pick = Maths.pack(r.array(units), 0, units)
		w = r.array(width * 2 * units)
		if r.bad:
			return
		var best := PackedFloat32Array()
		var mean := PackedFloat32Array()
		for k in width:
			best.append_array(w.slice(2 * k * units, (2 * k + 1) * units))
			mean.append_array(w.slice((2 * k + 1) * units, (2 * k + 2) * units))
		out = Matrix.new(best, width, units)
		out_mean = Matrix.new(mean, width, units)
		if keys == LEARNED:
			encoder = Encoder.new(r, agent, rows, false)
			w = r.array(actions * rows)
			for k in actions if not r.bad else 0:
				action_keys.append(Maths.pack(w, k * rows, rows, -1e9))

	## The state out of numbers of a memory: as it is for a table of places, else rows of vectors.
	func unflatten(floats: PackedFloat32Array, at: int) -> Variant:
		if kind == TABLE and keys != LEARNED:
			return floats.slice(at, at + size)
		var long := rows if kind == TABLE else width
		var all := PackedVector4Array()
		for k in size / long:
			all.append_array(Maths.pack(floats, at + k * long, long))
		return all

	func flatten(now: Variant) -> PackedFloat32Array:
		if now is PackedFloat32Array:
			return now
		var vectors: PackedVector4Array = now
		var long := rows if kind == TABLE else width
		var stride := Maths.padded(long)
		var all := PackedFloat32Array()
		for k in size / long:
			all.append_array(Maths.unpack(vectors.slice(k * stride, (k + 1) * stride), long))
		return all

	func possible(floats: PackedFloat32Array, at: int, count: int) -> bool:
		var v := values + 1
		for k in rows:
			if floats[at + (values * rows + k if keys == LEARNED else k * v + values)] < 0.0:
				return false
		var last := floats[at + size - 1]
		return keys == LEARNED or (last >= 0.0 and last < rows / count and last == floorf(last))

	func step(x: PackedVector4Array, now: Variant, turn: Turn) -> PackedVector4Array:
		if kind == TABLE:
			return _look_up(x, now, turn)
		var normal := Maths.rms(x, width)
		var after: PackedVector4Array = now
		var p := thirds[0].times(normal)
		var q := thirds[1].times(normal)
		var g := thirds[2].times(normal)
		if kind == GRU:
			var a := recurrent[0].times(after)
			var b := recurrent[1].times(after)
			var c := recurrent[2].times(after)
			for i in after.size():
				var candidate := Maths.tanh4(g[i] + Maths.sigmoid(p[i] + a[i]) * c[i])
				after[i] = candidate + Maths.sigmoid(q[i] + b[i]) * (after[i] - candidate)
			return _plus(x, out.times(after))
		for i in after.size():
			var s := p[i] * 0.5
			var t := q[i]
			var h := after[i]
			h += (Vector4(tanh(s.x), tanh(s.y), tanh(s.z), tanh(s.w)) * 0.5 + HALF) * (
				Vector4(tanh(t.x), tanh(t.y), tanh(t.z), tanh(t.w)) - h)
			after[i] = h
			var gate := g[i]
			s = gate * 0.5
			normal[i] = h * gate * (Vector4(tanh(s.x), tanh(s.y), tanh(s.z), tanh(s.w)) * 0.5 + HALF)
		return _plus(x, out.times(normal))

	const HALF := Vector4(0.5, 0.5, 0.5, 0.5)

	func _plus(x: PackedVector4Array, y: PackedVector4Array) -> PackedVector4Array:
		for i in x.size():
			x[i] += y[i]
		return x

	func _look_up(x: PackedVector4Array, now: Variant, turn: Turn) -> PackedVector4Array:
		var normal := Maths.rms(x, width)
		var written := Maths.unpack(value.times(normal), values)
		written.append(1.0)
		var taken := PackedInt32Array()
		var first := 0
		for h in choices.size():
			if turn.before[h]:
				taken.append(first + turn.before[h] - 1)
			first += choices[h]
		var facts: Array[PackedVector4Array] = []
		if keys == LEARNED:
			facts = _by_address(now, taken, written, turn)
		else:
			facts = _by_place(now, taken, written, turn)
		return _think(x, context.times(normal), facts, turn)

	func _by_place(table: PackedFloat32Array, taken: PackedInt32Array, written: PackedFloat32Array, turn: Turn) -> Array[PackedVector4Array]:
		var v := values + 1
		for action in taken:
			var row := (int(table[size - 1]) * actions + action) * v
			for j in v:
				table[row + j] += written[j]
		var here := 0
		if keys >= 0:
			for k in parts[keys].size:
				here = here * parts[keys].codes + turn.shown[parts[keys].first + k]
		table[size - 1] = here
		var facts: Array[PackedVector4Array] = []
		for k in actions:
			facts.append(Maths.pack(table, (here * actions + k) * v, v))
		return facts

	func _by_address(table: PackedVector4Array, taken: PackedInt32Array, written: PackedFloat32Array, turn: Turn) -> Array[PackedVector4Array]:
		var v := values + 1
		var long := Maths.padded(rows)
		for action in taken:
			var address := _address(table, v * long, action)
			for j in v:
				for i in long:
					table[j * long + i] += address[i] * written[j]
		var logits := encoder.encode(turn.rows, turn.values)
		for i in long:
			table[v * long + i] = logits[i]
		var facts: Array[PackedVector4Array] = []
		for k in actions:
			var address := _address(logits, 0, k)
			var y := PackedFloat32Array()
			for j in v:
				var sum := 0.0
				for i in long:
					sum += table[j * long + i].dot(address[i])
				y.append(sum)
			facts.append(Maths.pack(y, 0, v))
		return facts

	func _address(logits: PackedVector4Array, from: int, action: int) -> PackedVector4Array:
		var address := action_keys[action].duplicate()
		var top := -INF
		for i in address.size():
			var l := address[i] + logits[from + i]
			address[i] = l
			top = maxf(top, maxf(maxf(l.x, l.y), maxf(l.z, l.w)))
		var sum := 0.0
		for i in address.size():
			var l := address[i]
			l = Vector4(exp(l.x - top), exp(l.y - top), exp(l.z - top), exp(l.w - top))
			address[i] = l
			sum += l.dot(l)
		sum = 1.0 / sqrt(sum)
		for i in address.size():
			address[i] *= sum
		return address

	func _think(x: PackedVector4Array, about: PackedVector4Array, facts: Array[PackedVector4Array], turn: Turn) -> PackedVector4Array:
		var all: Array[PackedVector4Array] = []
		var scores := PackedFloat64Array()
		var top := -INF
		for k in actions:
			var f := facts[k]
			var share := 1.0 / (1.0 + f[values >> 2][values & 3])
			for i in f.size():
				f[i] *= share
			f[values >> 2][values & 3] = share
			var known := _plus(read.times(f), about)
			if carry and turn.known:
				known = _plus(known, carry.times(turn.known[k]))
			for i in known.size():
				known[i] *= Maths.sigmoid(known[i])
			var mixed := mixer.times(known)
			for i in known.size():
				known[i] += mixed[i] * Maths.sigmoid(mixed[i])
			all.append(known)
			scores.append(Maths.dot(known, pick))
			top = maxf(top, scores[k])
		var total := 0.0
		for k in actions:
			scores[k] = exp(scores[k] - top)
			total += scores[k]
		var best := Maths.zeros(units)
		var mean := Maths.zeros(units)
		for k in actions:
			for i in best.size():
				best[i] += all[k][i] * (scores[k] / total)
				mean[i] += all[k][i] * (1.0 / actions)
		if turn.known:
			for k in actions:
				all[k] = _plus(all[k].duplicate(), turn.known[k])
		turn.known = all
		return _plus(_plus(x, out.times(best)), out_mean.times(mean))


# ---- Minds ----


## n minds with their memories, which decide together.
class Mind:
	var agent: Gamemeta
	var n := 1
	var random_seed := 0
	var skill := 1.0
	## What the network said last, a row a mind: logits of all heads, then means of numbers.
	var outputs := PackedFloat32Array()
	var _steps := PackedInt64Array()
	var _states: Array[Array] = []
	var _numbers := PackedFloat32Array()
	var _thought := PackedFloat32Array()
	var _seat := PackedInt32Array()
	var _codes := PackedByteArray()
	var _begun := PackedByteArray()

	func _init(of: Gamemeta, count: int, with_seed: int, with_skill: float) -> void:
		agent = of
		n = count
		random_seed = with_seed
		skill = with_skill
		outputs.resize(n * agent.outputs)
		_steps.resize(n)
		_states.resize(n)
		_numbers.resize(n * agent.numbers)
		_thought.resize(n * agent.outputs if skill < 1.0 else 0)
		_seat.resize(n)
		_seat.fill(-1)
		_codes.resize(n * agent.choices.size())
		_begun.resize(n)
		forget()

	## Clears the memory on a new level: of minds whose flag in `which` is not 0; of all without it.
	func forget(which: Variant = null) -> bool:
		agent._tell("")
		if which != null and (typeof(which) < TYPE_ARRAY or which.size() != n):
			agent._tell("which: give %d flags, one for each mind." % n)
			return false
		for i in n:
			if which == null or which[i]:
				_states[i] = _unflatten(agent.start, 0)
				for k in agent.numbers:
					_numbers[i * agent.numbers + k] = 0.0
				for h in agent.choices.size():
					_codes[i * agent.choices.size() + h] = 0
				for k in agent.outputs if skill < 1.0 else 0:
					_thought[i * agent.outputs + k] = 0.0
				_begun[i] = 0
		return true

	func _unflatten(floats: PackedFloat32Array, at: int) -> Array:
		var all: Array = []
		for cell in agent.cells:
			all.append(cell.unflatten(floats, at))
			at += cell.size
		return all

	## Chooses what to do, and learns from what the last choice led to.
	##
	## obs: every part by its name, a number or an array; of several minds an array of these. Reward and done are
	## those of the step that led here; the first act of an episode gets its first observation with done. Of
	## several minds they are arrays. Gives the codes of all heads, then the numbers; mind after mind.
	func act(obs: Variant, reward: Variant = 0.0, done: Variant = false) -> PackedFloat32Array:
		var list: Array = [obs] if obs is Dictionary else obs if obs is Array else []
		var rewards: Variant = [reward] if reward is float or reward is int else reward
		var dones: Variant = [done] if done is bool or done is int else done
		if list.size() != n:
			return _refuse("obs: give a dictionary of parts for one mind, an array of %d for %d minds." % [n, n])
		var symbols := PackedInt32Array()
		var quantities := PackedFloat32Array()
		for one in list:
			if not one is Dictionary:
				return _refuse("obs: give dictionaries with all parts by name.")
			for part in agent.parts:
				if not one.has(part.name):
					return _refuse("obs lacks %s: give %d numbers." % [part.name, part.size])
				var values := _numbers_of(one[part.name])
				if values.size() != part.size:
					return _refuse("%s: got %d numbers; give %d." % [part.name, values.size(), part.size])
				for value in values:
					if part.kind != SYMBOLS:
						quantities.append(value)
					elif value == floorf(value) and value >= 0.0 and value < part.codes:
						symbols.append(int(value))
					else:
						return _refuse("%s: %s is no code; give 0 to %d." % [part.name, value, part.codes - 1])
		var as_floats := PackedFloat32Array()
		for value in _numbers_of(rewards):
			as_floats.append(value)
		var as_bytes := PackedByteArray()
		for flag in _numbers_of(dones):
			if not is_finite(flag):
				return _refuse("done: give true or false, for several minds an array of these.")
			as_bytes.append(1 if flag else 0)
		return act_flat(symbols, quantities, as_floats, as_bytes)

	static func _numbers_of(from: Variant) -> PackedFloat64Array:
		var all := PackedFloat64Array()
		if from is float or from is int or from is bool:
			all.append(float(from))
		elif from is Array or (typeof(from) >= TYPE_PACKED_BYTE_ARRAY and typeof(from) <= TYPE_PACKED_FLOAT64_ARRAY):
			for one: Variant in from:
				all.append_array(_numbers_of(one))
		else:
			all.append(NAN)
		return all

	func _refuse(words: String) -> PackedFloat32Array:
		agent._tell(words)
		return PackedFloat32Array()

	## As [method act], for speed: all parts of a kind side by side, one mind after the other.
	func act_flat(symbols: PackedInt32Array, quantities: PackedFloat32Array, reward: PackedFloat32Array, done: PackedByteArray) -> PackedFloat32Array:
		agent._tell("")
		var wrong := _wrong(symbols, quantities, reward, done)
		if wrong:
			return _refuse(wrong)
		var after: Array[Array] = []
		var starts := PackedByteArray()
		var said := PackedFloat32Array()
		for i in n:
			var begins := not _begun[i] or agent.clearing == 2 or (agent.clearing == 1 and done[i])
			var mine: Array = _unflatten(agent.start, 0) if begins else []
			if not begins:
				for cell_state: Variant in _states[i]:
					mine.append(cell_state.duplicate())
			said.append_array(_step(i, symbols, quantities, reward[i], done[i], begins, mine))
			after.append(mine)
			starts.append(1 if begins else 0)
		for value in said:
			if not is_finite(value):
				return _refuse("the network answers with NaN or infinity; is an observation or reward enormous?")
		outputs = said
		_states = after
		var action := PackedFloat32Array()
		for i in n:
			_choose(i, symbols, starts[i], action)
			_begun[i] = 1
			_steps[i] += 1
		return action

	func _wrong(symbols: PackedInt32Array, quantities: PackedFloat32Array, reward: PackedFloat32Array, done: PackedByteArray) -> String:
		if symbols.size() != n * agent.symbols or quantities.size() != n * agent.quantities:
			return "got %d symbols and %d quantities; give %d and %d." % [
				symbols.size(), quantities.size(), n * agent.symbols, n * agent.quantities]
		if reward.size() != n or done.size() != n:
			return "reward and done: give %d of each, one for each mind." % n
		for value in reward:
			if not is_finite(value):
				return "reward is NaN or infinite; look where the game computes it."
		for value in quantities:
			if not is_finite(value):
				return "the observation holds no number, NaN or infinity; look where the game computes it."
		for i in n:
			for part in agent.parts:
				if part.kind == SYMBOLS:
					var first := i * agent.symbols + part.first
					for k in range(first, first + part.size):
						if symbols[k] < 0 or symbols[k] >= part.codes:
							return "%s: %d is no code; give 0 to %d." % [part.name, symbols[k], part.codes - 1]
			if agent.mask >= 0:
				var at := i * agent.symbols + agent.parts[agent.mask].first
				for count in agent.choices:
					if symbols.slice(at, at + count).count(1) == 0:
						return "action_mask leaves no legal choice in a head; set at least one to 1."
					at += count
		return ""

	func _step(i: int, symbols: PackedInt32Array, quantities: PackedFloat32Array, reward: float, done: int, begins: bool, mine: Array) -> PackedFloat32Array:
		var turn := Turn.new()
		turn.shown = symbols.slice(i * agent.symbols, (i + 1) * agent.symbols)
		var seen := quantities.slice(i * agent.quantities, (i + 1) * agent.quantities)
		var rows := PackedInt32Array()
		var row := 0
		for part in agent.parts:
			if part.kind == SYMBOLS:
				for k in part.size:
					rows.append(row + turn.shown[part.first + k])
					row += part.codes
			elif part.kind == NORMALISED:
				for k in part.size:
					seen[part.first + k] = Maths.scaled(seen[part.first + k], part.mean[k], part.deviation[k])
		turn.rows = rows.duplicate()
		turn.values = seen.duplicate()
		var heads := agent.choices.size()
		var most := 0
		for count in agent.choices:
			most = maxi(most, count)
		for h in heads:
			turn.before.append(agent.start_action[h] if begins else _codes[i * heads + h])
			rows.append(row + turn.before[h])
			row += most + 1
		rows.append(row + (agent.start_done if begins else 1 if done else 0))
		seen.append_array(
			agent.start_numbers if begins else _numbers.slice(i * agent.numbers, (i + 1) * agent.numbers))
		var gain := agent.start_reward if begins else reward
		if agent.reward_scale:
			gain = Maths.scaled(gain, agent.reward_scale[0], agent.reward_scale[1], true)
		seen.append(gain)
		return agent._network(rows, seen, turn, mine)

	## Appends the action of mind i, and keeps what its next inputs say about it.
	func _choose(i: int, symbols: PackedInt32Array, begins: int, action: PackedFloat32Array) -> void:
		var heads := agent.choices.size()
		var o := i * agent.outputs
		var lane := Maths.combine(random_seed, i)
		var now := _steps[i]
		var logits := outputs.slice(o, o + agent.outputs)
		if skill < 1.0:
			var reactions := Maths.combine(random_seed ^ (1 << 61), i)
			var late := Maths.uniform(reactions, now) < Maths.to_float32(0.5 * (1.0 - skill))
			for k in agent.outputs:
				if not late:
					_thought[o + k] = logits[k]
				elif begins:
					_thought[o + k] = 0.0
			logits = _thought.slice(o, o + agent.outputs)
		var allowed := i * agent.symbols + (agent.parts[agent.mask].first if agent.mask >= 0 else 0)
		var first := 0
		for h in heads:
			var shares := PackedFloat64Array()
			var top := -INF
			for k in range(first, first + agent.choices[h]):
				var legal := agent.mask < 0 or symbols[allowed + k] != 0
				shares.append(logits[k] * skill * skill if legal else -1e9)
				top = maxf(top, shares[k - first])
			var total := 0.0
			for k in shares.size():
				shares[k] = exp(shares[k] - top)
				total += shares[k]
			var wanted := Maths.uniform(lane, now * (heads + agent.numbers) + h) * total
			var sum := shares[0]
			var chosen := 0
			while chosen < shares.size() - 1 and sum <= wanted:
				chosen += 1
				sum += shares[chosen]
			action.append(chosen)
			_codes[i * heads + h] = chosen + 1
			first += agent.choices[h]
		for k in agent.numbers:
			var draw := Maths.to_float32(Maths.normal(lane, now * (heads + agent.numbers) + heads + k))
			var unit := tanh(logits[first + k] + agent.spread[k] * draw)
			if skill < 1.0:
				var blur := Maths.combine(random_seed ^ (1 << 62), i)
				var chance := 2.0 * Maths.uniform(blur, now * agent.numbers + k) - 1.0
				unit = clampf(skill * unit + (1.0 - skill) * chance, -0.999999, 0.999999)
			var value := Maths.to_float32(agent.middle[k] + agent.half[k] * unit)
			value = clampf(value, agent.low[k], agent.high[k])
			action.append(value)
			_numbers[i * agent.numbers + k] = clampf((value - agent.middle[k]) / agent.half[k], -1.0, 1.0)

	## What the minds have learned, for a save game. Keep the reward and done of the last action beside it.
	func memory() -> PackedByteArray:
		var bytes := "GMMEMORY".to_ascii_buffer()
		bytes.resize(SAVED)
		bytes.encode_u32(8, 3)
		bytes.encode_u32(12, n)
		bytes.encode_s64(16, random_seed)
		bytes.encode_double(24, skill)
		var mark := agent.digest.to_ascii_buffer()
		for k in 16:
			bytes[32 + k] = mark[k]
		var sizes := [agent.state, agent.numbers, agent.outputs if skill < 1.0 else 0, agent.choices.size(), 0, 0]
		for k in 6:
			bytes.encode_u32(48 + 4 * k, sizes[k])
		bytes.append_array(_steps.to_byte_array())
		for mine in _states:
			for k in agent.cells.size():
				bytes.append_array(agent.cells[k].flatten(mine[k]).to_byte_array())
		bytes.append_array(_numbers.to_byte_array())
		bytes.append_array(_thought.to_byte_array())
		bytes.append_array(_seat.to_byte_array())
		bytes.append_array(_codes)
		bytes.append_array(_begun)
		var sum := agent._sum_of(bytes)
		bytes.resize(bytes.size() + 4)
		bytes.encode_u32(bytes.size() - 4, sum)
		return bytes

	func _restore(bytes: PackedByteArray) -> bool:
		var counts := [8 * n, 4 * n * agent.state, 4 * _numbers.size(), 4 * _thought.size(), 4 * n, _codes.size(), n]
		var pieces: Array[PackedByteArray] = []
		var at := SAVED
		for count: int in counts:
			pieces.append(bytes.slice(at, at + count))
			at += count
		_steps = pieces[0].to_int64_array()
		var floats := pieces[1].to_float32_array()
		_numbers = pieces[2].to_float32_array()
		_thought = pieces[3].to_float32_array()
		_seat = pieces[4].to_int32_array()
		_codes = pieces[5]
		_begun = pieces[6]
		for k in _codes.size():
			if _codes[k] > agent.choices[k % agent.choices.size()]:
				return false
		for value in _numbers:
			if not (absf(value) <= 1.0):
				return false
		for value in _thought:
			if not is_finite(value):
				return false
		for i in n:
			if _steps[i] < 0 or _steps[i] >= 1 << 48:
				return false
			if not agent._possible(floats.slice(i * agent.state, (i + 1) * agent.state)):
				return false
			_states[i] = _unflatten(floats, i * agent.state)
		return true
