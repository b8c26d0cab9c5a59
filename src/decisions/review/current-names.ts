/** Names of a log as they are now: what was renamed since is asked about under its new name. */
import type { Named } from "../../errors.ts";
import type { Change } from "../../policy/model/change.ts";
import { grouped } from "../../policy/model/group-by.ts";
import { isOwn, withoutOwn } from "../../policy/model/names.ts";
import type { TransactionReads } from "../../store/read/transaction-reads.ts";
import type { AskedAgain } from "./asked-again.ts";

interface Renaming {
  readonly revision: number;
  readonly name: string;
}

export class CurrentNames {
  /** By kind and former name, the earliest first. */
  readonly #renamings: ReadonlyMap<string, readonly Renaming[]>;

  /** @param renamed what was renamed, and the revisions of that */
  constructor(renamed: Iterable<{ readonly revision: number; readonly change: Change }>) {
    const renamings = [...renamed].flatMap(({ revision, change }) =>
      change.kind === "former.add" ? [{ revision, name: change.name, key: `${change.of} ${change.former}` }] : [],
    );
    this.#renamings = grouped(
      renamings.sort((a, b) => a.revision - b.revision),
      ({ key }) => key,
    );
  }

  static async read(reading: Pick<TransactionReads, "entries">): Promise<CurrentNames> {
    return new CurrentNames(await reading.entries({ kind: "former.add" }));
  }

  /** A question of a revision, in the names of now. */
  of(asked: AskedAgain, revision: number): AskedAgain {
    if (this.#renamings.size === 0) return asked;
    const name = (of: Named, text: string) => this.#name(of, text, revision);
    const permission = withoutOwn(asked.topic);
    const topic = asked.isRole ? name("role", asked.topic) : name("permission", permission);
    const roles = (names: readonly string[]) => names.map((role) => name("role", role));
    return {
      ...asked,
      user: asked.user === null ? null : name("user", asked.user),
      topic: !asked.isRole && isOwn(asked.topic) ? `${topic}:own` : topic,
      owner: asked.owner === null ? null : name("user", asked.owner),
      activate: roles(asked.activate),
      assume: roles(asked.assume),
    };
  }

  #name(of: Named, text: string, since: number): string {
    let [name, revision] = [text, since];
    for (;;) {
      const next = this.#renamings.get(`${of} ${name}`)?.find((one) => one.revision > revision);
      if (!next) return name;
      ({ name, revision } = next);
    }
  }
}
