/** Rule 36: conditions ask for attributes that their resources have, in whichever order either is said. */
import { describe, expect, it } from "vitest";
import { cli } from "../../support/cli.ts";
import { fileWith, seeded } from "../../support/documents.ts";

const DECLARED = {
  posts: {
    published: "bool",
    status: ["draft", "review", "published"],
    views: "number",
    tags: "list",
    "owner.team": "string",
  },
  docs: { published: "bool", status: ["open", "closed"], views: "string" },
};
const POLICY = {
  rbac: 1 as const,
  permissions: ["posts:read", "posts:write", "docs:read", "free:read", "posts.old:read"],
  roles: { reader: {} },
  attributes: DECLARED,
};

const refusal = async (line: string, document: object = POLICY): Promise<readonly [number, string]> => {
  const { code, stderr } = await cli(line, { db: await seeded(document as typeof POLICY) });
  return [code, stderr];
};

describe("a condition that is granted", () => {
  it.each([
    "posts:read --when resource.published",
    "posts:read --when resource.published --deny",
    "posts:read --when 'has(resource.views) && resource.views > 3'",
    'posts:read --when \'!(resource.status in ["draft", "review"])\'',
    "posts:read --when '\"news\" in resource.tags'",
    "posts:read --when 'resource.owner.team == subject.team'",
    "posts:read --when 'subject.anything == context.whatever'",
    "posts:read --when 'resource.status == resource.owner.team'",
    // What knows no attributes knows nothing of them.
    "free:read --when resource.anything",
    // One that is covered has it.
    "'*:read' --when 'resource.tags == resource.published'",
    "'*:read' --when 'resource.published'",
    // Of several lists any value.
    "'*:read' --when 'resource.status in [\"draft\", \"open\"]'",
    // What is left out is not asked.
    "'*:read' --when 'resource.views > 3' --but 'docs:*'",
    "'*' --when 'resource.views > 3' --but 'docs:read'",
    // A resource is the whole of its name.
    "'posts.*:read' --when resource.anything",
  ])("%s fits what is declared", async (line) => {
    expect(await refusal(`grant reader ${line} --dry-run`)).toEqual([0, expect.anything()]);
  });

  it.each([
    ["posts:read --when resource.publised", 'there is no attribute "publised" of posts; did you mean "published"?'],
    ["posts:read --when 'has(resource.x)'", 'there is no attribute "x" of posts'],
    ["posts:read --deny --when '!(subject.a && resource.x)'", 'there is no attribute "x" of posts'],
    [
      "posts:read --when 'resource.owner == subject.user'",
      'there is no attribute "owner" of posts; did you mean "owner.team"',
    ],
    ["posts:read --when 'subject.team == resource.teem'", 'there is no attribute "teem" of posts'],
    ["posts:read --when 'subject.team in resource.teams'", 'there is no attribute "teams" of posts'],
    ["'*:read' --when resource.nope", 'there is no attribute "nope" of docs, posts'],
    ["'*' --but 'posts:*' --when resource.tags", 'there is no attribute "tags" of docs'],
    ["'*:read' --when 'resource.views > 3'", '"views" is a string of docs, and a number of posts'],
    ["'posts:*' --when resource.status", '"status" of posts is a string, and no bool'],
    [
      "posts:read:own --when 'resource.published == \"yes\"'",
      '"published" of posts is a bool, and cannot be compared with "yes"',
    ],
    ["posts:read --when 'resource.views != \"3\"'", '"views" of posts is a number, and cannot be compared with "3"'],
    [
      "posts:read --when 'resource.views in [1, \"2\"]'",
      '"views" of posts is a number, and cannot be compared with "2"',
    ],
    ["posts:read --when 'resource.tags == \"news\"'", '"tags" of posts is a list, and cannot be compared with "news"'],
    ["posts:read --when '3 in resource.tags'", '"tags" of posts is a list, and cannot be compared with 3'],
    ["posts:read --when '3 in resource.views'", '"views" of posts is a number, and no list'],
    ["posts:read --when 'cidr(resource.views, \"10.0.0.0/8\")'", '"views" of posts is a number, and no string'],
    [
      "posts:read --when 'resource.status == \"drft\"'",
      '"drft" is no value of "status" of posts; did you mean "draft"?',
    ],
    ['posts:read --when \'resource.status in ["draft", "open"]\'', '"open" is no value of "status" of posts'],
  ])("%s does not", async (line, words) => {
    expect(await refusal(`grant reader ${line}`)).toEqual([2, expect.stringContaining(words)]);
  });
});

