/** The blog of docs/examples, by requests: what each role of the article may do, and what it may not. */
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type Asking,
  type ExampleProgram,
  missingFor,
  signedIn,
  signedUp,
  startExample,
} from "../support/example-program.ts";
import { describeWith } from "../support/needs.ts";

describeWith(missingFor("blog.mjs"), "the blog of docs/examples", () => {
  let program: ExampleProgram;
  let visitor: Asking;
  let admin: Asking;
  /** People by their role; `other` is a second author. */
  const people = new Map<string, Asking>();
  const as = (role: string): Asking => people.get(role) ?? visitor;

  beforeAll(async () => {
    program = await startExample("blog.mjs");
    visitor = program.client();
    admin = await signedIn(program, "ann");
    people.set("admin", admin);
    for (const role of ["author", "other", "editor", "publisher", "moderator"])
      people.set(role, await signedUp(program, role, { email: `${role}@example.org` }));
    for (const role of ["editor", "publisher", "moderator"]) await admin(`POST /admin/users/${role}/roles/${role}`);
  });
  afterAll(() => program?.stop());

  const EVERYBODY = ["visitor", "author", "other", "editor", "publisher", "moderator", "admin"];

  /** A new post of the author, brought to a status by those who may. */
  async function post(status: "draft" | "review" | "published" | "locked"): Promise<string> {
    const { body } = await as("author")("POST /posts", { title: "On roles", content: "…" });
    const path = `/posts/${(body as { id: number }).id}`;
    if (status === "review") await as("author")(`PUT ${path}`, { isForReview: true });
    if (status === "published") await as("author")(`POST ${path}/publish`);
    if (status === "locked") await as("moderator")(`POST ${path}/lock`);
    return path;
  }

  /** Who gets which status for a request, each with a post of their own to try it on. */
  async function statuses(status: Parameters<typeof post>[0], route: (path: string) => string, body?: object) {
    const rows: (readonly [string, number])[] = [];
    for (const who of EVERYBODY) rows.push([who, (await as(who)(route(await post(status)), body)).status]);
    return Object.fromEntries(rows);
  }
  const allOf = (status: number) => Object.fromEntries(EVERYBODY.map((who) => [who, status]));

  it("shows published posts to everybody, drafts to their owner and the admin, and reviews to editors too", async () => {
    expect(await statuses("published", (path) => `GET ${path}`)).toEqual(allOf(200));
    expect(await statuses("draft", (path) => `GET ${path}`)).toEqual({ ...allOf(404), author: 200, admin: 200 });
    const review = { ...allOf(404), author: 200, editor: 200, admin: 200 };
    expect(await statuses("review", (path) => `GET ${path}`)).toEqual(review);
  });

  it("hides a draft as if it were not there", async () => {
    const path = await post("draft");
    const [draft, nothing] = [await as("other")(`GET ${path}`), await as("other")("GET /posts/999999")];
    expect([draft.status, draft.body]).toEqual([nothing.status, nothing.body]);
  });

  it("lists for each who asks just the posts that they may read one by one", async () => {
    for (const status of ["draft", "review", "published", "locked"] as const) await post(status);
    for (const who of EVERYBODY) {
      const listed = (await as(who)("GET /posts")).body as { id: number }[];
      const all = (await admin("GET /posts")).body as { id: number }[];
      const readable: number[] = [];
      for (const { id } of all) if ((await as(who)(`GET /posts/${id}`)).status === 200) readable.push(id);
      expect([who, listed.map(({ id }) => id)]).toEqual([who, readable]);
    }
  });

  it("lets who is signed up write", async () => {
    for (const who of EVERYBODY)
      expect([who, (await as(who)("POST /posts", { title: "t", content: "c" })).status]).toEqual([
        who,
        who === "visitor" ? 401 : 201,
      ]);
  });

  it("lets owners and editors change a post, moderators too, and editors none that is locked", async () => {
    const may = { ...allOf(403), visitor: 401, author: 200, editor: 200, moderator: 200, admin: 200 };
    expect(await statuses("draft", (path) => `PUT ${path}`, { title: "new" })).toEqual(may);
    expect(await statuses("locked", (path) => `PUT ${path}`, { title: "new" })).toEqual({ ...may, editor: 403 });
  });

  it("lets nobody publish by changing the status", async () => {
    const path = await post("draft");
    await as("author")(`PUT ${path}`, { status: "published", published: true });
    expect((await visitor(`GET ${path}`)).status).toBe(404);
  });

  it("has a route for owners alone, where an admin is none", async () => {
    const own = await statuses("draft", (path) => `PUT /users/me${path}`, { title: "new" });
    expect(own).toEqual({ ...allOf(403), visitor: 401, author: 200 });
  });

  it("lets owners, moderators and admins delete", async () => {
    const may = { ...allOf(403), visitor: 401, author: 200, moderator: 200, admin: 200 };
    expect(await statuses("draft", (path) => `DELETE ${path}`)).toEqual(may);
  });

  it("lets owners and publishers publish, and editors what was reviewed", async () => {
    const may = { ...allOf(403), visitor: 401, author: 200, publisher: 200, admin: 200 };
    expect(await statuses("draft", (path) => `POST ${path}/publish`)).toEqual(may);
    expect(await statuses("review", (path) => `POST ${path}/publish`)).toEqual({ ...may, editor: 200 });
  });

  it("says what is missing", async () => {
    const { status, headers, body } = await as("other")(`DELETE ${await post("draft")}`);
    expect([status, headers.get("content-type")]).toEqual([403, "application/problem+json"]);
    expect(body).toMatchObject({ code: "PERMISSION_DENIED", permissions: ["posts:delete"] });
  });

  it("knows no post that is not there", async () => {
    for (const route of ["GET /posts/0", "PUT /posts/0", "DELETE /posts/0", "POST /posts/0/publish"])
      for (const who of ["other", "moderator", "admin"])
        expect([route, who, (await as(who)(route, route.startsWith("GET") ? undefined : {})).status]).toEqual([
          route,
          who,
          404,
        ]);
  });

  it("asks tokens for scopes, whatever their user may", async () => {
    const reading = await signedIn(program, "author", "users:read");
    const { status, body } = await reading("GET /users/me");
    expect([status, (body as { user: string }).user]).toEqual([200, "author"]);
    const refused = await reading("PUT /users/me", { email: "new@example.org" });
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
      403,
      'Bearer realm="api", error="insufficient_scope", scope="users:write"',
    ]);
    const writing = await signedIn(program, "author", "users:read users:write");
    expect((await writing("PUT /users/me", { email: "new@example.org" })).status).toBe(200);
    const { users } = (await admin("GET /admin/users")).body as { users: { user: string; email: string }[] };
    expect(users.find(({ user }) => user === "author")?.email).toBe("new@example.org");
  });

  it("answers a token that is none with 401, and none with a challenge alone", async () => {
    const forged = await program.client("forged")("GET /posts");
    expect([forged.status, forged.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer realm="api", error="invalid_token", error_description="the token is unknown or has ended"',
    ]);
    const { status, headers } = await visitor("GET /admin/dashboard");
    expect([status, headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="api"']);
  });

  it("has an administration for admins, whose list moderators see too", async () => {
    const each = async (route: string) => {
      const rows: (readonly [string, number])[] = [];
      for (const who of EVERYBODY) rows.push([who, (await as(who)(route)).status]);
      return Object.fromEntries(rows);
    };
    const admins = { ...allOf(403), visitor: 401, admin: 200 };
    expect(await each("GET /admin/dashboard")).toEqual(admins);
    expect(await each("GET /admin/users/author")).toEqual(admins);
    expect(await each("GET /admin/users")).toEqual({ ...admins, moderator: 200 });
    const refused = { ...allOf(403), visitor: 401 };
    const { admin: _, ...others } = await each("POST /admin/users/author/roles/admin");
    expect(others).toEqual({ ...refused, admin: undefined });
    await admin("DELETE /admin/users/author/roles/admin");
  });

  it("changes the policy at once, and records who did it", async () => {
    const newcomer = await signedUp(program, "newcomer");
    const path = await post("review");
    expect((await newcomer(`POST ${path}/publish`)).status).toBe(403);
    const { body } = await admin("POST /admin/users/newcomer/roles/publisher");
    expect(body).toMatchObject({ changed: true, changes: [{ kind: "assignment.add", role: "publisher" }] });
    expect((await newcomer(`POST ${path}/publish`)).status).toBe(200);
    expect(((await admin("GET /admin/users/newcomer")).body as { roles: string[] }).roles).toEqual([
      "author",
      "publisher",
    ]);
    await admin("DELETE /admin/users/newcomer/roles/publisher");
    expect((await newcomer(`POST ${await post("review")}/publish`)).status).toBe(403);
  });

  it("makes roles of permissions", async () => {
    const role = { name: "critic", permissions: ["posts:read", "posts:lock"] };
    expect((await admin("POST /admin/roles", role)).body).toMatchObject({ changed: true });
    expect((await admin("POST /admin/roles", { ...role, permissions: ["posts:raed"] })).body).toMatchObject({
      code: "PERMISSION_NOT_FOUND",
      detail: expect.stringContaining("posts:read"),
    });
  });

  it("names what is not there, with the nearest names", async () => {
    const answers = [
      await admin("POST /admin/users/autor/roles/editor"),
      await admin("POST /admin/users/author/roles/editro"),
      await admin("GET /admin/users/autor"),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect((body as { detail: string }).detail).toMatch(/did you mean "(author|editor)"/);
    }
  });

  it("keeps the last admin, and signs up nobody under a name that is taken, or looks like one", async () => {
    expect((await admin("DELETE /admin/users/ann/roles/admin")).status).toBe(409);
    expect((await admin("DELETE /admin/users/ann")).status).toBe(409);
    for (const user of ["ann", "author", "service:sign-up", "auth0r", ""])
      expect((await visitor("POST /auth/register", { user, password: "x" })).status).toBe(409);
  });

  it("deletes a user with their posts and their session", async () => {
    const leaver = await signedUp(program, "leaver");
    const { id } = (await leaver("POST /posts", { title: "t", content: "c" })).body as { id: number };
    expect((await leaver(`POST /posts/${id}/publish`)).status).toBe(200);
    expect((await as("moderator")("DELETE /admin/users/leaver")).status).toBe(403);
    expect((await admin("DELETE /admin/users/leaver")).status).toBe(200);
    expect([(await visitor(`GET /posts/${id}`)).status, (await leaver("GET /posts")).status]).toEqual([404, 401]);
  });
});
