function love.conf(t)
  t.identity = "gamemeta-guard" -- folder of the save game
  t.version = "11.4"
  t.window.title = "A guard that learns"
  t.window.width, t.window.height = 9 * 72, 9 * 72 + 110
end
