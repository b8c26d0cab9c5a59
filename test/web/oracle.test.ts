/** Guards beside an oracle: the full question, with all that can be known, asked of the database itself. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type CanOptions, create, type Rbac } from "../../src/index.ts";
import { guarding } from "../../src/web/frameworks/fetch.ts";
import { type Loaded, needs, objects, policies, type Source } from "../support/web/random-needs.ts";

type Need = typeof needs extends fc.Arbitrary<infer T> ? T : never;

const givenOf = ({ n }: Loaded) => ({ resource: n === undefined ? {} : { n } });
const CONTEXT = { context: { k: "v" } };

/** What the whole question says, if this is what would be loaded. */
async function answerBy(rbac: Rbac, isDisabled: boolean, need: Need, loaded: Loaded): Promise<boolean> {
  const from = (source: Source) => (source === "late" ? loaded : need.fixed);
  const owner = from(need.owner).owner;
  const isOwned = need.kind === "owner" || need.owner !== "none";
  if (need.kind === "owner") return need.user !== null && need.user === owner && !(need.user === "u" && isDisabled);
  const given = { ...(need.context && CONTEXT), ...(need.given !== "none" && givenOf(from(need.given))) };
  const options: CanOptions = {
    ...(need.on !== "none" && { on: from(need.on).scope }),
    ...(isOwned && owner !== null && { owner }),
    ...(Object.keys(given).length > 0 && { given }),
  };
  const names = need.kind === "one" ? need.names.slice(0, 1) : need.names;
  const answers = await Promise.all(names.map(async (name) => (await rbac.can(need.user, name, options)).allowed));
  return need.kind === "any" ? answers.includes(true) : !answers.includes(false);
}

/** A circumstance as a guard takes it. */
function said<T>(source: Source, fixed: T, read: (loaded: Loaded) => T): unknown {
  if (source === "late") return (_: Request, loaded: Loaded) => read(loaded);
  return source === "early" ? () => fixed : fixed;
}

function optionsOf(need: Need, load: () => Loaded | null): object {
  const isLate = [need.on, need.owner, need.given].includes("late");
  const { fixed } = need;
  return {
    ...(need.on !== "none" && { on: said(need.on, fixed.scope, ({ scope }) => scope) }),
    ...((need.owner !== "none" || need.kind === "owner") && {
      owner: said(need.owner, fixed.owner, ({ owner }) => owner),
    }),
    ...(need.given !== "none" && { given: said(need.given, givenOf(fixed), givenOf) }),
    ...((isLate || need.loads) && { load }),
  };
}

it("the status is what the whole question says, and no load is spared that could change it (500 policies)", async () => {
  let spared = 0;
  await fc.assert(
    fc.asyncProperty(
      policies,
      fc.array(needs, { minLength: 3, maxLength: 3 }),
      fc.array(objects, { minLength: 8, maxLength: 8 }),
      async (document, asked, others) => {
        const rbac = await create(":memory:", { actor: "app" });
        await rbac.seed(document);
        const policy = await rbac.compile();
        for (const need of asked) {
          let loads = 0;
          const load = () => {
            loads += 1;
            return need.found;
          };
          const g = guarding(policy, { user: () => need.user, ...(need.context && { given: () => CONTEXT }) });
          const options = optionsOf(need, load) as { owner: string };
          const [name = ""] = need.names;
          const middleware = {
            one: () => g.requirePermission(name, options),
            any: () => g.requireAnyPermission(need.names, options),
            all: () => g.requireAllPermissions(need.names, options),
            owner: () => g.requireOwner(options),
          }[need.kind as "one"]();
          let ran = 0;
          const handler = middleware(() => {
            ran += 1;
            return new Response("done");
          });
          const { status } = await handler(new Request("http://localhost/"));
          const isLate = [need.on, need.owner, need.given].includes("late");
          const refused = need.user === null ? 401 : 403;
          const expected = async (loaded: Loaded) =>
            (await answerBy(rbac, document.users.u.disabled, need, loaded)) ? 200 : refused;
          const loadsOf = "load" in options ? 1 : 0;
          if (!isLate) {
            const answer = await expected(need.fixed);
            const isThere = answer !== 200 || loadsOf === 0 || need.found;
            expect([status, loads]).toEqual([isThere ? answer : 404, answer === 200 ? loadsOf : 0]);
          } else if (loads > 0) expect([status, loads]).toEqual([need.found ? await expected(need.found) : 404, 1]);
          else {
            spared += 1;
            expect(status).toBe(refused);
            for (const loaded of need.found ? [need.found, ...others] : others)
              expect(status).toBe(await expected(loaded));
          }
          expect(ran).toBe(status === 200 ? 1 : 0);
        }
        await rbac.close();
      },
    ),
    { numRuns: 500 },
  );
  expect(spared).toBeGreaterThan(100);
});
