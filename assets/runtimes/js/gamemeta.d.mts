/** What is wrong, and what to do about it. */
export class GamemetaError extends Error {}

/** A part of the observation. `first` is where it stands among the parts of its kind. */
export interface Part {
  readonly name: string;
  readonly kind: "symbols" | "quantities" | "images";
  readonly size: number;
  /** How many codes a symbol has. */
  readonly codes: number;
  readonly first: number;
}

/** What one mind is shown: every part by name, its numbers row by row; one number where its size is 1. */
export type Obs = Record<string, number | ArrayLike<number> | readonly (readonly number[])[]>;

/** The same for n minds, all parts of a kind side by side, one mind after the other. */
export interface FlatObs {
  symbols?: ArrayLike<number>;
  quantities?: ArrayLike<number>;
  images?: ArrayLike<number>;
}

/** A number where the action is one, else the codes of all heads and then the numbers. */
export type Action = number | number[];

type Flag = boolean | number;

/** The agent out of the bytes of agent.bin. */
export function load(bytes: Uint8Array | ArrayBuffer): Agent;

/** An agent, out of which minds begin. It never changes. */
export class Agent {
  private constructor();
  readonly digest: string;
  readonly skill: number;
  readonly parts: readonly Part[];
  /** How many choices each head has. */
  readonly choices: readonly number[];
  /** The names of the choices of each head, where they have names. */
  readonly names: readonly (readonly string[])[];
  /** How many continuous numbers an action has. */
  readonly numbers: number;
  /** The same agent as a weaker player: 1 plays as it was trained, 0 at random. */
  withSkill(skill: number): Agent;
  /** n minds that know nothing of their level yet; the same seed, 0 to 2^64 - 1, gives the same actions. */
  begin(n?: number, seed?: number | bigint): Mind;
  /** The minds whose `memory` was put into a save game. */
  resume(memory: Uint8Array | ArrayBuffer): Mind;
}

/** n minds with their memories, which decide together. */
export class Mind {
  private constructor();
  readonly agent: Agent;
  readonly n: number;
  readonly seed: bigint;
  readonly skill: number;
  /** What the network said last [n, outputs]: logits of all heads, then means of numbers. */
  readonly outputs: Float32Array;
  /** What was learned so far, for a save game. */
  readonly memory: Uint8Array;
  /** Chooses what to do, and learns from what the last choice led to. */
  act(obs: Obs | readonly Obs[], reward?: number | ArrayLike<number>, done?: Flag | ArrayLike<Flag>): Action | Action[];
  /** As `act`; [n, heads + numbers], overwritten by the next act. */
  actFlat(obs: FlatObs, reward: ArrayLike<number>, done: ArrayLike<Flag>): Float32Array;
  /** Clears the memory on a new level: of these minds [n]; of all without it. */
  forget(which?: ArrayLike<Flag>): void;
}
