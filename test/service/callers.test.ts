/** Who calls: keys, tokens and certificates; what their principals may; what is refused, and what never comes back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NewSecret, newSecret } from "../../src/api-keys/secret.ts";
import { Database } from "../../src/database/database.ts";
import { type Compiled, create, mutation, type Rbac } from "../../src/index.ts";
import { creatingKey, revokingKeys, rotatingKey } from "../../src/policy/edit/api-keys.ts";
import type { Mutation } from "../../src/policy/model/mutation.ts";
import { FailedAttempts } from "../../src/service/callers/failed-attempts.ts";
import { callersByPolicy } from "../../src/service/callers/policy-callers.ts";
import type { Callers, Credentials } from "../../src/service/http/callers.ts";
import { HttpFault } from "../../src/service/http/fault.ts";
import type { Caller } from "../../src/service/http/route.ts";
import { newKey, publicJwks, type TokenKey } from "../../src/tokens/keys.ts";
import { signToken } from "../../src/tokens/sign-token.ts";
import { verifying } from "../../src/tokens/verifying.ts";
import { freshDb } from "../support/cli.ts";

const POLICY = {
  rbac: 1,
  permissions: ["posts:read", "rbac:read"],
  roles: {
    all: { grants: ["*"] },
    asker: { grants: ["rbac:read"] },
    wide: { grants: ["rbac:*"] },
    denied: { inherits: ["wide"], denies: ["rbac:read"] },
    scoped: { grants: [{ permission: "rbac:read", scope: "acme" }] },
    asked: { grants: [{ permission: "rbac:read", when: "context.ok" }] },
  },
  users: {
    app: { roles: ["asker"] },
    ann: { roles: ["all"] },
    off: { disabled: true, roles: ["wide"] },
    none: {},
    named: {},
    denied: { roles: ["denied"] },
    scoped: { roles: ["scoped"] },
    asked: { roles: ["asked"] },
    brief: { roles: [{ role: "asker", until: "2026-12-01T00:00:00Z" }] },
  },
};
const START = Date.parse("2026-11-30T12:00:00.000Z");

let now = START;
let rbac: Rbac;
let database: Database;
let policy: Compiled;
let callers: Callers;
let issuer: TokenKey;

const at = () => new Date(now).toISOString();
const change = (mutation: Mutation) =>
  database.change({ actor: "root", osUser: "root", at: at(), reason: null }, mutation);

async function keyOf(user: string, more: { rights?: string[]; until?: string } = {}): Promise<NewSecret> {
  const secret = newSecret();
  const { id, digest } = secret;
  await change(creatingKey({ id, user, digest, rights: more.rights ?? null, until: more.until ?? null }, at()));
  return secret;
}

const from = (authorization: string | undefined, more: Partial<Credentials> = {}): Credentials => ({
  authorization,
  certificate: undefined,
  address: "192.0.2.1",
  isLocal: false,
  ...more,
});

/** Who it is, or the status and the challenge with which they are refused. */
async function told(act: () => unknown): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof HttpFault)) throw error;
    return [error.status, error.headers["www-authenticate"]?.replace(/ realm="rbac",?/, "")];
  }
}
const identified = (authorization: string | undefined, more?: Partial<Credentials>) =>
  told(() => callers.identify(from(authorization, more)));
const mayRead = async (caller: unknown, right = "rbac:read") =>
  (await told(() => callers.requireRight(caller as Caller, right))) === undefined;
/** As the server does: judged, answered by the compiled policy, and judged again where that had moved. */
async function passes(authorization: string): Promise<boolean> {
  const admitted = async () => {
    const caller = await callers.identify(from(authorization));
    await callers.requireRight(caller, "rbac:read");
    return caller;
  };
  const all = async () => {
    const caller = await admitted();
    await policy.all([{ user: "ann", permission: "posts:read" }]);
    return callers.isCurrent(caller) || (await admitted());
  };
  return !Array.isArray(await told(all));
}

