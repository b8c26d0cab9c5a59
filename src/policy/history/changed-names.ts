/** Whose answers may have changed by the changes since a revision, for whoever keeps answers elsewhere. */
import { byBytes } from "../model/byte-order.ts";
import { byKind, type Change, type ChangeOf } from "../model/change.ts";
import { closure } from "../model/role-graph.ts";
import type { Kind, Rows } from "../model/rows.ts";

/** The names that changed. What is not among them answers as before, unless `all` is true. */
export interface ChangedSince {
  /** Users by whose own rows answers may differ: created, deleted, renamed (both names), disabled, assigned. */
  readonly users: readonly string[];
  /** Roles with other grants or parents, and all that inherited them before, or do now. */
  readonly roles: readonly string[];
  /** True where something for everybody changed, or nobody knows what did. */
  readonly all: boolean;
}

/** Nothing is known of what changed. */
export const ALL_CHANGED: ChangedSince = { users: [], roles: [], all: true };

type Edge = Rows["inheritance"];

export class ChangedNames {
  readonly #users = new Set<string>();
  readonly #roles = new Set<string>();
  /** Edges that came or went, by what they were before the first change of theirs. */
  readonly #edges = new Map<string, Edge & { readonly wasThere: boolean }>();
  #all = false;

  /** Takes the next change, in the order of the record. */
  add(change: Change): void {
    byKind(this.#takers, change);
  }

  /** True where roles changed: then `result` needs the inheritance. */
  get hasRoles(): boolean {
    return this.#roles.size > 0;
  }

  /** @param edges all inheritance behind the last change */
  result(edges: Iterable<Edge>): ChangedSince {
    const [before, now] = [new Heirs(), new Heirs()];
    for (const edge of edges) {
      now.add(edge);
      if (!this.#edges.has(keyOf(edge))) before.add(edge);
    }
    for (const { wasThere, ...edge } of this.#edges.values()) if (wasThere) before.add(edge);
    const roles = new Set([...before.with(this.#roles), ...now.with(this.#roles)]);
    return { users: [...this.#users].sort(byBytes), roles: [...roles].sort(byBytes), all: this.#all };
  }

  readonly #forAll = () => {
    this.#all = true;
  };
  readonly #ofRole = ({ role }: { readonly role: string }) => {
    this.#roles.add(role);
  };
  readonly #ofUser = ({ user }: { readonly user: string }) => {
    this.#users.add(user);
  };

  readonly #takers: { readonly [K in Kind]: (change: ChangeOf<K>) => void } = {
    // A question that names what is gone is an error, whoever is asked about; one about what is new was.
    permission: ({ after }) => after ?? this.#forAll(),
    role: ({ after }) => after ?? this.#forAll(),
    user: (change) => {
      if (change.before?.disabled !== change.after?.disabled) this.#ofUser(change);
    },
    inheritance: (change) => {
      const { role, inherits, before } = change;
      this.#ofRole(change);
      const key = keyOf(change);
      if (!this.#edges.has(key)) this.#edges.set(key, { role, inherits, wasThere: before !== null });
    },
    grant: this.#ofRole,
    conditional: this.#ofRole,
    assignment: this.#ofUser,
    everyone: this.#forAll,
    constraint: ({ before, after }) => {
      if (before?.type === "dsd" || after?.type === "dsd") this.#all = true; // No other type plays a part in answers.
    },
    policy: this.#forAll,
    attribute: this.#forAll,
    former: () => {},
    identity: () => {},
    approval: () => {},
    "api-key": () => {},
  };
}

const keyOf = ({ role, inherits }: Edge): string => `${role}\0${inherits}`;

/** The direct heirs of roles. */
class Heirs {
  readonly #heirs = new Map<string, string[]>();

  add({ role, inherits }: Edge): void {
    const heirs = this.#heirs.get(inherits);
    if (heirs) heirs.push(role);
    else this.#heirs.set(inherits, [role]);
  }

  /** Some roles and all that inherit them. */
  with(roles: Iterable<string>): ReadonlySet<string> {
    return closure(roles, (role) => this.#heirs.get(role) ?? []);
  }
}
