// Who plays on the boards: the agent and, beside it, its twin without memory, another agent, or itself on another level.

export const LEVEL = "/level";  // no agent has such a name: names have no slash

/**
 * What the players are called, one or two of them: over their boards, over the columns of the table, and for
 * those who cannot see them.
 */
export function playersOf({ about, beside, names: [first, second] }) {
  const who = about.is_trained ? "the agent" : "random play";
  if (beside === LEVEL) return [onLevel(first, who, "on the left"), onLevel(second, who, "on the right")];
  const agent = about.is_trained
    ? { title: "Keeps its memory", column: "keeps memory", aria: "Agent with memory" }
    : { title: "Random play", column: "random play", aria: "Random play" };
  if (beside) return [agent, { title: beside, column: beside, aria: beside }];
  if (!about.is_trained) return [agent];  // who remembers nothing is its own twin
  return [agent, { title: "Memory wiped", column: "wiped", aria: "Twin without memory" }];
}

function onLevel(name, who, side) {
  return { title: name ? `Level ${name}` : "Your level", column: name || "yours", aria: `${who} ${side}, ${name ? `level ${name}` : "your level"}` };
}
