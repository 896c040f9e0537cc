"""What the commands draw with: screens, charts, tables, keys."""
