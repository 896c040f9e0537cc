"""The rules of dungeons that generator, solver and game share."""
