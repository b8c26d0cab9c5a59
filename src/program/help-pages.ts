/** Pages of help on what commands share: `rbac help exit-codes`. What has a source in the code is read from there. */
import { GLOBAL_FLAGS, WRITE_FLAGS } from "../cli/flags/shared-flags.ts";
import type { Style } from "../output/style.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { type FlagsHelp, flagRows } from "./help-flags.ts";
import { section, table, wrap } from "./help-layout.ts";

export interface Page {
  /** What the page is about: its first line. */
  readonly summary: string;
  /** The lines below it. */
  lines(style: Style): readonly string[];
}

const paragraph = (text: string): string[] => ["", ...wrap(text)];

/** What the program reads of the environment besides variables that stand in for flags. */
const OTHER_VARIABLES: readonly (readonly [name: string, meaning: string])[] = [
  ["CI", "where it is set, nothing is ever asked"],
  ["FORCE_COLOR", "colours also in a pipe; 0 for none"],
  ["HOME", "what a ~ in a path to be completed stands for; compiled code and settings lie below it"],
  ["NO_COLOR", "no colours, as with --no-color"],
  ["PAGER", "the program for what is longer than the screen, where RBAC_PAGER is not set"],
  ["PGPASSFILE", "the file of passwords of servers; also PGPASSWORD and PGUSER"],
  ["RBAC_COMPLETION_WAIT", "how long completion may ask for names (150ms)"],
  ["RBAC_DEBUG", "an internal error tells where it happened"],
  ["RBAC_PAGER", "the program for what is longer than the screen; --no-pager for none"],
  ["RBAC_TOKEN_KEY", "the keys of tokens, as --key-file has them"],
  ["TERM", "no colours and no prompts where it is dumb"],
  ["XDG_CONFIG_HOME", "where your settings file lies, rbac/config.yaml; ~/.config when left out"],
];

const variablesOf = (flags: FlagsHelp): [name: string, meaning: string][] =>
  Object.entries(flags).flatMap(([name, { env, description = "" }]) =>
    env ? [[env, `--${name}: ${description}`]] : [],
  );

export const VARIABLES = variablesOf({ ...GLOBAL_FLAGS, ...WRITE_FLAGS });

