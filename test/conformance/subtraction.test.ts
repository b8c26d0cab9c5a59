/**
 * Roles that say what they leave out, as Azure's do: a few dozen of our own making, in its manner. What a role permits is
 * what it grants less what it leaves out; what a person may do is the union of that over their roles. The oracle expands
 * the patterns by regular expressions, and subtracts sets.
 */
import { describe, expect, it } from "vitest";
import { decide } from "../../src/policy/evaluate/decide.ts";
import { permissionsOf } from "../../src/policy/evaluate/effective-permissions.ts";
import { indexPolicy } from "../../src/policy/evaluate/policy-index.ts";
import { askerOf } from "../../src/policy/evaluate/walk.ts";
import { AT, policyFrom } from "../support/documents.ts";

const ACTIONS = ["read", "write", "delete"];
const RESOURCES = [
  ...["Auth/roleAssignments", "Auth/roleDefinitions", "Auth/locks", "Auth/policies"],
  ...["Compute/machines", "Compute/disks", "Compute/images", "Compute/galleries"],
  ...["Network/networks", "Network/gateways", "Network/dnsZones", "Network/loadBalancers"],
  ...["Storage/accounts", "Storage/blobs", "Storage/queues", "Storage/keys"],
  ...["Vault/secrets", "Vault/keys", "Vault/certificates"],
  ...["Sql/servers", "Sql/databases", "Sql/auditing"],
  ...["Support/tickets", "Billing/invoices", "Billing/budgets", "Insights/alerts", "Insights/logs"],
];
const CATALOGUE = [
  ...RESOURCES.flatMap((resource) => ACTIONS.map((action) => `${resource}:${action}`)),
  ...["Compute/machines:start", "Compute/machines:restart", "Auth/elevate:run", "Storage/keys:rotate"],
];

/** Each role: its grants, and of each what it leaves out. */
const ROLES: Readonly<Record<string, readonly (readonly [pattern: string, ...but: string[]])[]>> = {
  Owner: [["*"]],
  Contributor: [["*", "Auth/*:write", "Auth/*:delete", "Auth/elevate:run"]],
  Reader: [["*:read"]],
  "Reader without Secrets": [["*:read", "Vault/*:*", "Storage/keys:*"]],
  "User Access Administrator": [["*:read"], ["Auth/*:*"], ["Support/*:*"]],
  "Role Administrator": [["Auth/*:*", "Auth/locks:*", "Auth/policies:*", "Auth/elevate:run"], ["*:read"]],
  "Lock Contributor": [["Auth/locks:*"]],
  "Policy Contributor": [["Auth/policies:*", "Auth/policies:delete"], ["Auth/*:read"]],
  "Security Reader": [["*:read", "Billing/*:read", "Storage/blobs:read"]],
  "Security Admin": [
    ["Auth/*:*", "Auth/roleAssignments:*", "Auth/roleDefinitions:*"],
    ["Vault/*:*", "Vault/*:delete"],
  ],
  "Compute Contributor": [["Compute/*:*"], ["Network/*:read"]],
  "Machine Contributor": [["Compute/*:*", "Compute/galleries:*", "Compute/images:delete"]],
  "Machine Operator": [["Compute/machines:*", "Compute/machines:write", "Compute/machines:delete"]],
  "Machine User": [["Compute/machines:read"], ["Compute/machines:start"]],
  "Disk Keeper": [["Compute/disks:*", "*:delete"]],
  "Image Publisher": [["Compute/images:*"], ["Compute/galleries:*"]],
  "Network Contributor": [["Network/*:*"]],
  "Network Operator": [["Network/*:*", "Network/*:delete"]],
  "DNS Contributor": [["Network/dnsZones:*"]],
  "Edge Contributor": [["Network/*:*", "Network/dnsZones:*", "Network/networks:*"]],
  "Storage Contributor": [["Storage/*:*", "Storage/keys:*"]],
  "Storage Reader": [["Storage/*:*", "*:write", "*:delete", "*:rotate"]],
  "Blob Owner": [["Storage/blobs:*"], ["Storage/accounts:read"]],
  "Queue Contributor": [["Storage/queues:*", "Storage/queues:delete"]],
  "Key Operator": [
    ["Storage/keys:*", "Storage/keys:read"],
    ["Vault/keys:*", "Vault/keys:delete"],
  ],
  "Vault Administrator": [["Vault/*:*"]],
  "Secrets Officer": [["Vault/*:*", "Vault/keys:*", "Vault/certificates:*"]],
  "Vault Reader": [["Vault/*:read", "Vault/secrets:read"]],
  "SQL Contributor": [["Sql/*:*", "Sql/auditing:*"]],
  "SQL Security Manager": [["Sql/auditing:*"], ["Sql/*:read"]],
  "Support Contributor": [["Support/*:*"], ["*:read", "Vault/*:*", "Billing/*:*"]],
  "Billing Reader": [["Billing/*:read"]],
  "Billing Contributor": [["Billing/*:*", "Billing/invoices:delete", "Billing/invoices:write"]],
  "Monitor Contributor": [["Insights/*:*"], ["*:read", "Vault/*:*"]],
  "Monitor Reader": [["*:read", "Vault/*:*", "Billing/*:*", "Auth/*:*"]],
  "Nothing left": [["Sql/servers:*", "Sql/*:*"]],
  "Everything but reading": [["*", "*:read"]],
};

