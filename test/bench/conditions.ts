/**
 * How long conditions take: `npx tsx test/bench/conditions.ts`. Each figure is the median of 15 rounds, in microseconds
 * of processor time; the first reading of a text in a process takes longer.
 */
import { readCondition, residualOf, storedCondition, truthOf } from "../../src/policy/conditions/condition.ts";
import { factsOf } from "../support/conditions/facts.ts";
import { median } from "./measure.ts";

/** Microseconds of one call, after a warm-up. */
function timed(calls: number, act: (call: number) => unknown): number {
  const round = () => {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call++) act(call);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / calls;
  };
  return median(Array.from({ length: 15 }, round));
}

const tell = (microseconds: number, what: string) =>
  process.stdout.write(`${microseconds.toFixed(2).padStart(9)} µs  ${what}\n`);

const given = {
  subject: { roles: ["a", "b", "c"], level: 3 },
  resource: { published: true, status: "review", count: 7, owner: { team: "x" } },
  context: { ip: "10.1.2.3", v6: "2001:db8:0:1::2" },
};
const facts = factsOf({ given, user: "alice", at: "2027-01-31T09:00:00.000Z" });
const AT = Date.parse("2027-01-31T09:00:00Z");
const list = Array.from({ length: 60 }, (_, at) => `"v${at}"`).join(", ");

process.stdout.write("evaluated\n");
for (const text of [
  "resource.published",
  'resource.published && resource.status == "review"',
  'resource.count > 5 && resource.status != "draft"',
  `resource.status in [${list}]`,
  '"c" in subject.roles',
  'cidr(context.ip, "10.0.0.0/8")',
  'cidr(context.v6, "2001:db8::/32")',
  'context.time < "2027-02-01T00:00:00Z"',
  'within(context.time, "Mon-Fri 09:00-17:00 Europe/Berlin")',
  Array.from({ length: 16 }, () => "has(resource.owner.team)").join(" && "),
  `${"!".repeat(12)}(${Array.from({ length: 12 }, () => "resource.count > 9").join(" || ")})`,
]) {
  const condition = storedCondition(text);
  tell(
    timed(20_000, () => truthOf(condition, facts)),
    text.slice(0, 80),
  );
}
const hours = storedCondition('within(context.time, "Mon-Fri 09:00-17:00 Europe/Berlin")');
const times = Array.from({ length: 5000 }, (_, at) => factsOf({ at: new Date(AT + at * 7_200_000).toISOString() }));
tell(
  timed(5000, (call) => truthOf(hours, times[call] as (typeof times)[number])),
  "within, each time in another hour of 14 months",
);

process.stdout.write("what is left\n");
for (const text of ['resource.published && resource.secret == "x"', "resource.a && resource.b || resource.count > 9"]) {
  const condition = storedCondition(text);
  tell(
    timed(20_000, () => residualOf(condition, facts)),
    text,
  );
}

process.stdout.write("read\n");
tell(
  timed(2000, () => readCondition('resource.published && resource.status == "review"')),
  "two comparisons",
);
tell(
  timed(20_000, () => storedCondition('resource.published && resource.status == "review"')),
  "the same, kept",
);

process.stdout.write("refused\n");
const HOSTILE: Readonly<Record<string, string>> = {
  "4,000 (": "(".repeat(4000),
  "4,000 !": "!".repeat(4000),
  "3,980 ! before a path": `${"!".repeat(3980)}resource.a`,
  "1,990 ( around a path, and one more": `${"(".repeat(1991)}resource.a${")".repeat(1990)}`,
  "300 paths": Array.from({ length: 300 }, () => "resource.a").join("||"),
  "! ( in turn, 1,300 deep": `${"!(".repeat(1300)}resource.a${")".repeat(1300)}`,
  "a list of 1,900 numbers": `resource.a in [${"1,".repeat(1900)}1]`,
  "a text of 4,000 emoji": `resource.a == "${"\u{1F600}".repeat(3980)}`,
  "a text of 1,990 escapes": `resource.a == "${"\\n".repeat(1980)}`,
  "a number of 3,980 digits": `resource.a == ${"9".repeat(3980)}`,
  "a number of 3,980 zeros behind a point": `resource.a == 0.${"0".repeat(3970)}1`,
  "a name of 3,990 letters": `resource.${"a".repeat(3990)}`,
  "a path of 1,990 names": `resource${".a".repeat(1990)}`,
  "100,000 characters": "x".repeat(100_000),
  "hours of 3,900 letters": `within(context.time, "${"Mon-".repeat(975)}")`,
  "an address of 3,900 colons": `cidr(context.ip, "${":".repeat(3900)}")`,
};
for (const [what, text] of Object.entries(HOSTILE)) {
  if ("condition" in readCondition(text)) throw new Error(`${what} was read`);
  tell(
    timed(50, () => readCondition(text)),
    what,
  );
}

process.stdout.write("hostile values, evaluated\n");
const values: Readonly<Record<string, unknown>> = {
  "a text of a million letters": "x".repeat(1_000_000),
  "a million colons": ":".repeat(1_000_000),
  "a million digits": "9".repeat(1_000_000),
  "an array of a million": Array.from({ length: 1_000_000 }, () => 1),
};
for (const [what, value] of Object.entries(values)) {
  const asked = factsOf({ given: { context: { ip: value, time: value }, resource: { s: value } } });
  for (const text of ['cidr(context.ip, "10.0.0.0/8")', 'context.time < "2027-02-01T00:00:00Z"', 'resource.s == "y"']) {
    const condition = storedCondition(text);
    tell(
      timed(1000, () => truthOf(condition, asked)),
      `${text} of ${what}`,
    );
  }
}
