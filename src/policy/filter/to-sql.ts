/**
 * Conditions about the rows of a table, as SQL: true for the rows whose attributes make the condition true, or false.
 * Which of both is asked goes down to each comparison, so that nothing unknown ever stands under a NOT.
 */
import { wrong } from "../../errors.ts";
import { conditionText, type Residual } from "../conditions/condition.ts";
import {
  type Atom,
  type AttributePath,
  type ComparisonOperator,
  type Expression,
  isPath,
  isTime,
  type Operand,
} from "../conditions/expression.ts";
import type { Facts } from "../conditions/given.ts";
import { type Comparable, comparableAt, isThere } from "../conditions/values.ts";
import { COLUMN_SQL, type FilterColumn } from "./sql-columns.ts";
import { allTrue, anyTrue, type Formula, piece, type SqlDialect } from "./sql-formula.ts";

/** What the attributes of a row are. */
export interface RowSource {
  readonly dialect: SqlDialect;
  /** By path: `resource.published`. */
  readonly columns: ReadonlyMap<string, FilterColumn>;
  /** What is known beside the row, as for a list. */
  readonly facts: Facts;
}

/** A column, with the values that are declared of it; `null` for any. */
interface RowSide {
  readonly column: FilterColumn;
  readonly values: readonly string[] | null;
}

/** One side of a comparison. */
type Side = RowSide | { readonly value: Comparable };

