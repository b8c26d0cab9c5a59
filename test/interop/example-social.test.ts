/** The social network of docs/examples, by requests: the walk of the document that it is from, and its owners' choices. */
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

describeWith(missingFor("social.mjs"), "the social network of docs/examples", () => {
  let program: ExampleProgram;
  let natural: Asking;
  let fritz: Asking;
  let foont: Asking;
  let visitor: Asking;

  beforeAll(async () => {
    program = await startExample("social.mjs");
    visitor = program.client();
    [natural, fritz, foont] = (await Promise.all(
      ["mr-natural", "fritz", "flakey-foont"].map((name) => signedIn(program, name)),
    )) as [Asking, Asking, Asking];
    for (let album = 1; album <= 8; album++) await natural("POST /mr-natural/albums", { title: `Album ${album}` });
    await fritz("POST /fritz/albums", { title: "Cats" });
  });
  afterAll(() => program?.stop());

  const status = async (ask: Asking, route: string, body?: unknown) => (await ask(route, body)).status;
  /** Mr. Natural says in which circles of his Fritz is. */
  const fritzIs = (...circles: readonly string[]) => natural("PUT /mr-natural/circles/fritz", circles);
  const choice = (circle: string, permission: string, on: string) => ({ circle, permission, on });

  it("shows the profile to friends, as Mr. Natural had it set", async () => {
    await fritzIs();
    expect(await status(fritz, "GET /mr-natural/profile")).toBe(403);
    await fritzIs("friend");
    const { status: found, body } = await fritz("GET /mr-natural/profile");
    expect([found, body]).toEqual([200, { about: "" }]);
    expect(await status(fritz, "PUT /mr-natural/profile", { about: "mine" })).toBe(403);
    expect(await status(visitor, "GET /mr-natural/profile")).toBe(401);
    // Whose friend somebody is says nothing of the things of others.
    expect(await status(fritz, "GET /flakey-foont/profile")).toBe(403);
  });

  it("shows on the profile what each circle may see", async () => {
    await fritzIs("friend", "family");
    expect((await fritz("GET /mr-natural/profile")).body).toEqual({ about: "", birthDate: "1967-01-01" });
    await fritzIs("friend", "coworker");
    expect((await fritz("GET /mr-natural/profile")).body).toEqual({ about: "", email: "mr-natural@example.com" });
  });

  it("lets the owner see and change it all", async () => {
    expect(await status(natural, "PUT /mr-natural/profile", { about: "Keep on truckin'" })).toBe(204);
    const all = { about: "Keep on truckin'", email: "mr-natural@example.com", birthDate: "1967-01-01" };
    expect((await natural("GET /mr-natural/profile")).body).toEqual(all);
    await natural("PUT /mr-natural/profile", { about: "" });
  });

  it("shows one album to the community, and all of them to the family", async () => {
    const albums = async () => {
      const seen: number[] = [];
      for (let id = 1; id <= 8; id++) if ((await status(fritz, `GET /mr-natural/albums/${id}`)) === 200) seen.push(id);
      return seen;
    };
    await fritzIs("community_member");
    expect(await albums()).toEqual([7]);
    await fritzIs("family");
    expect(await albums()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await fritzIs("friend");
    expect(await albums()).toEqual([]);
    expect(await status(natural, "GET /fritz/albums/1")).toBe(403);
    await fritz("PUT /fritz/circles/mr-natural", ["friend"]);
    expect(await status(natural, "GET /fritz/albums/1")).toBe(200);
    expect(await status(natural, "POST /fritz/albums", { title: "his" })).toBe(403);
  });

  it("lets an owner open one album to a circle, and shut it again", async () => {
    await fritzIs("friend");
    const seventh = choice("friend", "album:display", "mr-natural/albums/7");
    expect((await natural("PUT /mr-natural/choices", seventh)).body).toEqual({ changed: true });
    expect((await natural("PUT /mr-natural/choices", seventh)).body).toEqual({ changed: false });
    expect(await status(fritz, "GET /mr-natural/albums/7")).toBe(200);
    expect(await status(fritz, "GET /mr-natural/albums/8")).toBe(403);
    expect(await status(visitor, "GET /mr-natural/albums/7")).toBe(401);
    expect((await natural("DELETE /mr-natural/choices", seventh)).body).toEqual({ changed: true });
    expect(await status(fritz, "GET /mr-natural/albums/7")).toBe(403);
  });

  it("lets an owner open something to everybody, visitors too", async () => {
    const everybody = choice("anonymous", "album:display", "mr-natural/albums/8");
    await natural("PUT /mr-natural/choices", everybody);
    expect([
      await status(visitor, "GET /mr-natural/albums/8"),
      await status(foont, "GET /mr-natural/albums/8"),
    ]).toEqual([200, 200]);
    await natural("DELETE /mr-natural/choices", everybody);
    expect(await status(visitor, "GET /mr-natural/albums/8")).toBe(401);
  });

  it("lets nobody choose for another, though the route would", async () => {
    expect(await status(fritz, "PUT /mr-natural/choices", choice("friend", "album:display", "mr-natural"))).toBe(403);
    for (const on of ["fritz/albums", "mr-natural-2", null]) {
      const asked = { ...choice("friend", "album:display", ""), on };
      const { status: got, body } = await natural("PUT /mr-natural/choices", asked);
      expect([on, got, (body as { code: string }).code]).toEqual([on, 403, "GUARDED"]);
    }
    // Not what they do not hold themselves, and no role to anybody.
    const beyond = choice("friend", "rbac:assignment", "mr-natural");
    expect(await status(natural, "PUT /mr-natural/choices", beyond)).toBe(403);
    expect(await status(natural, "PUT /mr-natural/choices", choice("friend", "*", "mr-natural"))).toBe(403);
    expect(
      await status(natural, "DELETE /mr-natural/choices", choice("friend", "album:display", "fritz/albums/1")),
    ).toBe(403);
  });

  it("says what is wrong with a choice", async () => {
    const { status: got, body } = await natural(
      "PUT /mr-natural/choices",
      choice("freind", "album:display", "mr-natural/albums/7"),
    );
    expect([got, (body as { detail: string }).detail]).toEqual([400, expect.stringContaining('"friend"')]);
    expect(await status(natural, "PUT /mr-natural/choices", { circle: "friend", permission: "album:display" })).toBe(
      400,
    );
  });

  it("opens and closes the ways to write to an owner", async () => {
    await fritzIs();
    // Mr. Natural hears from everybody, Fritz from nobody. Only friends write to Mr. Natural.
    expect(await status(visitor, "POST /mr-natural/requests")).toBe(204);
    expect(await status(fritz, "POST /mr-natural/requests")).toBe(204);
    expect(await status(natural, "POST /fritz/requests")).toBe(403);
    expect(await status(fritz, "POST /mr-natural/messages", { text: "hello" })).toBe(403);
    const { body: asking } = await natural("GET /mr-natural/requests");
    expect(asking).toContain("fritz");
    await fritzIs("friend");
    expect(await status(fritz, "POST /mr-natural/messages", { text: "hello" })).toBe(204);
    expect((await natural("GET /mr-natural/messages")).body).toEqual([{ from: "fritz", text: "hello" }]);
    expect(await status(fritz, "GET /mr-natural/messages")).toBe(403);
    // His to close.
    const open = choice("anonymous", "friendship:request", "mr-natural");
    await natural("DELETE /mr-natural/choices", open);
    expect(await status(visitor, "POST /mr-natural/requests")).toBe(401);
    await natural("PUT /mr-natural/choices", open);
  });

  it("shows the owner how a profile looks to each circle, and nobody else", async () => {
    const seen = async (circle: string) => (await natural(`GET /mr-natural/profile/as/${circle}`)).body;
    expect(await seen("friend")).toEqual({ about: "" });
    expect(await status(natural, "GET /mr-natural/profile/as/anonymous")).toBe(403);
    expect(await status(natural, "GET /mr-natural/profile/as/owner")).toBe(404);
    expect(await status(fritz, "GET /mr-natural/profile/as/friend")).toBe(403);
    expect(await status(visitor, "GET /mr-natural/profile/as/friend")).toBe(401);
  });

  it("keeps a relation that the policy stores, with this one owner", async () => {
    await natural("PUT /mr-natural/circles/flakey-foont", ["friend"]);
    expect((await foont("GET /mr-natural/profile")).body).toEqual({ about: "", email: "mr-natural@example.com" });
  });

  it("takes circles from a request, and never just any role", async () => {
    await fritzIs("root", "owner", "nonsense");
    expect(await status(fritz, "GET /mr-natural/profile")).toBe(403);
    expect(await status(fritz, "PUT /mr-natural/profile", { about: "mine" })).toBe(403);
  });

  it("makes owners of those who sign up", async () => {
    const devil = await signedUp(program, "devil-girl", {
      about: "new",
      email: "d@example.org",
      birthDate: "1990-01-01",
    });
    expect(await status(devil, "POST /devil-girl/albums", { title: "First" })).toBe(201);
    expect(await status(visitor, "GET /devil-girl/albums/1")).toBe(401);
    expect(
      await status(devil, "PUT /devil-girl/choices", choice("anonymous", "album:display", "devil-girl/albums")),
    ).toBe(200);
    expect((await visitor("GET /devil-girl/albums/1")).body).toEqual({ title: "First" });
    expect(await status(fritz, "POST /devil-girl/requests")).toBe(403);
    await devil("PUT /devil-girl/choices", choice("anonymous", "friendship:request", "devil-girl"));
    expect(await status(fritz, "POST /devil-girl/requests")).toBe(204);
    expect(await status(devil, "POST /mr-natural/albums", { title: "no" })).toBe(403);
    expect(await status(visitor, "POST /auth/register", { user: "fritz", password: "x" })).toBe(409);
    expect(await status(visitor, "GET /devil-girl/albums/1%2F..%2F2")).toBe(404);
  });

  it("answers for somebody who is not there as for somebody who shares nothing", async () => {
    const [nobody, somebody] = [await fritz("GET /nobody/profile"), await fritz("GET /flakey-foont/profile")];
    expect([nobody.status, nobody.body]).toEqual([somebody.status, somebody.body]);
    expect(await status(program.client("forged"), "GET /fritz/profile")).toBe(401);
  });
});
