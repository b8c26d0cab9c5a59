/**
 * Which rows of an application's table somebody may have to do with, as a condition of SQL: out of the paths of a
 * decision, each with what is left of its condition; the owner and the scope of a row are asked like its attributes.
 */
import { UnknownName, wrong } from "../../errors.ts";
import { conditionText, type Residual } from "../conditions/condition.ts";
import { isThere } from "../conditions/values.ts";
import { asksAsOwner, checkAsker, deniedOutright, pathsTo, type Question } from "../evaluate/decide.ts";
import { factsFor, residualOfPath, whenLeft } from "../evaluate/judged-paths.ts";
import type { PolicyIndex } from "../evaluate/policy-index.ts";
import type { Path } from "../evaluate/walk.ts";
import { isOwn, withoutOwn } from "../model/names.ts";
import { covers, type Scope } from "../model/scopes.ts";
import { COLUMN_SQL, type FilterColumn } from "./sql-columns.ts";
import { allTrue, anyTrue, type Formula, piece, type Sql, type SqlDialect, written } from "./sql-formula.ts";
import { toSql } from "./to-sql.ts";

/** What the columns of the table hold, and whose SQL it is. */
export interface FilteredRows {
  readonly dialect: SqlDialect;
  /** By path: `resource.published`. */
  readonly attributes: ReadonlyMap<string, FilterColumn>;
  /** The column with the name of the owner of a row. */
  readonly owner: string | undefined;
  /** The column with the scope of a row; NULL is the root. */
  readonly scope: string | undefined;
  /** The number of the first parameter, for PostgreSQL. */
  readonly firstParameter: number;
}

export interface Filter {
  /** Whether all rows are allowed, none, or those for which the SQL is true. */
  readonly kind: "always" | "never" | "when";
  /**
   * What is left to know of a row, as a condition; `null` where nothing is, and where the owner or the scope of a row
   * plays a part, which no condition can say.
   */
  readonly when: string | null;
  /** A condition for a WHERE, in parentheses where it has several parts; also where the kind is not `when`. */
  readonly sql: Sql;
}

interface JudgedPath {
  readonly path: Path;
  readonly residual: Residual;
}

/**
 * The rows for which `can` would say yes, with their attributes as `resource`, their owner and their scope. What is not
 * given is unknown; NULL is absent.
 * @throws UnknownName, RbacError `CONDITION_NOT_SQL`, `COLUMN_MISSING`, `SAID_TWICE`, `OWN_TWICE` (all exit 2).
 */
export function filterOf(index: PolicyIndex, question: Question, rows: FilteredRows): Filter {
  checkAsker(index, question);
  const permission = withoutOwn(question.permission);
  if (!index.policy.permission.has(permission)) throw new UnknownName("permission", permission);
  checkSaidOnce(question, rows);
  const facts = factsFor(index, question, permission, true);
  for (const name of rows.attributes.keys()) {
    const [root, ...names] = name.split(".");
    if (root === "resource" && isThere({ root, names }, facts))
      throw wrong("SAID_TWICE", `${name} is given, and has a column: say one of both`);
  }
  const source = { dialect: rows.dialect, columns: rows.attributes, facts };
  const ask = new RowQuestions(question, rows);
  const mayOwn = rows.owner === undefined ? asksAsOwner(question) : question.user !== null;
  const isDenied = deniedOutright(index, question) !== undefined;
  const paths = isDenied ? [] : [...pathsTo(index, question, permission, mayOwn)];
  const judged = paths
    .filter((path) => rows.scope !== undefined || covers(path.scope, question.scope))
    .map((path) => ({ path, residual: residualOfPath(path, facts) }))
    .filter(({ residual }) => residual !== false);
  const [allows, denies] = [ask.eachOnce(judged, "allow"), ask.eachOnce(judged, "deny")];
  const isAlways = allows.some(({ path, residual }) => residual === true && ask.applies(path).length === 0);
  // What changes nothing is not translated: it may be what SQL cannot say.
  const allowed =
    isAlways ||
    anyTrue(allows.map(({ path, residual }) => allTrue([...ask.applies(path), toSql(residual, true, source)])));
  const notDenied = (allowed === false ? [] : denies).map(({ path, residual }) =>
    anyTrue([...ask.appliesNot(path), toSql(residual, false, source)]),
  );
  const formula = allTrue([allowed, ...notDenied]);
  const residuals = (some: readonly JudgedPath[]) => some.map(({ residual }) => residual);
  const isAsked = [...allows, ...denies].some(({ path }) => ask.applies(path).length > 0);
  return {
    kind: typeof formula === "boolean" ? (formula ? "always" : "never") : "when",
    when: (isAsked ? undefined : whenLeft(residuals(allows), residuals(denies))) ?? null,
    sql: written(formula, rows.dialect, rows.firstParameter),
  };
}