beforeAll(async () => {
  const db = await freshDb();
  rbac = await create(db, { actor: "root" });
  await rbac.seed(POLICY);
  database = await Database.open(db, "write");
  policy = await rbac.compile();
  issuer = await newKey("ES256", at());
  const keys = publicJwks([issuer], at());
  const tokens = verifying({ keys, issuer: "https://id.example", audience: "rbac" });
  callers = await callersByPolicy(policy, tokens, () => now);
});
afterAll(async () => {
  await database.close();
  await rbac.close();
});

describe("a key", () => {
  it("says whose it is, and may what its principal may, less what it is not for", async () => {
    const { text, id } = await keyOf("app");
    const caller = await identified(`Bearer ${text}`);
    expect(caller).toEqual({ principal: "app", by: "key", key: id });
    expect([await mayRead(caller), await mayRead(caller, "rbac:assignment")]).toEqual([true, false]);
    for (const [rights, reads, assigns] of [
      [["rbac:read"], true, false],
      [["rbac:*"], true, true],
      [["*:assignment"], false, true],
      [["posts:*"], false, false],
    ] as const) {
      const limited = await identified(`bearer  ${(await keyOf("ann", { rights: [...rights] })).text}`);
      expect([await mayRead(limited), await mayRead(limited, "rbac:assignment")]).toEqual([reads, assigns]);
    }
  });

  it.each([
    ["none", false],
    ["off", false],
    ["denied", false],
    ["scoped", false],
    ["asked", false],
    ["ann", true],
  ])("of %s: reads %s, as the guard judges at the root, though the catalogue has no such right", async (user, is) => {
    expect(await mayRead(await identified(`Bearer ${(await keyOf(user)).text}`))).toBe(is);
  });

  it("that is revoked, rotated, or ended, or whose principal lost the right, is refused by the next request", async () => {
    const { text, id } = await keyOf("app");
    expect(await passes(`Bearer ${text}`)).toBe(true);
    const next = newSecret(id);
    await change(rotatingKey({ id, digest: next.digest, overlap: new Date(now + 60_000).toISOString() }, at()));
    expect([await passes(`Bearer ${text}`), await passes(`Bearer ${next.text}`)]).toEqual([true, true]);
    now += 60_000;
    expect([await passes(`Bearer ${text}`), await passes(`Bearer ${next.text}`)]).toEqual([false, true]);
    await rbac.revoke("app", "asker");
    expect(await passes(`Bearer ${next.text}`)).toBe(false);
    await rbac.assign("app", "asker");
    expect(await passes(`Bearer ${next.text}`)).toBe(true);
    await change(revokingKeys([id]));
    expect(await passes(`Bearer ${next.text}`)).toBe(false);
    const brief = await keyOf("ann", { until: new Date(now + 1000).toISOString() });
    expect(await passes(`Bearer ${brief.text}`)).toBe(true);
    now += 1000;
    expect(await passes(`Bearer ${brief.text}`)).toBe(false);
  });

  it("may no more than its principal when a window of theirs ends, though nothing is committed", async () => {
    const { text } = await keyOf("brief");
    expect(await passes(`Bearer ${text}`)).toBe(true);
    now = Date.parse("2026-12-01T00:00:00.000Z");
    expect(await passes(`Bearer ${text}`)).toBe(false);
  });

  it("follows its user through a renaming, and is gone at once, also where it was refused before", async () => {
    const { text, id } = await keyOf("named");
    const limited = await keyOf("ann", { rights: ["posts:*"] });
    expect([await passes(`Bearer ${text}`), await passes(`Bearer ${limited.text}`)]).toEqual([false, false]);
    await rbac.assign("named", "asker");
    await rbac.change([mutation.rename("user", "named", "renamed")]);
    expect(await passes(`Bearer ${text}`)).toBe(true);
    await change(revokingKeys([limited.id, id]));
    const refused = await told(async () => {
      const caller = await callers.identify(from(`Bearer ${limited.text}`));
      await callers.requireRight(caller, "rbac:read");
    });
    expect(refused).toEqual([401, 'Bearer error="invalid_token"']);
    expect(await passes(`Bearer ${text}`)).toBe(false);
  });

  it("of each other form is refused with 401, and nothing of it is told", async () => {
    const { text, id } = await keyOf("ann");
    const other = await keyOf("ann");
    const wrong = `Bearer error="invalid_token"`;
    const forms: [string | undefined, string][] = [
      [undefined, "Bearer"],
      ["", 'Bearer error="invalid_request"'],
      [text, 'Bearer error="invalid_request"'],
      [`Basic ${text}`, 'Bearer error="invalid_request"'],
      [`Bearer ${text} ${text}`, 'Bearer error="invalid_request"'],
      [`Bearer ${text},Bearer ${text}`, 'Bearer error="invalid_request"'],
      [`Bearer ${text.slice(0, -1)}`, wrong],
      [`Bearer ${text}A`, wrong],
      [`Bearer ${text.toUpperCase()}`, wrong],
      [`Bearer rbac_${id}_`, wrong],
      [`Bearer rbac_${id}_${other.text.slice(-43)}`, wrong],
      [`Bearer ${newSecret().text}`, wrong],
    ];
    for (const [at, [header, challenge]] of forms.entries())
      expect([header, await identified(header, { address: `198.51.100.${at}` })]).toEqual([header, [401, challenge]]);
    const message = await Promise.resolve(callers.identify(from(`Bearer ${newSecret(id).text}`))).catch(String);
    expect(message).not.toContain(id);
  });
});

