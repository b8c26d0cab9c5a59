/** What a proposal would change of the decisions of a log, gathered by user and by what they asked. */
import { by } from "../../policy/model/byte-order.ts";
import type { AskedAgain } from "./asked-again.ts";
import { type ShownAnswer, type ShownQuestion, shown } from "./shown-question.ts";

/** Decisions of one user about one permission that a proposal would change in one way. */
export interface ChangedDecisions extends Omit<ShownQuestion, "scope"> {
  readonly now: ShownAnswer;
  readonly proposed: ShownAnswer;
  /** How many lines of the log. */
  readonly decisions: number;
  /** Where they were asked, the first few; `null` is the root. */
  readonly scopes: readonly (string | null)[];
  /** When the last was asked. */
  readonly last: string;
}

/** How many users may less, and how many may more, of what they asked. */
interface People {
  readonly lose: number;
  readonly gain: number;
}

/** So many scopes are shown of what was asked on more. */
const MOST_SCOPES = 5;

interface Found {
  readonly asked: AskedAgain;
  readonly now: ShownAnswer;
  readonly proposed: ShownAnswer;
  decisions: number;
  readonly scopes: Set<string | null>;
  last: string;
}

/** What changes, gathered by user, by what was asked, and by how its answer changes. */
export class ChangesFound {
  readonly #found = new Map<string, Found>();

  add(asked: AskedAgain, { now, proposed }: Pick<Found, "now" | "proposed">, at: string): void {
    const answers = `${now.reason}\n${proposed.reason}`;
    const key = `${asked.user ?? ""}\n${asked.user === null}\n${asked.topic}\n${asked.isRole}\n${answers}`;
    const one = this.#found.get(key) ?? { asked, now, proposed, decisions: 0, scopes: new Set(), last: at };
    this.#found.set(key, one);
    one.decisions += 1;
    if (one.scopes.size < MOST_SCOPES) one.scopes.add(asked.scope);
    if (at > one.last) one.last = at;
  }

  get changed(): number {
    return [...this.#found.values()].reduce((sum, { decisions }) => sum + decisions, 0);
  }

  get people(): People {
    const [losing, gaining] = [new Set<string | null>(), new Set<string | null>()];
    for (const { asked, now, proposed } of this.#found.values()) {
      if (now.decision === true) losing.add(asked.user);
      if (proposed.decision === true) gaining.add(asked.user);
    }
    return { lose: losing.size, gain: gaining.size };
  }

  get changes(): ChangedDecisions[] {
    return [...this.#found.values()]
      .map(({ asked, now, proposed, decisions, scopes, last }) => {
        const { scope: _, ...question } = shown(asked);
        return { ...question, now, proposed, decisions, scopes: [...scopes], last };
      })
      .sort(by(({ user, permission, role }) => `${user ?? ""}\0${permission ?? role}`));
  }
}
