## Five levers, one of which opens the door: which one, only the seed of the level tells. At most two pulls an episode.
extends Node2D

signal take_level
signal played(step: Dictionary)

const Controller := preload("lever_controller.gd")
const LEVERS := 5
const PULLS := 2

var number := 0
var episodes := 4
var controller: Controller
var level := -1
var episode := 0
var right := 0
var pulls := 0
var pulled := -1
var open := false
## What was chosen and has yet to be done; -1 where nothing was.
var move := -1
## Whether the scene plays alone: it begins its own episodes then, and gamemeta does when it trains.
var alone := false


func _init(which := 0, how_many := 4) -> void:
	number = which
	episodes = how_many
	controller = Controller.new()
	controller.init(self)
	add_child(controller)


## A level for the exported agent, which is to know nothing of it.
func begin(level_seed: int) -> void:
	alone = true
	episode = 0
	if controller.onnx_model:
		controller.onnx_model.forget(controller)
	start_level(level_seed)


func start_level(level_seed: int) -> void:
	var random := RandomNumberGenerator.new()
	random.seed = level_seed
	right = random.randi_range(0, LEVERS - 1)
	level = level_seed
	pulls = 0
	pulled = -1
	open = false
	queue_redraw()


## Pulls the lever that was chosen: after the Sync node, whose next step sees what came of it.
func _physics_process(_delta: float) -> void:
	if move < 0:
		return
	pulled = move
	move = -1
	if level < 0 or open or pulls == PULLS:
		return
	pulls += 1
	open = pulled == right
	controller.reward += 1.0 if open else 0.0
	controller.done = open or pulls == PULLS
	queue_redraw()
	if alone:
		_go_on()


func _go_on() -> void:
	var ends := controller.done
	var last := ends and episode == episodes - 1
	played.emit(controller.shown.merged({
		"agent": number, "level": level, "episode": episode, "move": pulled, "open": open, "ends": ends, "last": last}))
	if last:
		level = -1
		take_level.emit()
	elif ends:
		episode += 1
		start_level(level)


func _draw() -> void:
	for k in LEVERS:
		draw_rect(Rect2(12 * k, 4 if k == pulled else 0, 6, 12), Color.SANDY_BROWN)
	draw_rect(Rect2(12 * LEVERS + 6, 0, 12, 16), Color.LIGHT_GREEN if open else Color.DIM_GRAY)