function checkSaidOnce({ permission, owner, scope }: Question, rows: FilteredRows): void {
  if (rows.owner !== undefined && isOwn(permission))
    throw wrong("OWN_TWICE", "ask with a column of owners or with :own, not both: either says whose the rows are");
  if (rows.owner !== undefined && owner !== null)
    throw wrong("SAID_TWICE", "say one owner of all rows, or a column of owners, not both");
  if (rows.scope !== undefined && scope !== null)
    throw wrong("SAID_TWICE", "say one scope of all rows, or a column of scopes, not both");
}

/** What is asked of the owner and the scope of a row, for a path to apply to it, or not to. */
class RowQuestions {
  readonly #rows: FilteredRows;
  readonly #user: string | null;

  constructor({ user }: Question, rows: FilteredRows) {
    this.#rows = rows;
    this.#user = user;
  }

  /** The paths of an effect, without those that apply to the same rows under the same condition as another. */
  eachOnce(judged: readonly JudgedPath[], effect: Path["effect"]): JudgedPath[] {
    const found = new Map<string, JudgedPath>();
    for (const one of judged) {
      const { grant, scope } = one.path;
      const asked = [this.#rows.owner !== undefined && isOwn(grant.permission), this.#rows.scope ? scope : null];
      const condition = typeof one.residual === "object" ? conditionText(one.residual) : "";
      const key = JSON.stringify([asked, condition]);
      if (one.path.effect === effect && !found.has(key)) found.set(key, one);
    }
    return [...found.values()];
  }

  /** True together where it applies; nothing where it applies to all rows. */
  applies({ grant, scope }: Path): Formula[] {
    const { owner, scope: column } = this.#rows;
    const asked: Formula[] = [];
    if (owner !== undefined && isOwn(grant.permission)) asked.push(this.#text(owner, "==", this.#user ?? ""));
    if (column !== undefined && scope !== null)
      asked.push(
        anyTrue([
          this.#text(column, "==", scope),
          allTrue([this.#text(column, ">=", `${scope}/`), this.#text(column, "<", behind(scope))]),
        ]),
      );
    return asked;
  }

  /** True, any of it, where it surely does not apply. */
  appliesNot({ grant, scope }: Path): Formula[] {
    const { owner, scope: column } = this.#rows;
    const asked: Formula[] = [];
    if (owner !== undefined && isOwn(grant.permission))
      asked.push(isNull(owner), this.#text(owner, "!=", this.#user ?? ""));
    if (column !== undefined && scope !== null)
      asked.push(
        isNull(column),
        allTrue([
          this.#text(column, "!=", scope),
          anyTrue([this.#text(column, "<", `${scope}/`), this.#text(column, ">=", behind(scope))]),
        ]),
      );
    return asked;
  }

  #text(column: string, operator: "==" | "!=" | "<" | ">=", value: string): Formula {
    return COLUMN_SQL[this.#rows.dialect].compare({ column, type: "string" }, operator, value);
  }
}

const isNull = (column: string): Formula => piece(() => `${column} is null`);

/** The first text behind all that begin with the scope and a `/`: `0` is the sign after it. */
const behind = (scope: Scope): string => `${scope}0`;