const standing = (grants: readonly object[], more: object = {}) => ({
  ...POLICY,
  roles: { reader: { grants } },
  ...more,
});
const seedOf = (document: object) => `seed "${fileWith(JSON.stringify({ rbac: 1, ...document }))}"`;

describe("what a standing condition names stays", () => {
  const published = standing([{ permission: "posts:read", when: "resource.published" }]);
  const words = '"reader" is granted posts:read when resource.published: ungrant it first, since then ';

  it.each([
    [
      "an attribute that goes",
      { attributes: { posts: { views: "number" } } },
      'there is no attribute "published" of posts',
    ],
    [
      "one that becomes of another type",
      { attributes: { posts: { published: "string" } } },
      '"published" of posts is a string',
    ],
  ])("%s is refused", async (_, document, why) => {
    expect(await refusal(`${seedOf(document)} --prune --yes`, published)).toEqual([
      3,
      expect.stringContaining(words + why),
    ]);
  });

  it("a first declaration that knows nothing of it is refused, and one that knows it is not", async () => {
    const undeclared = { ...published, attributes: {} };
    const other = seedOf({ attributes: { posts: { views: "number" } } });
    expect(await refusal(other, undeclared)).toEqual([3, expect.stringContaining(words)]);
    const it = seedOf({ attributes: { posts: { views: "number", published: "bool" } } });
    expect(await refusal(it, undeclared)).toEqual([0, expect.anything()]);
  });

  it("a value of a list is one, too", async () => {
    const draft = standing([{ permission: "posts:read", when: 'resource.status == "draft"' }]);
    const without = seedOf({ attributes: { posts: { status: ["review"] } } });
    expect(await refusal(`${without}`, draft)).toEqual([3, expect.stringContaining('"draft" is no value of "status"')]);
  });

  it("a permission by which a pattern comes to cover another resource is refused", async () => {
    const policy = standing([{ permission: "*:list", when: "resource.views > 3" }], {
      permissions: ["posts:list", "posts:read"],
    });
    const [code, stderr] = await refusal("permission create docs:list", policy);
    expect([code, stderr]).toEqual([3, expect.stringContaining('"views" is a string of docs, and a number of posts')]);
    expect(await refusal("permission create free:list", policy)).toEqual([0, expect.anything()]);
    expect(await refusal("permission create docs:read", policy)).toEqual([0, expect.anything()]);
    expect(await refusal("permission rename posts:read docs:list", policy)).toEqual([3, expect.anything()]);
  });

  it("a permission that is renamed takes its conditions to a resource that must know what they ask", async () => {
    expect(await refusal("permission rename posts:read posts:see", published)).toEqual([0, expect.anything()]);
    expect(await refusal("permission rename posts:read free:see", published)).toEqual([0, expect.anything()]);
    const tagged = standing([{ permission: "posts:read", when: '"news" in resource.tags' }]);
    const [code, stderr] = await refusal("permission rename posts:read docs:see", tagged);
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no attribute "tags" of docs')]);
  });

  it("attributes go where nothing names them", async () => {
    const free = { ...POLICY, roles: { reader: { grants: [{ permission: "free:read", when: "resource.tags" }] } } };
    expect(await refusal(`${seedOf({ attributes: {} })} --prune --yes`, free)).toEqual([0, expect.anything()]);
  });
});
