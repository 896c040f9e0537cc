## Wrong calls and what they say, then damaged agents and memories: godot -s godot_probe.gd -- OTHER.bin TIMES
extends SceneTree

const Runtime := preload("gamemeta.gd")

var agent: Runtime
var mind: Runtime.Mind
var random := RandomNumberGenerator.new()


func _init() -> void:
	var words := OS.get_cmdline_user_args()
	var bytes := FileAccess.get_file_as_bytes("res://agent.bin")
	agent = Runtime.load_agent(bytes)
	mind = agent.begin(1, 7)
	var other := Runtime.load_agent(words[0])
	var said := {}
	var calls := _calls(bytes, other)
	var before := mind.memory()
	for name: String in calls:
		var answer: Variant = calls[name].call()
		said[name] = "%s (%s)" % [Runtime.error, "nothing" if not answer else "something"]
		if mind.memory() != before:
			said[name] = "the memory has changed"
	var reward := 0.0
	for k in range(1, 6):
		mind.act(_seen(), 0.25 * k, k == 3)
	var saved := mind.memory()
	print("@", JSON.stringify({
		"said": said, "saved": Marshalls.raw_to_base64(saved),
		"action": Array(agent.resume(saved).act(_seen(), 0.5, false)), "damaged": _damaged(bytes, int(words[1]))}))
	quit()


func _seen(more := {}) -> Dictionary:
	return {"place": [0, 2], "speed": PackedFloat32Array([0.5, -1.0])}.merged(more, true)


func _calls(bytes: PackedByteArray, other: Runtime) -> Dictionary:
	var memory := mind.memory()
	return {
		"nothing": func() -> Variant: return mind.act(null),
		"a part left out": func() -> Variant: return mind.act({"place": [0, 2]}),
		"wrong shape": func() -> Variant: return mind.act(_seen({"speed": [1]})),
		"NaN": func() -> Variant: return mind.act(_seen({"speed": [1, NAN]})),
		"beyond float32": func() -> Variant: return mind.act(_seen({"speed": [1, 1e300]})),
		"text": func() -> Variant: return mind.act(_seen({"speed": ["a", 1]})),
		"unknown symbol": func() -> Variant: return mind.act(_seen({"place": [0, 3]})),
		"half a symbol": func() -> Variant: return mind.act(_seen({"place": [0.5, 0]})),
		"infinite reward": func() -> Variant: return mind.act(_seen(), INF),
		"reward as text": func() -> Variant: return mind.act(_seen(), "1"),
		"done as text": func() -> Variant: return mind.act(_seen(), 0.0, "yes"),
		"two minds": func() -> Variant: return mind.act([_seen(), _seen()]),
		"flat": func() -> Variant: return mind.act_flat([0], [1, 1], [0], [0]),
		"flat symbol": func() -> Variant: return mind.act_flat([0, -1], [1, 1], [0], [0]),
		"which": func() -> Variant: return mind.forget([true, false]),
		"which one": func() -> Variant: return mind.forget(3),
		"no minds": func() -> Variant: return agent.begin(0),
		"skill": func() -> Variant: return agent.set_skill(2.0),
		"cut off": func() -> Variant: return Runtime.load_agent(bytes.slice(0, -9)),
		"no agent": func() -> Variant: return Runtime.load_agent(PackedByteArray([1, 2])),
		"no file": func() -> Variant: return Runtime.load_agent("res://nowhere.bin"),
		"no path": func() -> Variant: return Runtime.load_agent(7),
		"memory cut off": func() -> Variant: return agent.resume(memory.slice(0, -3)),
		"no memory": func() -> Variant: return agent.resume(PackedByteArray()),
		"memory of another": func() -> Variant: return other.resume(memory),
	}


## How many of the damaged agents and memories were taken, and which of those refused lacked words.
func _damaged(bytes: PackedByteArray, times: int) -> Dictionary:
	random.seed = 1
	var counts := {"loaded": 0, "resumed": 0, "wordless": 0}
	var memory := mind.memory()
	for k in times:
		var loaded := Runtime.load_agent(_damage(bytes, 400))
		counts["wordless"] += int((loaded == null) != (Runtime.error != ""))
		if loaded:
			counts["loaded"] += 1
			_play(loaded)
		var resumed := agent.resume(_damage(memory, memory.size()))
		counts["wordless"] += int((resumed == null) != (Runtime.error != ""))
		if resumed:
			counts["resumed"] += 1
			resumed.act(_seen())
			agent.resume(resumed.memory())
	return counts


func _play(loaded: Runtime) -> void:
	var two := loaded.begin(2, 3)
	var symbols := PackedInt32Array()
	var quantities := PackedFloat32Array()
	symbols.resize(2 * loaded.symbols)
	quantities.resize(2 * loaded.quantities)
	for k in 3:
		two.act_flat(symbols, quantities, [0, 1], [0, k & 1])
	var memory := two.memory()
	loaded.resume(memory)


## Some bytes and the length changed, mostly with the checksum that they need.
func _damage(bytes: PackedByteArray, header: int) -> PackedByteArray:
	var odd := [0, 1, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FC00000, 0x7F000000, 7, 300]
	var copy := bytes.duplicate()
	for k in random.randi_range(1, 3):
		var at := random.randi_range(0, mini(header if random.randi() & 1 else copy.size(), copy.size()) - 5)
		match random.randi_range(0, 9):
			0:
				copy = copy.slice(0, random.randi_range(9, copy.size()))
			1, 2, 3:
				copy[at] = random.randi_range(0, 255)
			4, 5:
				copy[at] ^= 1 << random.randi_range(0, 7)
			_:
				copy.encode_u32(at & ~3, odd[random.randi_range(0, 7)])
		if copy.size() < 10:
			return copy
	if random.randi_range(0, 7):
		copy.encode_u32(copy.size() - 4, Runtime.crc32(copy.slice(0, -4)))
	return copy
