## Replays trace.bin with gamemeta.gd. SPDX-License-Identifier: MIT
##
## godot --headless --path FOLDER -s check.gd [-- --time]
## Prints the largest error of a logit, equal actions of all, whether memories are equal, and ok or failed.
extends SceneTree

const Runtime := preload("gamemeta.gd")
const LIMIT := 2e-5

var agent: Runtime
var mind: Runtime.Mind
var trace := PackedByteArray()
var symbols := PackedInt32Array()
var quantities := PackedFloat32Array()
var largest := 0.0
var equal := 0
var all := 0
var same_memory := true
var broken := false


func _init() -> void:
	quit(0 if _check() else 1)


func _check() -> bool:
	var folder: String = get_script().resource_path.get_base_dir()
	agent = Runtime.load_agent(folder.path_join("agent.bin"))
	trace = FileAccess.get_file_as_bytes(folder.path_join("trace.bin"))
	if agent == null or trace.size() < 16 or trace.slice(0, 8).get_string_from_ascii() != "GMTRACE1":
		print("failed")
		return false
	var pool := trace.decode_u32(8)
	var at := 16 + 4 * pool * agent.symbols
	symbols = trace.slice(16, at).to_int32_array()
	quantities = trace.slice(at, at + 4 * pool * agent.quantities).to_float32_array()
	at += 4 * pool * agent.quantities
	_play(at, false)
	var good := largest <= LIMIT and equal == all and all > 0 and same_memory and not broken
	print("error %.9f\nactions %d %d" % [largest, equal, all])
	print("memory ", "equal" if same_memory else "differs")
	if "--time" in OS.get_cmdline_user_args():
		var begun := Time.get_ticks_usec()
		var decisions := 0
		while not broken and Time.get_ticks_usec() - begun < 1000000:
			decisions += _play(at, true)
		print("us %.1f" % ((Time.get_ticks_usec() - begun) / maxf(1.0, decisions)))
	print("ok" if good else "failed")
	return good


## Plays all events; gives how many decisions there were.
func _play(at: int, timed: bool) -> int:
	var decisions := 0
	for k in trace.decode_u32(12):
		var kind := trace.decode_u32(at)
		var size := trace.decode_u32(at + 4)
		at += 8
		match kind:
			1:
				agent.set_skill(trace.decode_double(at + 12))
				mind = agent.begin(trace.decode_u32(at), trace.decode_s64(at + 4))
			2:
				decisions += mind.n
				_act(at, timed)
			3:
				mind.forget(trace.slice(at, at + size).to_int32_array())
			4:
				if not timed:
					_save(trace.slice(at + 4, at + 4 + trace.decode_u32(at)))
			5:
				mind = agent.resume(trace.slice(at + 4, at + 4 + trace.decode_u32(at)))
		at += size
		if mind == null or broken:
			broken = true
			return decisions
	return decisions


func _act(at: int, timed: bool) -> void:
	var n := mind.n
	var shown := PackedInt32Array()
	var seen := PackedFloat32Array()
	var done := PackedByteArray()
	var reward := trace.slice(at + 4 * n, at + 8 * n).to_float32_array()
	for i in n:
		var which := trace.decode_u32(at + 4 * i)
		shown.append_array(symbols.slice(which * agent.symbols, (which + 1) * agent.symbols))
		seen.append_array(quantities.slice(which * agent.quantities, (which + 1) * agent.quantities))
		done.append(trace.decode_u32(at + 8 * n + 4 * i))
	var action := mind.act_flat(shown, seen, reward, done)
	broken = action.is_empty()
	if timed or broken:
		return
	at += 12 * n
	var end := at + 4 * n * agent.outputs
	var golden := trace.slice(at, end).to_float32_array()
	for k in golden.size():
		largest = maxf(largest, _apart(mind.outputs[k], golden[k]))
	golden = trace.slice(end, end + 4 * action.size()).to_float32_array()
	var width := agent.choices.size() + agent.numbers
	for k in golden.size():
		var number := k % width - agent.choices.size()
		var near := 0.0 if number < 0 else LIMIT * agent.half[number]
		all += 1
		equal += 1 if absf(action[k] - golden[k]) <= near else 0


## The distance of two numbers, relative beyond 1.
func _apart(mine: float, golden: float) -> float:
	var away := absf(mine - golden) / maxf(1.0, absf(golden))
	return away if is_finite(away) else 1e30


## Compares the memory with the golden one, and goes on from it.
func _save(golden: PackedByteArray) -> void:
	var mine := mind.memory()
	var first := 72 + 8 * mind.n
	var floats := mind.n * (golden.decode_u32(48) + golden.decode_u32(52) + golden.decode_u32(56))
	var rest := first + 4 * floats
	var end := golden.size() - 4
	if mine.size() != golden.size() or mine.slice(0, first) != golden.slice(0, first):
		same_memory = false
	elif mine.slice(rest, end) != golden.slice(rest, end):
		same_memory = false
	else:
		var a := mine.slice(first, rest).to_float32_array()
		var b := golden.slice(first, rest).to_float32_array()
		for k in floats:
			if _apart(a[k], b[k]) > LIMIT:
				same_memory = false
	mind = agent.resume(mine)