const CONTRARY = { "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<" } as const;
const FLIPPED = { "==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

/**
 * The rows for which what is left of a condition is as wanted.
 * @throws RbacError `CONDITION_NOT_SQL`, `COLUMN_MISSING` (exit 2).
 */
export function toSql(condition: Residual, wanted: boolean, source: RowSource): Formula {
  return typeof condition === "boolean" ? condition === wanted : new Translation(source).of(condition, wanted);
}

class Translation {
  readonly #source: RowSource;

  constructor(source: RowSource) {
    this.#source = source;
  }

  of(condition: Expression, wanted: boolean): Formula {
    if (condition.kind === "not") return this.of(condition.of, !wanted);
    if (!("all" in condition)) return this.#atom(condition, wanted);
    const parts = condition.all.map((one) => this.of(one, wanted));
    return wanted === (condition.kind === "and") ? allTrue(parts) : anyTrue(parts);
  }

  #atom(atom: Atom, wanted: boolean): Formula {
    switch (atom.kind) {
      case "path": {
        const side = this.#side(atom.path);
        if (!side || !("column" in side) || side.column.type !== "bool") return false;
        return this.#sql.is(side.column, wanted);
      }
      case "compare":
        return this.#comparison(atom, wanted);
      case "in":
        return this.#membership(atom, wanted);
      case "has": {
        const column = this.#columnOf(atom.path);
        return column ? piece(() => `${column.column} is ${wanted ? "not null" : "null"}`) : false;
      }
      case "cidr":
        if (this.#columnOf(atom.path)) throw unsayable(atom, "SQL compares no addresses");
        return false;
      case "within":
        return false; // The time is known: what is left is no time.
    }
  }

  #comparison(atom: Atom & { kind: "compare" }, wanted: boolean): Formula {
    const { path, to } = atom;
    const operator: ComparisonOperator = wanted ? atom.operator : CONTRARY[atom.operator];
    const [left, right] = [this.#side(path), this.#side(to)];
    if (!left || !right) return false;
    if (isTime(path) || (isPath(to) && isTime(to))) throw unsayable(atom, "times are not compared in SQL");
    if ("value" in left) return "value" in right ? false : this.#compared(right, FLIPPED[operator], left.value);
    if ("value" in right) return this.#compared(left, operator, right.value);
    const isBoolOrder = left.column.type === "bool" && operator !== "==" && operator !== "!=";
    if (left.column.type !== right.column.type || isBoolOrder) return false;
    const both = this.#sql.compareColumns(left.column, operator, right.column);
    return allTrue([both, this.#fits(left), this.#fits(right)]);
  }

  /** `x in [a, b]` is `x == a || x == b`: values of another type leave a "no" unknown. */
  #membership(atom: Atom & { kind: "in" }, wanted: boolean): Formula {
    const { item, list } = atom;
    if ("root" in list && this.#columnOf(list)) throw unsayable(atom, "a column is no list");
    const known = "root" in list ? comparableAt(list, this.#source.facts) : list;
    const side = this.#side(item);
    if (!Array.isArray(known) || !side || "value" in side) return false;
    const values: readonly unknown[] = known;
    const { column } = side;
    const fitting = values.filter((value) => typeOf(value) === column.type);
    if (!wanted && fitting.length < values.length) return false;
    if (column.type !== "string" || fitting.length < 2) {
      const each = fitting.map((value) => this.#compared(side, wanted ? "==" : "!=", value as Comparable));
      return wanted ? anyTrue(each) : allTrue(each);
    }
    const texts = fitting.map((value) => this.#sayable(String(value)));
    return allTrue([this.#sql.isAmong(column, texts, wanted), this.#fits(side)]);
  }

  /** A column compared with a known value. */
  #compared(side: RowSide, operator: ComparisonOperator, value: Comparable): Formula {
    const { column, values } = side;
    if (typeOf(value) !== column.type) return false;
    if (typeof value === "boolean") {
      return operator === "==" || operator === "!=" ? this.#sql.is(column, value === (operator === "==")) : false;
    }
    if (typeof value === "number") return this.#sql.compare(column, operator, value);
    const text = this.#sayable(String(value));
    const compared = this.#sql.compare(column, operator, text);
    if (operator !== "==" || values === null) return allTrue([compared, this.#fits(side)]);
    return values.includes(text) ? compared : false; // One value of a list: that it is listed need not be asked.
  }

  /** That the value of a column is one of those that are declared. */
  #fits({ column, values }: RowSide): Formula {
    return values === null || this.#sql.isAmong(column, values, true);
  }

  /** @returns `undefined` for what nobody can know */
  #side(operand: Operand): Side | undefined {
    if (!isPath(operand)) return { value: operand.literal };
    const column = this.#columnOf(operand);
    if (!column) {
      const value = comparableAt(operand, this.#source.facts);
      return value === undefined ? undefined : { value };
    }
    const values = this.#declaredValues(operand, column);
    return values === undefined ? undefined : { column, values };
  }

  /** The values that are declared of a column, `null` for any; `undefined` where no value of its type fits. */
  #declaredValues({ names }: AttributePath, { type }: FilterColumn): readonly string[] | null | undefined {
    const { declared } = this.#source.facts;
    for (let length = 1; length < names.length; length++)
      if (declared.has(names.slice(0, length).join("."))) return undefined;
    const declaration = declared.get(names.join("."));
    if (!declaration) return null;
    return declaration.type === type ? declaration.values : undefined;
  }

  /** The column that holds a path; `undefined` for what is no attribute of the row. */
  #columnOf(path: AttributePath): FilterColumn | undefined {
    const { columns, facts } = this.#source;
    if (path.root !== "resource" || isThere(path, facts)) return undefined;
    const name = `${path.root}.${path.names.join(".")}`;
    const column = columns.get(name);
    if (column) return column;
    throw wrong("COLUMN_MISSING", `a condition asks for ${name}, which is neither given nor in a column`);
  }

  #sayable(text: string): string {
    const isSayable = !LONE_SURROGATE.test(text) && !(this.#source.dialect === "postgres" && text.includes("\0"));
    if (isSayable) return text;
    throw wrong("CONDITION_NOT_SQL", "a text is compared with a column that the database cannot hold");
  }

  get #sql() {
    return COLUMN_SQL[this.#source.dialect];
  }
}

function typeOf(value: unknown): FilterColumn["type"] | undefined {
  if (typeof value === "boolean") return "bool";
  return typeof value === "number" || typeof value === "string" ? (typeof value as "number" | "string") : undefined;
}

/** What no UTF-8 can say. */
const LONE_SURROGATE = /\p{Surrogate}/u;

const unsayable = (atom: Atom, why: string) =>
  wrong("CONDITION_NOT_SQL", `${conditionText(atom)} asks for what SQL cannot say: ${why}`);
