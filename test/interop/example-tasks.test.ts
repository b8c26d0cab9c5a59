/** The task list of docs/examples, by requests: the matrix of the article, and that one team is nothing to another. */
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

interface Task {
  readonly id: number;
  readonly team: string;
  readonly owner: string;
  readonly title: string;
}

describeWith(missingFor("tasks.mjs"), "the tasks of docs/examples", () => {
  let program: ExampleProgram;
  let ada: Asking;
  let ben: Asking;
  let cleo: Asking;
  let dan: Asking;
  let visitor: Asking;

  beforeAll(async () => {
    program = await startExample("tasks.mjs");
    visitor = program.client();
    [ada, ben, cleo, dan] = (await Promise.all(
      ["ada", "ben", "cleo", "dan"].map((name) => signedIn(program, name)),
    )) as [Asking, Asking, Asking, Asking];
  });
  afterAll(() => program?.stop());

  const EVERYBODY = () => ({ ada, ben, cleo, dan, visitor });
  async function each(route: string, body?: object) {
    const rows: (readonly [string, number])[] = [];
    for (const [who, ask] of Object.entries(EVERYBODY())) rows.push([who, (await ask(route, body)).status]);
    return Object.fromEntries(rows);
  }
  const idOf = ({ body }: { body: unknown }) => (body as Task).id;
  const listOf = async (ask: Asking) => (await ask("GET /tasks")).body as Task[];
  const bensTask = async () => idOf(await ada("POST /teams/acme/tasks", { title: "Ben's", for: "ben" }));

  it("lets an admin create tasks for any user, a viewer for themselves", async () => {
    const nobody = { dan: 403, visitor: 401 };
    const forBen = await each("POST /teams/acme/tasks", { title: "t", for: "ben" });
    expect(forBen).toEqual({ ...nobody, ada: 200, ben: 200, cleo: 403 });
    const forAda = await each("POST /teams/acme/tasks", { title: "t", for: "ada" });
    expect(forAda).toEqual({ ...nobody, ada: 200, ben: 403, cleo: 403 });
    expect((await cleo("POST /teams/globex/tasks", { title: "t" })).status).toBe(200);
    expect((await ada("POST /teams/acme/tasks", { title: "t", for: "nobody" })).status).toBe(404);
    expect((await ada("POST /teams/acme/tasks", { title: "t", for: "cleo" })).status).toBe(404);
  });

  it("lets an admin see all tasks, a viewer their own", async () => {
    await ada("POST /teams/acme/tasks", { title: "Ada's" });
    await cleo("POST /teams/globex/tasks", { title: "Cleo's" });
    await bensTask();
    const all = await listOf(ada);
    expect(new Set(all.map(({ owner }) => owner))).toEqual(new Set(["1", "2", "3"]));
    expect(await listOf(ben)).toEqual(all.filter(({ owner }) => owner === "2"));
    expect(await listOf(cleo)).toEqual(all.filter(({ owner }) => owner === "3"));
    expect(await listOf(dan)).toEqual([]);
    expect((await visitor("GET /tasks")).status).toBe(401);
  });

  it("lists the tasks that can be asked for one by one", async () => {
    const all = await listOf(ada);
    for (const ask of [ben, cleo, dan]) {
      const readable: Task[] = [];
      for (const task of all)
        if ((await ask(`GET /teams/${task.team}/tasks/${task.id}`)).status === 200) readable.push(task);
      expect(await listOf(ask)).toEqual(readable);
    }
  });

  it("lets an admin update and delete any task, a viewer their own", async () => {
    const others = { cleo: 403, dan: 403, visitor: 401 };
    const [own, foreign] = [await bensTask(), idOf(await ada("POST /teams/acme/tasks", { title: "Ada's" }))];
    const change = { status: "done" };
    expect(await each(`PUT /teams/acme/tasks/${own}`, change)).toEqual({ ...others, ada: 200, ben: 200 });
    expect(await each(`PUT /teams/acme/tasks/${foreign}`, change)).toEqual({ ...others, ada: 200, ben: 403 });
    expect((await ben(`DELETE /teams/acme/tasks/${foreign}`)).status).toBe(403);
    expect((await ben(`DELETE /teams/acme/tasks/${own}`)).status).toBe(200);
    expect((await ada(`DELETE /teams/acme/tasks/${foreign}`)).status).toBe(200);
    expect((await ben(`GET /teams/acme/tasks/${own}`)).status).toBe(404);
  });

  it("shows the statistics to admins, and lets them manage people", async () => {
    const admins = { ada: 200, ben: 403, cleo: 403, dan: 403, visitor: 401 };
    expect(await each("GET /teams/acme/analytics")).toEqual(admins);
    const { ada: _, ...others } = admins;
    for (const route of ["PUT /teams/acme/admins/ben", "PUT /teams/acme/members/dan", "DELETE /teams/acme/members/ben"])
      for (const [who, status] of Object.entries(others))
        expect([who, (await EVERYBODY()[who as keyof typeof others](route)).status]).toEqual([who, status]);
  });

  it("finds a task under its own team alone", async () => {
    const id = await bensTask();
    expect((await ada(`GET /teams/globex/tasks/${id}`)).status).toBe(404);
    expect((await ada(`DELETE /teams/globex/tasks/${id}`)).status).toBe(404);
    expect((await ben(`DELETE /teams/globex/tasks/${id}`)).status).toBe(403);
    expect((await ada(`GET /teams/acme/tasks/${id}`)).status).toBe(200);
  });

  it("takes a team in a path for one segment of a scope", async () => {
    for (const team of ["acme%2F", "acme%2F..", "acme%2Ftasks"])
      expect((await ben(`POST /teams/${team}/tasks`, { title: "t" })).status).toBe(403);
    expect((await ben("POST /teams/*/tasks", { title: "t" })).status).toBe(400);
  });

  it("signs people up, whom an admin takes into a team: what they may changes with it", async () => {
    const eve = await signedUp(program, "eve", { email: "eve@example.org" });
    const make = (team: string) => eve(`POST /teams/${team}/tasks`, { title: "Eve's" });
    expect((await make("globex")).status).toBe(403);
    expect((await ada("PUT /teams/globex/members/eve")).status).toBe(204);
    expect((await make("globex")).status).toBe(200);
    expect((await listOf(eve)).map(({ title }) => title)).toEqual(["Eve's"]);
    // One team at a time: she must leave the one before.
    expect((await ada("PUT /teams/acme/members/eve")).status).toBe(404);

    expect((await ada("PUT /teams/globex/admins/eve")).status).toBe(204);
    expect((await listOf(eve)).map(({ team }) => team)).toContain("globex");
    expect((await eve("GET /teams/globex/analytics")).status).toBe(200);
    expect((await eve("GET /teams/acme/analytics")).status).toBe(403);
    // The next sign-in leaves alone what it does not speak for.
    expect((await (await signedIn(program, "eve"))("GET /teams/globex/analytics")).status).toBe(200);

    expect((await ada("DELETE /teams/globex/members/eve")).status).toBe(204);
    expect([(await make("globex")).status, await listOf(eve)]).toEqual([403, []]);
    expect((await eve("GET /teams/globex/analytics")).status).toBe(403);
  });

  it("takes at sign-in what the policy said before: Ben was a viewer of every team", async () => {
    expect((await ben("POST /teams/globex/tasks", { title: "t" })).status).toBe(403);
    expect((await ben("POST /teams/acme/tasks", { title: "t" })).status).toBe(200);
  });

  it("signs nobody in without the password, or up with a name that is taken", async () => {
    expect((await visitor("POST /auth/login", { user: "ada", password: "wrong" })).status).toBe(401);
    expect((await visitor("POST /auth/register", { user: "ada", password: "x", email: "a@b" })).status).toBe(409);
    expect((await program.client("forged")("GET /teams/acme/analytics")).status).toBe(401);
  });
});
