// A deliberately naive judge of conditions: it reads the text anew each time and shares no code with src.

/** What a condition is judged by. `undefined` as a truth is unknown. */
export interface OracleFacts {
  user: string | null;
  permission: string;
  at: string;
  given: OracleGiven;
  /** What is declared of the attributes of the resource, by name: a type, or the values that a text may have. */
  declared: Readonly<Record<string, string | readonly string[]>>;
}

export type OracleGiven = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

type Truth = boolean | undefined;

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|[A-Za-z_][\w.]*|&&|\|\||[=!<>]=|[<>!()[\],])/y;

/** Whether a condition is true, false, or unknown. */
export function conditionTruth(text: string, facts: OracleFacts): Truth {
  TOKEN.lastIndex = 0;
  const tokens: string[] = [];
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) tokens.push(match[1] ?? "");
  const truth = either(tokens, facts);
  if (tokens.length > 0) throw new Error(`the oracle cannot read ${tokens.join(" ")} of ${text}`);
  return truth;
}

function either(tokens: string[], facts: OracleFacts): Truth {
  const all = [both(tokens, facts)];
  while (took(tokens, "||")) all.push(both(tokens, facts));
  return all.includes(true) ? true : all.includes(undefined) ? undefined : false;
}

function both(tokens: string[], facts: OracleFacts): Truth {
  const all = [one(tokens, facts)];
  while (took(tokens, "&&")) all.push(one(tokens, facts));
  return all.includes(false) ? false : all.includes(undefined) ? undefined : true;
}

function one(tokens: string[], facts: OracleFacts): Truth {
  if (took(tokens, "!")) {
    const truth = one(tokens, facts);
    return truth === undefined ? undefined : !truth;
  }
  if (took(tokens, "(")) {
    const truth = either(tokens, facts);
    must(tokens, ")");
    return truth;
  }
  const name = tokens[0] ?? "";
  if (tokens[1] === "(") return called(name, argumentsOf(tokens), facts);
  const left = operand(tokens, facts);
  if (took(tokens, "in")) return isIn(left, tokens, facts);
  const operator = ["==", "!=", "<", "<=", ">", ">="].find((sign) => took(tokens, sign));
  if (operator === undefined) return typeof left === "boolean" ? left : undefined;
  return compared(left, operator, operand(tokens, facts), name === "context.time");
}

function compared(left: unknown, operator: string, right: unknown, areTimes = false): Truth {
  if (typeof left !== typeof right || !["string", "number", "boolean"].includes(typeof left)) return undefined;
  if (areTimes) return compared(Date.parse(String(left)), operator, Date.parse(String(right)));
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (typeof left === "boolean") return undefined;
  const [a, b] = [left as string, right as string];
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

/** As if each member were compared, joined by "or". */
function isIn(item: unknown, tokens: string[], facts: OracleFacts): Truth {
  let list: unknown;
  if (took(tokens, "[")) {
    const members = [operand(tokens, facts)];
    while (took(tokens, ",")) members.push(operand(tokens, facts));
    must(tokens, "]");
    list = members;
  } else list = operand(tokens, facts);
  if (!Array.isArray(list)) return undefined;
  const all = list.map((member) => compared(item, "==", member));
  return all.includes(true) ? true : all.includes(undefined) ? undefined : false;
}

function called(name: string, parts: readonly string[], facts: OracleFacts): Truth {
  const [path = "", argument = ""] = parts;
  const value = attributeOf(path, facts);
  if (name === "has") {
    if (isThere(path, facts)) return true;
    if (path === "subject.user") return false;
    return Object.hasOwn(facts.given, path.split(".")[0] ?? "") ? false : undefined;
  }
  if (name === "within") return isWithin(String(value), JSON.parse(argument));
  if (name !== "cidr") throw new Error(`the oracle has no ${name}`);
  if (typeof value !== "string" || !/^\d+\.\d+\.\d+\.\d+$/.test(value)) return undefined;
  const [range = "", bits = ""] = JSON.parse(argument).split("/");
  return numberOf(value) >>> (32 - Number(bits)) === numberOf(range) >>> (32 - Number(bits));
}

const numberOf = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

/** Of hours on all days only, in UTC: `09:00-17:00 UTC`. */
function isWithin(time: string, hours: string): boolean {
  const [from = "", to = ""] = hours.split(" ")[0]?.split("-") ?? [];
  const clock = time.slice(11, 16);
  return from <= clock && clock < to;
}

function operand(tokens: string[], facts: OracleFacts): unknown {
  const token = tokens.shift() ?? "";
  if (token.startsWith('"')) return JSON.parse(token);
  if (/^-?\d/.test(token)) return Number(token);
  if (token === "true" || token === "false") return token === "true";
  return attributeOf(token, facts);
}

/** The value of a path; `undefined` where it is absent, or not what is declared. */
function attributeOf(path: string, facts: OracleFacts): unknown {
  const value = rawValue(path, facts) ?? undefined;
  const declared = path.startsWith("resource.") ? facts.declared[path.slice("resource.".length)] : undefined;
  if (declared === undefined) return value;
  if (typeof declared !== "string") return declared.includes(value as string) ? value : undefined;
  if (declared === "list")
    return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
  return typeof value === { bool: "boolean", number: "number", string: "string" }[declared] ? value : undefined;
}

const isThere = (path: string, facts: OracleFacts): boolean => (rawValue(path, facts) ?? undefined) !== undefined;

function rawValue(path: string, facts: OracleFacts): unknown {
  if (path === "subject.user") return facts.user;
  if (path === "action.permission") return facts.permission;
  let value: unknown = facts.given;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) {
      return path === "context.time" ? facts.at : undefined;
    }
    value = (value as Record<string, unknown>)[name];
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return undefined;
  return value ?? (path === "context.time" ? facts.at : undefined);
}

function argumentsOf(tokens: string[]): string[] {
  tokens.shift();
  must(tokens, "(");
  const parts: string[] = [];
  while (!took(tokens, ")")) if (!took(tokens, ",")) parts.push(tokens.shift() ?? "");
  return parts;
}

function took(tokens: string[], token: string): boolean {
  if (tokens[0] !== token) return false;
  tokens.shift();
  return true;
}

function must(tokens: string[], token: string): void {
  if (!took(tokens, token)) throw new Error(`the oracle expects ${token} before ${tokens.join(" ")}`);
}