export const PAGES: Readonly<Record<string, Page>> = {
  "exit-codes": {
    summary: "How a command ends: the exit codes",
    lines: () => [
      ...paragraph("They are the same in every format and with --quiet."),
      "",
      ...table(EXIT_CODES),
      ...paragraph(
        "A database that is missing is 4, never 1. So a script that must see a no asks with --expect no: 0 is then " +
          "the no, and whatever goes wrong is not.",
      ),
      "",
      "  rbac can mallory users:delete --expect no || exit",
    ],
  },
  environment: {
    summary: "The environment variables that rbac reads",
    lines: (style) => [
      ...section("In place of a flag that is left out", table(VARIABLES), style),
      ...section("Others", table(OTHER_VARIABLES), style),
      ...paragraph("A variable of the first list that is set to nothing is an error (exit 2)."),
    ],
  },
  flags: {
    summary: "The flags that commands share; they may also stand before the command",
    lines: (style) => [
      ...section("On every command", table(flagRows(GLOBAL_FLAGS as FlagsHelp)), style),
      ...section("On commands that change something", table(flagRows(WRITE_FLAGS as FlagsHelp)), style),
      ...paragraph("An empty value is an error (exit 2): it may be an unset variable of the shell."),
    ],
  },
  contexts: {
    summary: "Names for databases: contexts, and which setting goes first",
    lines: () => [
      ...paragraph(
        "A context is a database with a name. Contexts stand in .rbac.yaml of a folder, which counts there and " +
          "below, and in your own ~/.config/rbac/config.yaml:",
      ),
      "",
      ...CONTEXTS.split("\n").map((line) => `  ${line}`),
      ...paragraph(
        "For each setting a flag goes first, then a variable, then .rbac.yaml, then your own file. Only your own may " +
          "say actor, and none a password. A file counts if you or root own it, and not everybody may write to it.",
      ),
      "",
      "  rbac --context prod matrix       once",
      "  rbac config use prod             from now on",
      "  rbac config show --origin        what counts here, and why",
    ],
  },
  scopes: {
    summary: "Where a role or a permission is given: scopes",
    lines: () => [
      ...paragraph(
        "A scope is a path, such as acme or acme/posts/42. What is given with --on SCOPE holds there and on all " +
          "below it; what is given without --on holds everywhere.",
      ),
      "",
      "  rbac assign bob moderator --on acme",
      "  rbac can bob posts:delete --on acme/posts/42    yes",
      "  rbac can bob posts:delete                       no: not everywhere",
      ...paragraph(
        "An assignment and a grant may both have one: then the right holds where both do. A grant with --deny takes " +
          "the right away from all who hold its role, on its scope and below it, whatever else allows it.",
      ),
      ...paragraph(
        "Between its / a scope takes all that can be printed but * and /; a / inside of a part is written %2F. " +
          "Capital letters are others than small ones.",
      ),
    ],
  },
  conditions: {
    summary: "What a grant asks of attributes, and what it leaves out: conditions",
    lines: () => [
      ...paragraph(
        "A grant with --when counts only if its condition is true; a deny counts unless it is false. A question says " +
          "the attributes with --given; where one is missing, the answer is no, with what is left to know.",
      ),
      "",
      "  rbac grant reader posts:read --when resource.published",
      "  rbac can bob posts:read --given resource.published=true",
      "  rbac grant admin '*' --but 'billing:*'    everything but billing",
      "",
      ...table([
        ["resource.status", "a path: resource, subject, action or context, and one to three names"],
        ["== != < <= > >=", "compare a path with a text, a number, true, false, or another path"],
        ["in", "resource.status in ['draft', 'review'], 'red' in resource.tags"],
        ["&& || ! ( )", "and, or, not"],
        ["has(PATH)", "whether the attribute is there"],
        ["cidr(PATH, RANGE)", "cidr(context.ip, '10.0.0.0/8')"],
        ["within(…)", "within(context.time, 'Mon-Fri 09:00-17:00 Europe/Berlin')"],
      ]),
      ...paragraph("A wrong type, and what was not given, is neither true nor false. More: docs/conditions.md."),
    ],
  },
  times: {
    summary: "Times and durations, as flags take them",
    lines: () => [
      "",
      ...table([
        ["2027-01-31", "a date: when it begins in UTC"],
        ["2027-01-31T09:00:00Z", "a time with its zone, which may also be such as +02:00"],
        ["8h", "a duration, in s, m, h, d or w: so long from now on; with --for, how long it lasts"],
        ["7d", "of the record, with --since and --until: so long ago"],
        ["-7d, +7d", "with --at and --to: so long ago, or from now on"],
        ["@12", "with --at, --to, --since and --until: just after revision 12"],
      ]),
      "",
      "  rbac assign bob editor --for 8h",
      "  rbac can bob posts:publish --at +9h",
      "  rbac audit --since 7d",
    ],
  },
  documents: {
    summary: "A policy as a file: documents",
    lines: () => [
      ...paragraph("`rbac seed FILE` brings the database to a document, `rbac export` writes it as one."),
      "",
      ...DOCUMENT.split("\n").map((line) => `  ${line}`.trimEnd()),
      ...paragraph(
        "YAML, JSON and NDJSON say all of a policy; CSV has assignments, one a row: " +
          "user,role,scope,from,until,reason. A seed adds and changes; with --prune the sections that stand in the " +
          "documents become what they say.",
      ),
      "  part: { roles: [billing-*] }     a document may keep to a part so",
      "  rbac test policy.yaml            run its tests",
      "  rbac seed policy.yaml            bring the database to it",
      "  rbac seed policy.yaml --check    does the database differ? exit 1 if so",
    ],
  },
  plans: {
    summary: "Who gains and who loses by a change, before it is made: plans",
    lines: () => [
      ...paragraph(
        "A plan says what a change would do to people. It is held to gates, which are exit 1 where they are crossed; " +
          "saved; approved by its digest; and applied exactly, or not at all.",
      ),
      "",
      "  rbac plan policy.yaml --prune --no-losses    who would gain, and who lose?",
      "  rbac plan -- role delete editor              of any command that writes",
      "  rbac plan policy.yaml --out plan.json        save it",
      "  rbac plan show plan.json                     show it, without the database",
      "  rbac apply plan.json --expect DIGEST --yes   apply just that",
      ...paragraph(
        "What has nothing to do with a plan may change before it is applied. A digest is no signature: it binds " +
          "where --expect names it. Pull requests, and more: docs/plan.md.",
      ),
    ],
  },
};

/** A settings file with every key that a project may use. */
const CONTEXTS = `context: test
contexts:
  test: { db: test.db }                 # from the folder of the file
  prod:
    db: postgres://rbac@db.example/app
    format: json
    confirm: true                       # a write asks for the name`;

/** A document with every section. */
const DOCUMENT = `rbac: 1
permissions:
  posts:read: Read posts
  posts:update: Change posts
attributes:         # what conditions may ask for
  posts: { published: bool }
roles:
  reader: { grants: [{ permission: posts:read, when: resource.published }] }
  editor: { inherits: [reader], grants: ["posts:*"] }
users:
  alice: { email: alice@example.com, roles: [editor] }
  bob: { roles: [{ role: editor, scope: acme, until: 2999-01-01 }] }
everyone: [reader]
constraints:
  two-editors: { kind: max_users, roles: [editor], limit: 2 }
guarded: false      # true: nobody gives what they do not have
strangers: false    # true: people who are no users hold what everyone holds
tests:
  - { user: alice, can: [posts:update] }
  - { user: bob, cannot: [posts:update] }
lint:
  skip: [{ rule: unheld-role, on: editor, reason: for the summer }]`;
