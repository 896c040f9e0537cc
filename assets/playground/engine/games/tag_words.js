// The game `tag` in words. A clock is steps, their limit, the phase, who won, the exit made for, whether the runner left.

const [DECIDED, OVER] = [1, 2];
const RUNNER = 2;
const NO_EXIT = -1;
const OPENS = 6;

/** Events of the step that led to this clock, a sentence each. */
export function eventsOf({ exits }, [, , state, winner, aim], leftNow) {
  const sentences = leftNow ? ["the runner leaves its den"] : [];
  if (state === DECIDED && winner === RUNNER) sentences.push(`the runner escapes through the ${exits[aim]} exit`);
  else if (state === DECIDED) sentences.push(`the runner is caught${aim === NO_EXIT ? "" : ` on its way to the ${exits[aim]} exit`}`);
  else if (state === OVER) sentences.push(winner === RUNNER ? "the runner wins" : "the guards win");
  return sentences;
}

/** State of the match, such as "step 3 of 30, the runner waits". */
export function statusOf([step, limit, , , , left]) {
  const waits = step >= OPENS ? "the runner waits" : "the den is closed";
  return `step ${step} of ${limit}, ${left ? "the runner sprints" : waits}`;
}
