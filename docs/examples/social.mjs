/**
 * A social network on Hono: whoever owns a profile or an album decides which circle of people sees it. The choice is a
 * grant on their own scope, "mr-natural/albums/7", made in their own name, and the guard of the policy holds them to it.
 *
 *   npm install rbac-admin hono @hono/node-server
 *   PASSWORD=secret PORT=3000 node social.mjs
 */
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { create, RbacError, scopeOf } from "rbac-admin";
import { guarding, TokenError } from "rbac-admin/hono";
import { register, sessionOf, signIn } from "./sign-in.mjs";

// The policy: the circles as roles, and what owners may. This program adds that they may pass it on, where they own.
const SIGN_UP = "service:sign-up";
const rbac = await create(":memory:", { actor: "social" });
await rbac.seed(fileURLToPath(new URL("seeds/social.yaml", import.meta.resolve("rbac-admin/package.json"))));
await rbac.seed({
  rbac: 1,
  permissions: ["rbac:grant", "rbac:user", "rbac:assignment"],
  roles: {
    owner: { grants: ["rbac:grant", "message:send", "friendship:request"] },
    // Makes owners, and so holds what they do: nobody can give away what they do not hold.
    "sign-up": { inherits: ["owner"], grants: ["rbac:user", "rbac:assignment"] },
    root: { grants: ["*"] },
  },
  users: { [SIGN_UP]: { roles: ["sign-up"] }, "service:root": { roles: ["root"] } },
  guarded: true,
});
const policy = await rbac.compile();

// The application's own data: what there is, and in which circles of an owner somebody is.
const people = new Map(); // user → { profile, albums, circles, messages, requests }
const CIRCLES = ["friend", "family", "coworker", "community_member"];
async function join(user, password, profile) {
  const sync = () => rbac.as(SIGN_UP).sync({ user, roles: [{ role: "owner", on: user }] });
  const isNew = await register(user, password, sync);
  if (isNew) people.set(user, { profile, albums: new Map(), circles: new Map(), messages: [], requests: new Set() });
  return isNew;
}
for (const user of ["mr-natural", "fritz", "flakey-foont"])
  await join(user, process.env.PASSWORD, { about: "", email: `${user}@example.com`, birthDate: "1967-01-01" });

const userOf = (c) => {
  const session = sessionOf(c.req.header("authorization"));
  if (session === null) throw new TokenError("invalid_token", "the token is unknown or has ended");
  return session?.user ?? null; // Who has no account is a stranger, and "anonymous" like everybody.
};
const ownerOf = (c) => c.req.param("owner");
const circlesOf = (owner, user) => [...(people.get(owner)?.circles.get(user) ?? [])];
// The roles of a request: everybody's, and what who asks is to the owner. Only the application knows this.
const g = guarding(policy, { user: userOf, assume: (c) => ["anonymous", ...circlesOf(ownerOf(c), userOf(c))] });
const on = (...path) => ({ on: (c) => scopeOf(ownerOf(c), ...path.map((name) => c.req.param(name) ?? name)) });
const asOwner = g.requireOwner({ owner: ownerOf });

const app = new Hono();
app.use(g.guardAll({ public: ["POST /auth/register", "POST /auth/login"] })); // Every other route must ask.

app.post("/auth/register", async (c) => {
  const { user, password, ...profile } = await c.req.json();
  return c.body(null, (await join(user, password, profile)) ? 201 : 409);
});
app.post("/auth/login", async (c) => {
  const { user, password } = await c.req.json();
  const token = signIn(user, password);
  return c.json({ access_token: token }, token ? 200 : 401);
});

// A profile. To see it is not to see all that is on it.
const showProfile = (how) => async (c) => {
  const { about, email, birthDate } = people.get(ownerOf(c)).profile;
  const maySee = (permission) => g.can(c, permission, how);
  return c.json({
    about,
    ...((await maySee("email:show")) && { email }),
    ...((await maySee("birth-date:show")) && { birthDate }),
  });
};
const profile = on("profile");
app.get("/:owner/profile", g.requirePermission("profile:display", profile), showProfile(profile));
app.put("/:owner/profile", g.requirePermission("profile:update", profile), async (c) => {
  Object.assign(people.get(ownerOf(c)).profile, { about: (await c.req.json()).about });
  return c.body(null, 204);
});
// How it looks to a circle: the owner takes on its role, and lays down all others, for this request.
const only = (c) => [c.req.param("circle")];
const preview = { ...profile, assume: only, activate: only };
const AS_CIRCLE = `/:owner/profile/as/:circle{${["anonymous", ...CIRCLES].join("|")}}`;
app.get(AS_CIRCLE, asOwner, g.requirePermission("profile:display", preview), showProfile(preview));

// Albums.
const albumsOf = (c) => people.get(ownerOf(c)).albums;
app.post("/:owner/albums", g.requirePermission("album:create", on("albums")), async (c) => {
  const id = String(albumsOf(c).size + 1);
  albumsOf(c).set(id, (await c.req.json()).title);
  return c.json({ id }, 201);
});
app.get("/:owner/albums/:id", g.requirePermission("album:display", on("albums", "id")), (c) => {
  const title = albumsOf(c).get(c.req.param("id"));
  return title === undefined ? c.body(null, 404) : c.json({ title });
});

// What others may send, if the owner lets them; and what only the owner reads.
app.post("/:owner/messages", g.requirePermission("message:send", on()), async (c) => {
  people.get(ownerOf(c)).messages.push({ from: userOf(c), text: (await c.req.json()).text });
  return c.body(null, 204);
});
app.get("/:owner/messages", asOwner, (c) => c.json(people.get(ownerOf(c)).messages));
app.post("/:owner/requests", g.requirePermission("friendship:request", on()), (c) => {
  people.get(ownerOf(c)).requests.add(userOf(c));
  return c.body(null, 204);
});
app.get("/:owner/requests", asOwner, (c) => c.json([...people.get(ownerOf(c)).requests]));
app.put("/:owner/circles/:user", asOwner, async (c) => {
  const said = (await c.req.json()).filter((circle) => CIRCLES.includes(circle)); // A request names circles, not any role.
  people.get(ownerOf(c)).circles.set(c.req.param("user"), said);
  return c.body(null, 204);
});

// The owner's choices: which circle may do what with which of their things. A route may forget to look whose a scope
// is: the guard does not.
const choose = (make) => async (c) => {
  const { circle, permission, on } = await c.req.json();
  try {
    const { changed } = await make(rbac.as(userOf(c)), circle, permission, { on });
    return c.json({ changed });
  } catch (error) {
    if (!(error instanceof RbacError)) throw error;
    const status = error.code === "GUARDED" ? 403 : { 2: 400, 3: 409, 4: 503 }[error.exitCode];
    return c.json({ code: error.code, detail: error.message }, status);
  }
};
const grant = choose((as, ...choice) => as.grant(...choice));
const ungrant = choose((as, ...choice) => as.ungrant(...choice));
app.put("/:owner/choices", asOwner, grant);
app.delete("/:owner/choices", asOwner, ungrant);

await g.ready(app); // A misspelt name stops the program here, and not a user later.
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env.PORT ?? 3000) }, console.log);
