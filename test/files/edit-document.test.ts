/** Items taken out of documents as people write them: what is left says what it should, and is written as it was. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { withoutItems } from "../../src/files/editing/edit-document.ts";
import { often } from "../support/often.ts";

const HEAD = "roles:\n  a:\n";

/** What goes of `roles.a.grants`, and the text before and after. */
const STYLES: readonly (readonly [name: string, gone: readonly number[], before: string, after: string | undefined])[] =
  [
    ["a line", [1], "    grants:\n      - a\n      - b\n      - c\n", "    grants:\n      - a\n      - c\n"],
    ["lists that are not indented", [0], "    grants:\n    - a\n    - b\n", "    grants:\n    - b\n"],
    [
      "a comment behind",
      [0],
      "    grants: # all\n      - a # one\n      - b # two\n",
      "    grants: # all\n      - b # two\n",
    ],
    [
      "a comment above",
      [1],
      "    grants:\n      - a\n      # of b\n      # alone\n      - b\n      - c\n",
      "    grants:\n      - a\n      - c\n",
    ],
    [
      "a comment below",
      [0],
      "    grants:\n      - a\n      # of b\n      - b\n",
      "    grants:\n      # of b\n      - b\n",
    ],
    [
      "a heading of several",
      [0],
      "    grants:\n      # reading\n      - a\n      - b\n",
      "    grants:\n      # reading\n      - b\n",
    ],
    [
      "a comment of one, before another with its own",
      [0],
      "    grants:\n      # of a\n      - a\n      # of b\n      - b\n",
      "    grants:\n      # of b\n      - b\n",
    ],
    [
      "a heading of none any more",
      [1, 2],
      "    grants:\n      - a\n\n      # head\n      - b\n      - c\n",
      "    grants:\n      - a\n\n",
    ],
    [
      "a comment at the end",
      [1],
      "    grants:\n      - a\n      - b\n      # the end\n",
      "    grants:\n      - a\n      # the end\n",
    ],
    [
      "all of a list",
      [0, 1],
      "    grants:\n      - a\n      - b # two\n    denies: [x]\n",
      "    grants: []\n    denies: [x]\n",
    ],
    ["all, with a comment behind the key", [0], "    grants:   # why\n      - a\n", "    grants: []   # why\n"],
    [
      "mappings",
      [0],
      "    grants:\n      - permission: a\n        # inner\n        scope: 'x y' # s\n      - b\n",
      "    grants:\n      - b\n",
    ],
    [
      "mappings in braces over lines",
      [0],
      "    grants:\n      - { permission: a,\n          scope: s }\n      - b\n",
      "    grants:\n      - b\n",
    ],
    [
      "a dash on a line of its own",
      [1],
      "    grants:\n      -\n        a\n      -\n        b\n",
      "    grants:\n      -\n        a\n",
    ],
    [
      "text blocks",
      [0],
      "    grants:\n      - |-\n        # no comment\n      - b\n      - c\n",
      "    grants:\n      - b\n      - c\n",
    ],
    [
      "no comment but text",
      [1],
      "    grants:\n      - >\n        # text\n      - b\n",
      "    grants:\n      - >\n        # text\n",
    ],
    [
      "quotes",
      [1],
      '    grants:\n      - \'a # x\'\n      - "b\\"]\\u00e9"\n      - "ü\t#"\n',
      "    grants:\n      - 'a # x'\n      - \"ü\t#\"\n",
    ],
    ["lines that end with CRLF", [0], "    grants:\r\n      - a # x\r\n      - b\r\n", "    grants:\r\n      - b\r\n"],
    ["no end of the last line", [1], "    grants:\n      - a\n      - b", "    grants:\n      - a\n"],
    ["brackets", [1], "    grants: [ a, 'b', c ] # k\n", "    grants: [ a, c ] # k\n"],
    ["the first in brackets", [0], '    grants: [a, "b", {permission: c}]\n', '    grants: ["b", {permission: c}]\n'],
    ["the last in brackets", [2, 1], '    grants: [a, "b", {permission: c}]\n', "    grants: [a]\n"],
    ["a comma behind the last", [1], "    grants: [a, b,]\n", "    grants: [a,]\n"],
    ["all in brackets", [0, 1], "    grants: [ a, b ]\n", "    grants: []\n"],
    [
      "brackets over lines",
      [1],
      "    grants: [\n      a, # one\n      # of b\n      b, # two\n      c\n    ]\n",
      "    grants: [\n      a, # one\n      c\n    ]\n",
    ],
    ["the last line in brackets", [1], "    grants: [\n      a,\n      b\n    ]\n", "    grants: [\n      a,\n    ]\n"],
    ["several on the lines in brackets", [1], "    grants: [a, b,\n      c, d]\n", "    grants: [a,\n      c, d]\n"],
    ["several at the beginning of a line", [2], "    grants: [a, b,\n      c, d]\n", "    grants: [a, b,\n      d]\n"],
    [
      "a comment in brackets that nobody understands",
      [1],
      "    grants: [a, # x\n      b, c, # y\n      d]\n",
      "    grants: [a, # x\n      c, # y\n      d]\n",
    ],
    ["commas at the beginning of lines", [1], "    grants: [ a\n      , b\n      , c ]\n", undefined],
    ["what is not there", [2], "    grants: [a]\n", undefined],
    ["no list", [0], "    grants: x\n", undefined],
  ];

it.each(STYLES)("YAML: %s", async (_, gone, before, after) => {
  const paths = gone.map((item) => ["roles", "a", "grants", item]);
  expect(await withoutItems(HEAD + before, "yaml", paths)).toBe(after && HEAD + after);
});

