/**
 * A blog on Express: posts with owners, drafts and publishing, and an administration that changes the policy itself.
 *
 *   npm install rbac-admin express better-sqlite3
 *   PASSWORD=secret PORT=3000 node blog.mjs
 */
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import express from "express";
import { create, mutation, RbacError } from "rbac-admin";
import { guarding, TokenError } from "rbac-admin/express";
import { forget, register, sessionOf, signIn } from "./sign-in.mjs";

// The policy: a seed of the package, and what this blog adds to it. Under its guard nobody, and no bug of a route, can
// hand out more than the one who asks holds. The first admin is here; all other people sign up.
const SIGN_UP = "service:sign-up";
const rbac = await create(":memory:", { actor: "blog" });
await rbac.seed(fileURLToPath(new URL("seeds/posts.yaml", import.meta.resolve("rbac-admin/package.json"))));
await rbac.seed({
  rbac: 1,
  permissions: ["users:delete", "posts:lock", "rbac:user", "rbac:assignment"],
  roles: {
    moderator: { grants: ["users:read", "posts:update", "posts:delete", "posts:lock"] },
    // It makes users and authors, and nothing more: it can give away only what it holds.
    "sign-up": { grants: ["rbac:user", "rbac:assignment", "posts:create"] },
  },
  users: { ann: { roles: ["admin"] }, [SIGN_UP]: { roles: ["sign-up"] } },
  guarded: true,
});
await register("ann", process.env.PASSWORD);
const policy = await rbac.compile();

const db = new Database(":memory:");
db.exec(`create table posts (
  id integer primary key, author text not null, title text not null, content text not null,
  status text not null default 'draft', published integer as (status = 'published'), locked integer default 0)`);
const findPost = (request) => db.prepare("select * from posts where id = ?").get(request.params.id);

// Who asks. Without a token it is a stranger (null), who reads what everyone may, and must sign in for the rest.
const session = (request) => {
  const found = sessionOf(request.headers.authorization);
  if (found === null) throw new TokenError("invalid_token", "the token is unknown or has ended");
  return found;
};
const nameOf = (request) => session(request)?.user ?? null;
const g = guarding(policy, { user: nameOf, claims: session });

// What a question about one post must know. A post is loaded once; where there is none, the answer is 404.
const ofPost = {
  load: findPost,
  owner: (_, { author }) => author,
  given: (_, post) => ({ resource: { ...post, published: !!post.published, locked: !!post.locked } }),
};

// What the library refuses, such as a name that is not there, is the client's fault here: the names are in the request.
const STATUS = { GUARDED: 403, USER_NOT_FOUND: 404, ROLE_NOT_FOUND: 404 };
const answering = (make) => async (request, response) => {
  try {
    response.json(await make(request, response));
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    const status = STATUS[error.code] ?? { 2: 400, 3: 409, 4: 503 }[error.exitCode];
    response.status(status).json({ code: error.code, detail: error.message });
  }
};

const app = express();
app.use(express.json());
app.use(g.guardAll({ public: ["POST /auth/register", "POST /auth/login"] })); // Every other route must ask.

const signUp = async ({ body: { user, password, email } }, response) => {
  const sync = () => rbac.as(SIGN_UP).sync({ user, email: email ?? null, roles: [{ role: "author" }] });
  const isNew = await register(user, password, sync);
  return isNew ? { user } : response.status(409) && { detail: "the name is taken, or is none" };
};
app.post("/auth/register", answering(signUp));
app.post("/auth/login", ({ body: { user, password, scope } }, response) => {
  const token = signIn(user, password, scope);
  response.status(token ? 200 : 401).json({ access_token: token });
});

// Posts. Everyone may see a list, if only of their own; what is in it is decided by one query.
const columns = {
  owner: "author",
  "resource.published": { column: "published", type: "bool" },
  "resource.status": { column: "status", type: "string" },
};
app.get("/posts", g.requirePermission("posts:read:own"), async (request, response) => {
  const { sql } = await g.filter(request, "posts:read", { dialect: "sqlite", columns });
  response.json(db.prepare(`select * from posts where ${sql.text} order by id`).all(...sql.params));
});
app.post("/posts", g.requirePermission("posts:create"), (request, response) => {
  const insert = db.prepare("insert into posts (author, title, content) values (?, ?, ?)");
  const { lastInsertRowid: id } = insert.run(nameOf(request), request.body.title, request.body.content);
  response.status(201).json({ id });
});
const onPost = (handle) => async (request, response) => response.json(handle(await g.resource(request), request.body));
// A draft of somebody else is 404, as if it were not there.
const show = onPost((post) => post);
app.get("/posts/:id", g.requirePermission("posts:read", { ...ofPost, hide: true }), show);
const SET = "title = coalesce(?, title), content = coalesce(?, content), status = coalesce(?, status)";
const edit = onPost(({ id }, { title, content, isForReview }) =>
  db.prepare(`update posts set ${SET} where id = ?`).run(title, content, isForReview ? "review" : null, id),
);
app.put("/posts/:id", g.requirePermission("posts:update", ofPost), edit);
app.put("/users/me/posts/:id", g.requireOwner({ load: findPost, owner: ofPost.owner }), edit);
const run = (sql) => onPost(({ id }) => db.prepare(`${sql} where id = ?`).run(id));
const PUBLISH = "update posts set status = 'published'";
app.delete("/posts/:id", g.requirePermission("posts:delete", ofPost), run("delete from posts"));
app.post("/posts/:id/publish", g.requirePermission("posts:publish", ofPost), run(PUBLISH));
app.post("/posts/:id/lock", g.requirePermission("posts:lock", ofPost), run("update posts set locked = 1"));

// Scopes are the token's: what its user lets this program do.
app.get("/users/me", g.requireScopes("users:read", { permissions: false }), g.permissions());
const changeMe = answering((request) => rbac.as(SIGN_UP).sync({ user: nameOf(request), email: request.body.email }));
app.put("/users/me", g.requireScopes("users:write", { permissions: false }), changeMe);

// The administration. The policy is changed in the name of who asks: under its guard, and recorded.
const admin = g.requireRole("admin");
app.get("/admin/dashboard", admin, (_, response) => response.json({ message: "Welcome" }));
const list = answering(() => rbac.users({ limit: 100 }));
app.get("/admin/users", g.requireAnyRole(["admin", "moderator"]), list);
const showUser = answering(async ({ params: { user } }) => {
  const { assignments } = await rbac.assignments({ user });
  return { user, roles: assignments.map(({ role }) => role), permissions: await policy.permissions(user) };
});
app.get("/admin/users/:user", admin, showUser);
const change = (make) => answering((request) => make(rbac.as(nameOf(request)), request.params, request.body));
const remove = change(async (as, { user }) => {
  await as.offboard(user, { delete: true });
  forget(user);
  return db.prepare("delete from posts where author = ?").run(user);
});
app.delete("/admin/users/:user", g.requireRole("admin", { fresh: "5m" }), remove); // After a sign-in of just now.
const newRole = change((as, _, { name, permissions }) =>
  as.change([mutation.create("role", name), mutation.grant(name, permissions)]),
);
app.post("/admin/roles", admin, newRole);
const assign = change((as, { user, role }) => as.assign(user, role, { existing: true }));
app.post("/admin/users/:user/roles/:role", admin, assign);
const revoke = change((as, { user, role }) => as.revoke(user, role));
app.delete("/admin/users/:user/roles/:role", admin, revoke);

await g.ready(app); // A misspelt name stops the program here, and not a user later.
const server = app.listen(process.env.PORT ?? 3000, "127.0.0.1", () => console.log(server.address()));