describe("a token", () => {
  const tokenOf = (sub: string, more: object = {}) => {
    const iat = Math.floor(Date.now() / 1000);
    const said = { iss: "https://id.example", sub, aud: "rbac", iat, exp: iat + 60, jti: "j", client_id: "c" };
    return signToken({ ...said, ...more }, issuer);
  };

  it("of the issuer says who asks; another is refused", async () => {
    const caller = await identified(`Bearer ${await tokenOf("ann")}`);
    expect([caller, await mayRead(caller)]).toEqual([{ principal: "ann", by: "token" }, true]);
    expect(await mayRead(await identified(`Bearer ${await tokenOf("nobody")}`))).toBe(false);
    const refusals = [{ aud: "other" }, { iss: "https://evil.example" }, { exp: 1 }];
    for (const more of refusals)
      expect(await identified(`Bearer ${await tokenOf("ann", more)}`)).toEqual([401, 'Bearer error="invalid_token"']);
  });

  it("is refused where no issuer is trusted", async () => {
    const alone = await callersByPolicy(policy, undefined, () => now);
    expect(await told(async () => alone.identify(from(`Bearer ${await tokenOf("ann")}`)))).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
  });
});

it("a certificate says who asks by the one CN of its subject", async () => {
  const by = (CN?: string | string[]) =>
    identified(undefined, { certificate: { subject: CN === undefined ? {} : { CN } } });
  const caller = await by("ann");
  expect([caller, await mayRead(caller)]).toEqual([{ principal: "ann", by: "certificate" }, true]);
  for (const CN of [undefined, "", ["ann", "app"]]) expect(await by(CN)).toEqual([401, 'Bearer error="invalid_token"']);
});

describe("failed attempts", () => {
  it("are slowed by address, more each time, and for some time; no more than some wait at once", async () => {
    let clock = 0;
    const waits: number[] = [];
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const failed = new FailedAttempts(
      () => clock,
      (time) => {
        waits.push(time);
        return waits.length > 8 ? held : Promise.resolve();
      },
    );
    for (let count = 0; count < 13; count++) await failed.slow("a");
    expect(waits).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000]);
    await failed.slow("b");
    expect(waits.length).toBe(8);
    const many = Array.from({ length: 203 }, () => told(() => failed.slow("a")));
    await Promise.all(many.slice(200)).then((answers) => expect(answers).toEqual(Array(3).fill([429, undefined])));
    go();
    await Promise.all(many);
    clock += 60_000;
    await failed.slow("a");
    expect(waits.length).toBe(208);
  });

  it("do not slow a good key from the same address", async () => {
    const { text } = await keyOf("ann");
    const one = { address: "203.0.113.9" };
    for (let count = 0; count < 5; count++) await identified(`Bearer ${newSecret().text}`, one);
    const order: string[] = [];
    const waiting = identified(`Bearer ${newSecret().text}`, one).then(() => order.push("refused"));
    await identified(`Bearer ${text}`, one).then(() => order.push("let in"));
    await waiting;
    expect(order).toEqual(["let in", "refused"]);
  });
});