it.each([
  ['{"a":["x","y","z"]}', [1], '{"a":["x","z"]}'],
  ['{"a": [ "x" , "y" ]}', [1], '{"a": [ "x" ]}'],
  ['{"a":\n [\n  "x\\"]",\n  {"p": ["]"]}\n ]\n}', [1], '{"a":\n [\n  "x\\"]"\n ]\n}'],
  ['{"a":\n [\n  {"p": ["]"]},\n  "x"\n ]\n}', [0], '{"a":\n [\n  "x"\n ]\n}'],
  ['{"b":["x"],"a":[\n  "x",\n  "y"\n]}', [0, 1], '{"b":["x"],"a":[]}'],
  ['{"a":["x","y","z","w"]}', [0, 2, 3], '{"a":["y"]}'],
  ['{"a":[true,1.5e3,null]}', [1], '{"a":[true,null]}'],
  ['{"a":["x"]}', [1], undefined],
])("JSON: %s without %j", async (before, gone, after) => {
  const paths = gone.map((item) => ["a", item]);
  expect(await withoutItems(before, "json", paths)).toBe(after);
});

const NAMES = [
  "posts:read",
  "*",
  "a # b",
  "- x",
  "ü:é",
  "[y]",
  "no",
  "10",
  "tab\tin",
  "it's",
  'say "x"',
  "x: y",
] as const;

const item = fc.record({
  name: fc.constantFrom(...NAMES),
  scope: fc.constantFrom("", "", "acme", "a b"),
  isGone: fc.boolean(),
  isBraced: fc.boolean(),
  quote: fc.constantFrom("'", '"'),
  comment: fc.constantFrom("", "", "# why", "# - a: [x"),
  above: fc.constantFrom("", "", "\n", '# - "of" it\n', "\n# head\n"),
});
type Item = Parameters<Parameters<typeof item.map>[0]>[0];

const quoted = (text: string, quote: string): string =>
  quote === '"' ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
const braced = ({ name, scope, quote }: Item): string => {
  const [key, place] = [quoted(name, quote), quoted(scope, quote)];
  return scope === "" ? key : `{ permission: ${key}, scope: ${place} }`;
};
const entryOf = ({ name, scope }: Item): unknown => (scope === "" ? name : { permission: name, scope });

/** The lines of a list, in which each belongs to all, or to an item. */
function written(items: readonly Item[], style: number, indent: string): string {
  const behind = ({ comment }: Item) => (comment === "" ? "" : `  ${comment}`);
  const above = ({ above: text }: Item) => text.replace(/#/, `${indent}#`);
  if (items.length === 0) return " []\n";
  if (style === 0) return ` [${items.map(braced).join(", ")}]\n`;
  if (style === 1)
    return ` [\n${items.map((one) => `${above(one)}${indent}${braced(one)},${behind(one)}\n`).join("")}${indent}]\n`;
  const lines = items.map((one) => {
    const isBlock = one.scope !== "" && !one.isBraced;
    const [key, place] = [quoted(one.name, one.quote), quoted(one.scope, one.quote)];
    const text = isBlock ? `permission: ${key}${behind(one)}\n${indent}  scope: ${place}` : braced(one);
    return `${above(one)}${indent}- ${text}${behind(one)}\n`;
  });
  return `\n${lines.join("")}`;
}

it(`${often(300)} random documents: what is left says what it should, and no other line has changed`, async () => {
  const list = fc.record({ items: fc.array(item, { maxLength: 6 }), style: fc.nat(2), wide: fc.boolean() });
  let [left, gone] = [0, 0];
  const holds = async (lists: readonly (typeof list extends fc.Arbitrary<infer L> ? L : never)[], isCrlf: boolean) => {
    const textOf = (keep: (one: Item) => boolean) => {
      const parts = lists.map(
        ({ items, style, wide }, at) =>
          `  r${at}:\n    grants:${written(items.filter(keep), style, wide || style === 1 ? "      " : "    ")}`,
      );
      return `# top\nroles:\n${parts.join("")}everyone: [a]\n`;
    };
    const text = textOf(() => true);
    const paths = lists.flatMap(({ items }, at) =>
      items.flatMap((one, place) => (one.isGone ? [["roles", `r${at}`, "grants", place]] : [])),
    );
    const ends = (one: string) => (isCrlf ? one.replaceAll("\n", "\r\n") : one);
    const edited = await withoutItems(ends(text), "yaml", paths);
    if (edited === undefined) throw new Error(`not edited:\n${text}`);
    const grants = lists.map(({ items }, at) => [
      `r${at}`,
      { grants: items.filter((one) => !one.isGone).map(entryOf) },
    ]);
    expect(parse(edited), edited).toEqual({
      ...(lists.length > 0 ? { roles: Object.fromEntries(grants) } : { roles: null }),
      everyone: ["a"],
    });
    // Comments above may stay as headings; of all other lines just those of what is left are there, as they were.
    const spoken = (one: string) => one.split(/\r?\n/).filter((line) => !/^\s*(#.*)?$/.test(line));
    expect(spoken(edited)).toEqual(spoken(textOf((one) => !one.isGone)));
    gone += paths.length;
    left += lists.flatMap(({ items }) => items).length - paths.length;
  };
  await fc.assert(fc.asyncProperty(fc.array(list, { maxLength: 4 }), fc.boolean(), holds), { numRuns: often(300) });
  expect(Math.min(left, gone)).toBeGreaterThan(100);
});
