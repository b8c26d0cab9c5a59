/** A URL that is slightly wrong is refused, and no message repeats what may be its password. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { databaseUrl, refusePasswords } from "../../src/cli/database-url.ts";
import { RbacError, withoutCredentials } from "../../src/errors.ts";
import { locationOf } from "../../src/store/connect.ts";
import { cli } from "../support/cli.ts";

const SECRETS = [
  "s3cr3t",
  "471147",
  "s3cr3t%40s3cr3t",
  "s3cr3t/s3cr3t",
  "s3cr3t%2Fs3cr3t",
  "s3cr3t#s3cr3t?s3cr3t",
  "s3cr3t:",
];

/** Texts with the secret as a word of its own, which no slip breaks up. */
const URLS: readonly (readonly [head: string, tail: string])[] = [
  ["postgres://u:", "@127.0.0.1/app"],
  ["postgresql://u:", "@db.example:5432/app?schema=other"],
  ["postgres://u@127.0.0.1/app?password=", ""],
  ["postgres://u@127.0.0.1/app?sslmode=require&password=", "&schema=other"],
  ["postgres:///app?host=127.0.0.1&user=u&password=", ""],
];

const AROUND = [
  '"',
  "'",
  " ",
  "\t",
  "\n",
  "(",
  "<",
  "jdbc:",
  "url=",
  "RBAC_DB=",
  "export RBAC_DB=",
  "-",
  "./",
  "/",
  "\\",
  "`",
  "\u00a0",
];
const CHARS = [..." :/@?#&=;,.-_\"'%\\|xQ0"];

interface Slip {
  readonly kind: "around" | "drop" | "double" | "change" | "insert";
  readonly at: number;
  readonly char: string;
  readonly around: string;
  readonly closed: boolean;
}

const slip: fc.Arbitrary<Slip> = fc.record({
  kind: fc.constantFrom("around", "drop", "double", "change", "insert"),
  at: fc.nat(100),
  char: fc.constantFrom(...CHARS),
  around: fc.constantFrom(...AROUND),
  closed: fc.boolean(),
});

/** The secret stands for one character, which no slip touches. */
const HERE = "\u0001";

function slipped(chars: readonly string[], made: Slip): string[] {
  if (made.kind === "around") return [made.around, ...chars, ...(made.closed ? [made.around] : [])];
  const index = made.at % chars.length;
  if (chars[index] === HERE) return [...chars];
  if (made.kind === "drop") return chars.toSpliced(index, 1);
  if (made.kind === "double") return chars.toSpliced(index, 0, chars[index] as string);
  return chars.toSpliced(index, made.kind === "insert" ? 0 : 1, made.char);
}

const mutated = fc
  .record({
    url: fc.constantFrom(...URLS),
    secret: fc.constantFrom(...SECRETS),
    slips: fc.array(slip, { minLength: 1, maxLength: 2 }),
  })
  .map(({ url: [head, tail], secret, slips }) => ({
    secret: /^\w+/.exec(secret)?.[0] ?? "",
    url: slips
      .reduce<string[]>(slipped, [...`${head}${HERE}${tail}`])
      .join("")
      .replace(HERE, secret),
  }))
  .filter(({ url, secret }) => isTold(url, secret));

/**
 * True where something tells that a secret stands there. Two slips can take both signs away, so that what is left is
 * the URL of another host or database, whose name happens to be the secret: no program can know.
 */
function isTold(url: string, secret: string): boolean {
  const [before = "", ...after] = url.slice(url.indexOf("://") + 3).split(secret);
  return /[:=]/.test(before) || after.join("").includes("@");
}

const told = async (act: () => unknown): Promise<string> => {
  try {
    return String(await act());
  } catch (error) {
    const { message, stack, problems = [] } = error as RbacError;
    return [message, stack, JSON.stringify(problems)].join("\n");
  }
};

it("2,000 slips: neither the name of its place nor a refusal has the password", async () => {
  await fc.assert(
    fc.asyncProperty(mutated, async ({ url, secret }) => {
      expect(await told(async () => (await locationOf(url)).name)).not.toContain(secret);
      expect(await told(() => refusePasswords([url, `--db=${url}`, "--db", url]))).not.toContain(secret);
      expect(await told(() => databaseUrl({ db: "x.db", "db-url-file": url }))).not.toContain(secret);
    }),
    { numRuns: 2000, examples: [[{ url: "postgres://us3cr3t?@127.0.0.1/app", secret: "s3cr3t" }]] },
  );
});

it("an @ in the password that is not written as %40 is none of its host", async () => {
  expect((await locationOf("postgres://u:s3cr3t@s3cr3t@127.0.0.1/app")).name).toBe("postgres://127.0.0.1/app");
});

describe("one slip before its address", () => {
  const SLIPS = [
    '"URL"',
    "'URL'",
    " URL",
    "\tURL",
    "\nURL",
    "(URL)",
    "jdbc:URL",
    "url=URL",
    "\u00a0URL",
    "<URL>",
    "psql URL",
  ];
  const URL = "postgres://u:s3cr3t@127.0.0.1/app";

  it.each([
    ...SLIPS.map((form) => form.replace("URL", URL)),
    URL.replace(":", ""),
    URL.replace("//", ""),
    URL.replace("//", "/"),
  ])("%j is refused on the line as it is without it", async (word) => {
    for (const argv of [
      ["can", "a", "b:c", "--db", word],
      ["can", "a", "b:c", `--db=${word}`],
      ["db", "copy", word, "x.db"],
    ])
      for (const more of [[], ["--json"]]) {
        const { code, stdout, stderr } = await cli([...argv, ...more]);
        expect([code, stderr]).toEqual([2, expect.stringContaining("a password on the command line")]);
        expect(stdout + stderr).not.toContain("s3cr3t");
      }
  });
});

it.each([
  [
    'there is no command "postgres://u:s3cr3t@h/app" (see rbac --help)',
    'there is no command "postgres://…@h/app" (see rbac --help)',
  ],
  ["no file https://u:s3cr3t@h/x", "no file https://…@h/x"],
  ["host=h password = 's3cr3t'", "host=h password =…'"],
  ["?PASSWORD=s3cr3t&x=1", "?PASSWORD=…&x=1"],
])("%s is shown without it", (message, shown) => {
  expect(withoutCredentials(message)).toBe(shown);
  expect(new RbacError(2, "USAGE", message).message).toBe(shown);
});

it.each([
  'there is no user "alice@example.com"',
  'policy.yaml:1:2: there is no user "alice@example.com"',
  "postgres://db.example:5433/app: the server cannot be reached (ECONNREFUSED)",
  "/srv/me@work/rbac.db: the database is locked",
  "write postgres://USER@HOST:PORT/DATABASE, with nothing around it",
])("what holds none is shown as it is: %s", (message) => {
  expect(withoutCredentials(message)).toBe(message);
});
