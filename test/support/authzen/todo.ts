/** A policy of todos, what is asked of it, and what was tried to claim ownership. */
import type { AuthzenOptions } from "../../../src/service/authzen/mapping/options.ts";

export const TODO = {
  rbac: 1,
  permissions: ["todo:read", "todo:update", "todo:delete", "todo:delete-soft", "read all"],
  roles: {
    editor: { grants: ["todo:read", "todo:update:own", { permission: "todo:delete", scope: "todo/a" }] },
    softly: { grants: ["todo:delete-soft", "read all"] },
    careful: {
      grants: [{ permission: "todo:read", when: "!has(resource.secret)" }, "todo:update"],
      denies: [
        { permission: "todo:update", when: "resource.level == 1" },
        { permission: "todo:delete:own" },
        { permission: "todo:delete", scope: "acme/todo/kept" },
      ],
    },
    early: { grants: [{ permission: "todo:read", when: 'context.time < "2030-01-01T00:00:00Z"' }] },
  },
  users: {
    morty: { email: "morty@example.com", roles: ["editor"] },
    rick: { email: "rick@example.com", roles: ["softly"] },
    beth: { email: "both@example.com", roles: ["careful"] },
    jerry: { email: "both@example.com", roles: [], disabled: true },
    summer: { roles: ["early"] },
  },
};

export interface Parts {
  readonly user?: string;
  readonly name?: string;
  readonly type?: string;
  readonly id?: string;
  readonly subject?: unknown;
  readonly action?: unknown;
  readonly properties?: unknown;
  readonly context?: unknown;
}

/** Whether somebody may update a todo, but for what is said. */
export const request = ({ user = "morty", name = "update", type = "todo", id = "a", ...more }: Parts = {}) => ({
  subject: { type: "user", id: user, ...(more.subject !== undefined && { properties: more.subject }) },
  action: { name, ...(more.action !== undefined && { properties: more.action }) },
  resource: { type, id, ...(more.properties !== undefined && { properties: more.properties }) },
  ...(more.context !== undefined && { context: more.context }),
});

type Smuggled = readonly [what: string, parts: Parts, how?: AuthzenOptions];

/** Each asks as morty, who may update what is his, about what nobody says is his. */
export const SMUGGLED: readonly Smuggled[] = [
  ...[
    ...["todo:update:own", "update:own", "update:OWN", "update:Own", "update:oWn", "todo:update:OWN", "own", "OWN"],
    ...[
      "update:ｏｗｎ",
      "update:оwn",
      "update:οwn",
      "update:𝐨𝐰𝐧",
      "update:ＯＷＮ",
      "update:owո",
      "update:oᴡn",
      "update:0wn",
    ],
    ...["update:own ", " update:own", "update: own", "update:own\u200b", "update:o\u200bwn", "update:\u200bown"],
    ...["update:own\u00ad", "update:own\u202e", "update:own\u0000", "update:own\n", "update:own\t", "update\u0000:own"],
    ...["update:own:", "update::own", "update:own:own", "todo:update:own:own", ":own", "update:", "", ":", "::"],
    ...["update：own", "update꞉own", "update∶own", "update%3Aown", "update:%6fwn", "update;own", "update/own"],
    ...["*", "todo:*", "*:own", "*:*", "*:update", "update*", "upd*", "todo:update:*", "todo.*", "*:update:own", "**"],
    ...["__proto__", "constructor", "toString", "update:own".repeat(300), "-update", "todo:todo:update"],
  ].map((name) => [`the action ${JSON.stringify(name).slice(0, 40)}`, { name }] as const),
  ["the type with the action behind it", { type: "todo:update", name: "own" }],
  ["the whole in the type", { type: "todo:update:own", name: "" }],
  ["a type of another case", { type: "TODO" }],
  ["a star as type", { type: "*" }],
  ["the type last", { type: "own", name: "todo:update" }, { actionTemplate: "{name}:{type}" }],
  ["the type last, in capitals", { type: "OWN", name: "todo:update" }, { actionTemplate: "{name}:{type}" }],
  ["the id last", { id: "own", name: "todo:update" }, { actionTemplate: "{name}:{id}" }],
  ["a property last", { action: { form: "own" } }, { actionTemplate: "{type}:{name}:{properties.form}" }],
  ["a property that looks so", { action: { form: "оwn" } }, { actionTemplate: "{type}:{name}:{properties.form}" }],
  ["a property with the colon", { action: { end: ":own" } }, { actionTemplate: "{type}:{name}{properties.end}" }],
  [
    "letters of two values",
    { name: "update:o", action: { end: "wn" } },
    { actionTemplate: "{type}:{name}{properties.end}" },
  ],
  [
    "a property as the action",
    { name: "x", action: { verb: "update:own" } },
    { actionTemplate: "{type}:{properties.verb}" },
  ],
  ["a template in a value", { name: "{type}:update:own" }],
  ["action.properties.permission", { action: { permission: "todo:update:own" } }],
  ["action.properties.own", { action: { own: true } }],
  ["subject.properties.user", { subject: { user: "rick", name: "rick", id: "rick" } }],
  ["the owner in the context", { context: { owner: "morty" } }],
  ["the owner in the subject", { subject: { owner: "morty" } }],
  ["the owner in the action", { action: { owner: "morty" } }],
  ["the owner deeper", { properties: { properties: { owner: "morty" } } }],
  ["the owner as a list", { properties: { owner: ["morty"] } }],
  ["the owner as an object", { properties: { owner: { id: "morty" } } }],
  ["the owner as true", { properties: { owner: true } }],
  ["an empty owner", { properties: { owner: "" } }],
  ["the owner with a space", { properties: { owner: "morty " } }],
  ["the owner in capitals", { properties: { owner: "Morty" } }],
  ["an owner who looks like morty", { properties: { owner: "mоrty" } }],
  ["the owner under another case", { properties: { Owner: "morty", OWNER: "morty" } }],
  ["the owner in a prototype", { properties: JSON.parse('{"__proto__":{"owner":"morty"}}') }],
  ["the owner by e-mail, where names are", { properties: { owner: "morty@example.com" } }],
  ["the name of the owner, where e-mails are", { properties: { owner: "morty" } }, { ownerBy: "email" }],
  ["an e-mail in capitals", { properties: { owner: "MORTY@example.com" } }, { ownerBy: "email" }],
];