const NAMES = Object.keys(ROLES);

/** What a pattern covers, by a regular expression: a part `*` is any text without `:`, the last one any rest. */
function expanded(pattern: string): ReadonlySet<string> {
  const parts = pattern.split(":");
  const source = parts.map((part, at) => {
    const any = at === parts.length - 1 && part === "*" ? ".*" : "[^:]*";
    return part === "*" ? any : part.replace(/[.*]/g, (sign) => (sign === "*" ? any : "\\."));
  });
  const whole = new RegExp(`^${source.join(":")}$`);
  return new Set(CATALOGUE.filter((permission) => whole.test(permission)));
}

const permits = (role: string): ReadonlySet<string> => {
  const rights = new Set<string>();
  for (const [pattern, ...but] of ROLES[role] ?? []) {
    const left = new Set(but.flatMap((one) => [...expanded(one)]));
    for (const permission of expanded(pattern)) if (!left.has(permission)) rights.add(permission);
  }
  return rights;
};

const ALONE = NAMES.map((name, at) => [`user${at}`, [name]] as const);
const PAIRS = NAMES.flatMap((one, at) => NAMES.slice(at + 1).map((other) => [`${at}+${other}`, [one, other]] as const));
const PEOPLE = [...ALONE, ...PAIRS];

const policy = policyFrom({
  rbac: 1,
  permissions: CATALOGUE,
  roles: Object.fromEntries(
    NAMES.map((name) => [
      name,
      {
        grants: (ROLES[name] ?? []).map(([permission, ...but]) => (but.length > 0 ? { permission, but } : permission)),
      },
    ]),
  ),
  users: Object.fromEntries(PEOPLE.map(([user, roles]) => [user, { roles }])),
});
const index = indexPolicy(policy);

const may = (user: string, permission: string): boolean =>
  decide(index, { ...askerOf(user, AT, {}), permission, owner: null, scope: null }).allowed;

describe("roles that leave something out", () => {
  it("are a few dozen, and most of them leave out something of what they grant", () => {
    expect(NAMES.length).toBe(37);
    expect(NAMES.filter((name) => ROLES[name]?.some(([, ...but]) => but.length > 0)).length).toBe(24);
  });

  it("permit what they grant less what they leave out, alone and two together", () => {
    const differences: string[] = [];
    let asked = 0;
    for (const [user, roles] of PEOPLE) {
      const union = new Set(roles.flatMap((role) => [...permits(role)]));
      for (const permission of CATALOGUE) {
        asked += 1;
        if (may(user, permission) !== union.has(permission)) differences.push(`${roles.join(" and ")}: ${permission}`);
      }
    }
    expect(differences).toEqual([]);
    expect(asked).toBe(PEOPLE.length * CATALOGUE.length);
  });

  it("list the same as they decide", () => {
    for (const [user, roles] of PEOPLE) {
      const union = new Set(roles.flatMap((role) => [...permits(role)]));
      const listed = permissionsOf(index, askerOf(user, AT, {})).map((row) => row.permission);
      expect(new Set(listed), roles.join(" and ")).toEqual(union);
    }
  });

  it("take nothing from another role: a contributor who administers access writes role assignments", () => {
    const user = (role: string) => `user${NAMES.indexOf(role)}`;
    const both = PAIRS.find(([, [one, other]]) => one === "Contributor" && other === "User Access Administrator")?.[0];
    expect(may(user("Contributor"), "Auth/roleAssignments:write")).toBe(false);
    expect(may(user("Contributor"), "Compute/machines:write")).toBe(true);
    expect(may(user("User Access Administrator"), "Compute/machines:write")).toBe(false);
    expect(may(both ?? "", "Auth/roleAssignments:write")).toBe(true);
    expect(may(both ?? "", "Compute/machines:write")).toBe(true);
  });
});
