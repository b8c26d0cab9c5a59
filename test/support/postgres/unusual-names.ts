/** A policy whose names people and servers sort in another way than their bytes do, or take for one another. */
import type { PlainDocument } from "../oracle.ts";

/**
 * Apart in case, accents, ligatures, width, punctuation and digits: each is a name of its own, in the order of its
 * bytes.
 */
export const NAMES = [
  ...["anna", "Anna", "ANNA", "änna", "Änna", "ånna", "an na", "an-na", "an_na", "an.na", "anna2", "anna10", "anna1"],
  ...["ss", "ß", "SS", "ẞ", "é", "e", "E", "É", "è", "z", "Z", "ı", "i", "I", "İ", "æ", "ae", "ﬁ", "fi", "ø", "o"],
  ...["10", "9", "1", "01", "_", "#", "@x", "~", "%", "a%", "a_", "o'brien", 'quo"te', "back\\slash", "$1", ":x", "?"],
  ...[
    "Ω",
    "ω",
    "я",
    "Я",
    "日本",
    "日木",
    "ア",
    "ｱ",
    "한국",
    "\u{1f600}",
    "\u{1d49c}",
    "\uffee",
    "ǆ",
    "ñ",
    "n",
    "ll",
    "l",
  ],
] as const;

const at = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;
const SCOPES = ["acme", "Acme", "acme/é", "acme/e", "acme-x", "acme/10", "acme/9", "ÄCME", "a%", "a_/b"];

const permissions = NAMES.filter((name) => !/[\s:*]/.test(name)).flatMap((name) => [`${name}:read`, `posts:${name}`]);

export const NAMED: PlainDocument = {
  rbac: 1,
  permissions: Object.fromEntries(permissions.map((name) => [name, `May ${name}`])),
  roles: Object.fromEntries(
    NAMES.map((name, number) => [
      name,
      {
        description: `Is ${at(NAMES, number + 1)}`,
        grants: [
          at(permissions, number * 3),
          { permission: at(permissions, number * 5), scope: at(SCOPES, number) },
          ...(number % 4 === 0 ? ["*:read"] : []),
        ],
        ...(number % 5 === 0 && { denies: [at(permissions, number * 7 + 1)] }),
        ...(number % 3 === 0 && number > 0 && { inherits: [at(NAMES, number - 1)] }),
      },
    ]),
  ),
  users: Object.fromEntries(
    NAMES.map((name, number) => [
      name,
      {
        ...(number % 2 === 0 && { email: `${number}@example.com`, name: at(NAMES, number + 3) }),
        ...(number % 9 === 0 && { disabled: true }),
        roles: [
          at(NAMES, number * 2),
          { role: at(NAMES, number + 7), scope: at(SCOPES, number) },
          { role: at(NAMES, number + 8), scope: at(SCOPES, number + 1), until: "2027-01-01T00:00:00.000Z" },
        ],
      },
    ]),
  ),
  everyone: ["ß", "e"],
};
