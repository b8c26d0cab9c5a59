/** The groups of the root page: every command, or the topic it stands under, is in one of them, in the order of use. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Everyday: ["can", "assign", "revoke", "grant", "ungrant", "user", "role", "permission", "constraint"],
  Looking: ["why", "permissions", "who-can", "has", "access", "compare", "matrix", "expiring"],
  "The policy as files": ["seed", "export", "diff", "plan", "apply", "test", "lint", "generate"],
  "For applications": ["serve", "token", "api-key", "replay", "unused", "materialize"],
  "The record": ["audit", "history", "undo"],
  "The database": ["init", "db"],
  "Your shell": ["config", "completion"],
};
