/**
 * The answers of a compiled policy that need more than the bits of plain grants: by conditions, and with what is denied
 * below the target. Most questions never come here.
 */
import { NOTHING_GIVEN } from "../conditions/given.ts";
import { asksAsOwner, type Question } from "../evaluate/decide.ts";
import { withoutOwn } from "../model/names.ts";
import type { HoldingListener } from "./assignment-table.ts";
import { answerByConditions } from "./conditional-answer.ts";
import type { ConditionalTable } from "./conditional-table.ts";
import type { DeclaredAttributes } from "./declared-attributes.ts";
import { DeniedScopes } from "./denied-scopes.ts";
import type { PermissionTable } from "./permission-table.ts";
import type { RoleTables } from "./role-tables.ts";
import { VERDICT_BY_REASON, type Verdict } from "./verdict.ts";

/** What is known of a question that plain grants at the target and above do not deny. */
interface PlainVerdict {
  readonly allowed: boolean;
  /** The roles through which paths may allow (rule 6); `undefined` without a session. */
  readonly session: readonly number[] | undefined;
}

/** The tables of a compiled policy that these answers are read from. */
interface Tables {
  readonly roles: RoleTables;
  readonly permissions: PermissionTable;
  readonly conditionals: ConditionalTable;
  readonly declared: DeclaredAttributes;
}

/** Passes on all that the asker holds. */
type VisitHoldings = (listener: HoldingListener) => void;

export class FurtherAnswers {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** @param permission its position in the table of permissions */
  answer(question: Question, permission: number, plain: PlainVerdict, visit: VisitHoldings): Verdict {
    if (!this.#tables.conditionals.isEmpty) {
      const verdict = this.#answerByConditions(question, permission, plain, visit);
      if (verdict) return verdict;
    }
    if (!plain.allowed) return VERDICT_BY_REASON.none;
    const denied = this.#denialsOf(question, permission);
    if (!denied) return VERDICT_BY_REASON.allow;
    visit(denied);
    return { ...VERDICT_BY_REASON.allow, except: denied.widest };
  }

  /** What collects the scopes below the target that plain grants deny; `undefined` where they deny nothing. */
  #denialsOf(question: Question, permission: number): DeniedScopes | undefined {
    const tables = this.#tables.permissions.denyTables(permission);
    if (tables.length === 0) return undefined;
    return new DeniedScopes(this.#tables.roles, tables, asksAsOwner(question), question.scope, question.at);
  }

  /** The answer by conditions; `undefined` where no grant of the permission has any. */
  #answerByConditions(
    question: Question,
    position: number,
    { allowed, session }: PlainVerdict,
    visit: VisitHoldings,
  ): Verdict | undefined {
    const { permissions, conditionals, declared } = this.#tables;
    const patterns = permissions.patternsOf(position);
    if (!conditionals.concern(patterns)) return undefined;
    const { user, at, scope: target, given = NOTHING_GIVEN } = question;
    const permission = withoutOwn(question.permission);
    const facts = { given, user, permission, at, declared: declared.of(permission), isList: false };
    const asked = { patterns, own: asksAsOwner(question), target, facts, at, session };
    const deniedBelow = () => {
      const denied = this.#denialsOf(question, position);
      if (denied) visit(denied);
      return denied?.found ?? [];
    };
    return answerByConditions(conditionals, asked, { allowed, deniedBelow }, visit);
  }
}
