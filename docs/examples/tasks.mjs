/**
 * A task list on Fastify, for several teams. A team is a tenant, and a tenant is a scope: what somebody holds on "acme"
 * holds for the tasks of acme, and for no others.
 *
 *   npm install rbac-admin fastify better-sqlite3
 *   PASSWORD=secret PORT=3000 node tasks.mjs
 */
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import Fastify from "fastify";
import { create, scopeOf } from "rbac-admin";
import { guarding } from "rbac-admin/fastify";
import { register, sessionOf, signIn } from "./sign-in.mjs";

// The policy, with its people: Ada is an admin of every team, Ben and Cleo are viewers, Dan is nothing yet.
const rbac = await create(":memory:", { actor: "tasks" });
await rbac.seed(fileURLToPath(new URL("seeds/tasks.yaml", import.meta.resolve("rbac-admin/package.json"))));
const policy = await rbac.compile();

// The application's own tables. The policy knows people by their id, which never changes, as text.
const db = new Database(":memory:");
db.exec(`
  create table people (id integer primary key, user text unique not null, name text, email text, team text);
  create table tasks (id integer primary key, team text not null, owner text not null, title text not null,
    status text not null default 'pending')`);
const teams = { Ada: "acme", Ben: "acme", Cleo: "globex" };
for (const { user: id, name, email } of (await rbac.users({})).users) {
  const user = name.toLowerCase();
  db.prepare("insert into people values (?, ?, ?, ?, ?)").run(Number(id), user, name, email, teams[name]);
  await register(user, process.env.PASSWORD);
}
const personOf = (user) => db.prepare("select * from people where user = ?").get(user);

/**
 * Brings somebody's rights to what the application knows of them: at each sign-in, and when that changes. It speaks for
 * who is a viewer of what, and for nothing else: whom an admin makes an admin stays one. The same again writes nothing.
 */
async function sync({ id, name, email, team }) {
  const roles = team === null ? [] : [{ role: "viewer", on: team }];
  await rbac.sync({ user: String(id), name, email, roles }, { only: { roles: ["viewer"] }, reason: "sync" });
}

const asking = (request) => personOf(sessionOf(request.headers.authorization)?.user);
const idOf = (request) => asking(request)?.id.toString();
const teamOf = (request) => scopeOf(request.params.team);
const g = guarding(policy, { user: idOf, on: teamOf }); // Every need asks on the team of the path.

const app = Fastify();
await app.register(g.guardAll({ public: ["POST /auth/register", "POST /auth/login"] })); // Every other route must ask.

app.post("/auth/register", async ({ body: { user, password, email } }, reply) => {
  const insert = db.prepare("insert into people (user, name, email) values (?, ?, ?)");
  const isNew = await register(user, password, async () => insert.run(user, user, email));
  return reply.code(isNew ? 201 : 409).send();
});
app.post("/auth/login", async ({ body: { user, password } }, reply) => {
  const token = signIn(user, password);
  if (!token) return reply.code(401).send();
  await sync(personOf(user));
  return { access_token: token };
});

// All tasks or one's own, of whichever teams: one query.
const columns = { owner: "owner", scope: "team" };
app.get("/tasks", { preHandler: g.requireUser() }, async (request) => {
  const { sql } = await policy.filter(idOf(request), "task:read", { dialect: "sqlite", columns });
  return db.prepare(`select * from tasks where ${sql.text} order by id`).all(...sql.params);
});

// What a need loads is there when the handler runs, and of this team: where it is not, the answer was 404.
const withLoaded = (handle) => async (request) => handle(await g.resource(request), request);

// A new task is owned by whom it is for: a viewer makes tasks for themselves, an admin for anybody of the team.
const forWhom = {
  load: (request) => {
    const person = request.body.for === undefined ? asking(request) : personOf(request.body.for);
    return person?.team === teamOf(request) ? person : null;
  },
  owner: (_, { id }) => String(id),
};
const createTask = ({ id, team }, { body: { title } }) =>
  db.prepare("insert into tasks (team, owner, title) values (?, ?, ?) returning *").get(team, String(id), title);
app.post("/teams/:team/tasks", { preHandler: g.requirePermission("task:create", forWhom) }, withLoaded(createTask));

const ofTask = {
  load: (request) =>
    db.prepare("select * from tasks where id = ? and team = ?").get(request.params.id, teamOf(request)),
  owner: (_, { owner }) => owner,
};
const withTask = (permission) => ({ preHandler: g.requirePermission(permission, ofTask) });
const show = withLoaded((task) => task);
app.get("/teams/:team/tasks/:id", withTask("task:read"), show);
const change = "update tasks set title = coalesce(?, title), status = coalesce(?, status) where id = ? returning *";
const update = ({ id }, { body: { title, status } }) => db.prepare(change).get(title, status, id);
app.put("/teams/:team/tasks/:id", withTask("task:update"), withLoaded(update));
const remove = ({ id }) => db.prepare("delete from tasks where id = ? returning *").get(id);
app.delete("/teams/:team/tasks/:id", withTask("task:delete"), withLoaded(remove));

const analytics = { preHandler: g.requirePermission("analytics:view") };
app.get("/teams/:team/analytics", analytics, async (request) =>
  db.prepare("select status, count(*) as tasks from tasks where team = ? group by status").all(teamOf(request)),
);

// An admin of the team takes people in, lets them go, and makes others admins. The record says who did it.
const manage = { preHandler: g.requirePermission("user:manage") };
app.put("/teams/:team/members/:user", manage, async (request, reply) => {
  const { user } = request.params;
  const join = db.prepare("update people set team = ? where user = ? and team is null");
  if (join.run(teamOf(request), user).changes === 0) return reply.code(404).send();
  await sync(personOf(user));
  return reply.code(204).send();
});
const ofMember = (change) => async (request, reply) => {
  const [person, team] = [personOf(request.params.user), teamOf(request)];
  if (person?.team !== team) return reply.code(404).send();
  await change(rbac.as(idOf(request)), String(person.id), team);
  return reply.code(204).send();
};
const leave = ofMember((as, user, team) => {
  db.prepare("update people set team = null where id = ?").run(user);
  return as.sync({ user, roles: [] }, { only: { scopes: [team] } }); // All that they are on this team, and nothing else.
});
app.delete("/teams/:team/members/:user", manage, leave);
const promote = ofMember((as, user, team) => as.assign(user, "admin", { on: team }));
app.put("/teams/:team/admins/:user", manage, promote);

await g.ready(app); // A misspelt name stops the program here, and not a user later.
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT ?? 3000) });
console.log(app.server.address());
