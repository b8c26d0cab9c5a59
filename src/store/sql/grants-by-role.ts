/** All plain grants, read as one text for each role: rows are made only of the roles that are asked for them. */

import { type Grant, type GrantsByRole, keyOf } from "../../policy/model/policy.ts";
import type { Effect } from "../../policy/model/rows.ts";
import { eventTurn } from "../engine/event-turn.ts";
import type { Statements } from "./statements.ts";

/** So many roles are read at a time. */
const PAGE_SIZE = 2000;

/** A permission; one that is denied or on a scope stands behind both, each with a tab behind it. No name has a tab. */
const GRANTED = `case when effect = 'allow' and scope = '' then permission
  else effect || ? || scope || ? || permission end`;

/** The plain grants of all roles. Their revisions are not read. */
export async function grantsByRole(statements: Statements): Promise<GrantsByRole> {
  const texts = new Map<string, string>();
  for (let after = ""; ; ) {
    const rows = await statements.rows({
      text: `select role, string_agg(${GRANTED}, ?) from grants where role > ? group by role order by role limit ?`,
      parameters: ["\t", "\t", "\n", after, PAGE_SIZE],
    });
    for (const [role, text] of rows) texts.set(String(role), String(text));
    await eventTurn();
    if (rows.length < PAGE_SIZE) return new GrantTexts(texts);
    after = String(rows.at(-1)?.[0]);
  }
}

class GrantTexts implements GrantsByRole {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #ofRoles = new Map<string, readonly Grant[]>();
  #rows: ReadonlyMap<string, Grant> | undefined;

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  ofRole(role: string): readonly Grant[] {
    const text = this.#texts.get(role);
    if (text === undefined) return NONE;
    const known = this.#ofRoles.get(role) ?? text.split("\n").map((one) => grantOf(role, one));
    this.#ofRoles.set(role, known);
    return known;
  }

  namesOf(role: string): readonly string[] | undefined {
    const text = this.#texts.get(role);
    if (text === undefined) return NO_NAMES;
    return /[\t*]|:own(?:\n|$)/.test(text) ? undefined : text.split("\n");
  }

  get size(): number {
    return this.#all.size;
  }
  get(key: string): Grant | undefined {
    return this.#all.get(key);
  }
  has(key: string): boolean {
    return this.#all.has(key);
  }
  keys(): MapIterator<string> {
    return this.#all.keys();
  }
  values(): MapIterator<Grant> {
    return this.#all.values();
  }
  entries(): MapIterator<[string, Grant]> {
    return this.#all.entries();
  }
  [Symbol.iterator](): MapIterator<[string, Grant]> {
    return this.#all[Symbol.iterator]();
  }
  forEach(act: (grant: Grant, key: string, grants: ReadonlyMap<string, Grant>) => void): void {
    this.#all.forEach(act);
  }

  get #all(): ReadonlyMap<string, Grant> {
    this.#rows ??= new Map(
      [...this.#texts.keys()].flatMap((role) => this.ofRole(role).map((row) => [keyOf("grant", { ...row }), row])),
    );
    return this.#rows;
  }
}

const NONE: readonly Grant[] = [];
const NO_NAMES: readonly string[] = [];

function grantOf(role: string, text: string): Grant {
  const [effect = "", scope = "", permission] = text.split("\t");
  return permission === undefined
    ? { role, effect: "allow", permission: text, scope: null, revision: 0 }
    : { role, effect: effect as Effect, permission, scope: scope || null, revision: 0 };
}
