/** All API keys of a policy, as they were at one of its moves. */
import { isKeyOf, type PresentedKey } from "../../api-keys/secret.ts";
import type { Compiled } from "../../index.ts";

type Key = Awaited<ReturnType<typeof keysOf>>[number];

export class KeyBook {
  /** Of the policy when the keys were read: they are of its revision then, or of a later one. */
  readonly moves: number;
  readonly #byId: ReadonlyMap<string, Key>;

  constructor(moves: number, keys: readonly Key[]) {
    this.moves = moves;
    this.#byId = new Map(keys.map((key) => [key.id, key]));
  }

  /** True where some key counts at a time. */
  hasAny(at: string): boolean {
    return [...this.#byId.values()].some((key) => isOpen(key, at));
  }

  /** The key with an id, if it counts at a time. */
  withId(id: string, at: string): Key | undefined {
    const key = this.#byId.get(id);
    return key && isOpen(key, at) ? key : undefined;
  }

  /** The key that was presented, if it counts at a time. */
  keyOf(presented: PresentedKey, at: string): Key | undefined {
    const key = this.#byId.get(presented.id);
    // An unknown id takes as long as a wrong secret.
    const isRight = isKeyOf(presented, key ?? NO_KEY, at);
    return isRight && key && isOpen(key, at) ? key : undefined;
  }
}

const isOpen = ({ until }: Pick<Key, "until">, at: string): boolean => until === null || at < until;

const NO_KEY = { id: "", digest: "0".repeat(64), previous: null, overlap: null };

const keysOf = (policy: Compiled) => policy.beside((database) => database.read((reading) => reading.apiKeys()));

export async function readKeys(policy: Compiled): Promise<KeyBook> {
  const { moves } = policy;
  return new KeyBook(moves, await keysOf(policy));
}

/** True for text that is meant as a key, and not as a token. */
export const isMeantAsKey = (text: string): boolean => text.startsWith("rbac_");
