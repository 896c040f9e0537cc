"""One file a target, which calls itself `TARGET`; `gamemeta.export.registry` takes up every one."""
