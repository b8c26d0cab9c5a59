/** A refused token, said by an application's own module, which may use another face of the package than its server. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { ROOT } from "../support/root.ts";

const face = (name: string) => import(pathToFileURL(join(ROOT, `dist/${name}.js`)).href);

it("is answered as RFC 6750 says, whichever face it is of", async () => {
  const [{ create }, { guarding }, { TokenError }] = [await face("index"), await face("fetch"), await face("express")];
  const rbac = await create(":memory:", { actor: "app" });
  await rbac.seed({ rbac: 1, permissions: ["posts:read"] });
  const statusOf = async (error: Error): Promise<number> => {
    const user = () => {
      throw error;
    };
    const g = guarding(await rbac.compile(), { user });
    const handler = g.requirePermission("posts:read")(() => new Response());
    return (await handler(new Request("http://localhost/"))).status;
  };
  expect(await statusOf(new TokenError("invalid_token", "it has ended"))).toBe(401);
  expect(await statusOf(new TokenError("invalid_request", "two tokens"))).toBe(400);
  // An error of another package with the same name is none of ours: what it says may be for no client's eyes.
  const other = Object.assign(new Error("secret"), { name: "TokenError", code: "invalid_request" });
  await expect(statusOf(other)).rejects.toBe(other);
  await rbac.close();
});
