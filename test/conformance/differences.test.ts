/** What docs/conformance.md says is otherwise than in INCITS 359: each sentence, run. */
import { expect, it } from "vitest";
import { cli } from "../support/cli.ts";
import { seeded } from "../support/documents.ts";
import { POLICY } from "../support/incits/functions.ts";

it.each<[what: string, lines: readonly (readonly [line: string, code: number])[]]>([
  [
    "a scope: roles kept apart may be held on different scopes, not on overlapping ones",
    [
      ["assign dave cashier --on acme", 0],
      ["assign dave auditor --on beta", 0],
      ["assign dave approver --on acme/shop", 3],
      ["assign carol auditor --on acme", 3],
    ],
  ],
  [
    "a scope: a set is activated wherever its roles are held",
    [
      ["assign dave author --on acme", 0],
      ["assign dave reviewer --on beta", 0],
      ["can dave posts:write --on acme --activate author", 0],
      ["can dave posts:write --on acme --activate author --activate reviewer", 1],
    ],
  ],
  [
    "a window: roles kept apart may be held one after the other",
    [
      ["assign dave cashier --until 2998-01-01", 0],
      ["assign dave auditor --from 2998-01-01", 0],
      ["assign dave approver --from 2997-01-01 --until 2997-02-01", 3],
      ["has dave cashier --at 2997-01-01T00:00:00Z", 0],
      ["has dave cashier --at 2998-01-01T00:00:00Z", 1],
    ],
  ],
  [
    "everyone: a role of everyone is assigned to every user, and may be activated",
    [
      ["assign --everyone auditor", 3],
      ["assign --everyone clerk", 0],
      ["can dave posts:read --activate clerk", 1],
      ["has dave clerk --activate clerk", 0],
      ["constraint create apart ssd clerk reviewer --limit 2", 3],
    ],
  ],
  [
    "a deny beats what any role grants, in a session too, and of a role that is not active",
    [
      ["grant clerk posts:write --deny", 0],
      ["can alice posts:write", 1],
      ["can alice posts:write --activate author", 1],
      ["can bob posts:write --activate author", 0],
    ],
  ],
  [
    "no session: a question without --activate is of all roles, and dsd plays no part",
    [
      ["can alice posts:write", 0],
      ["has alice author reviewer", 0],
      ["has alice author reviewer --activate author --activate reviewer", 1],
    ],
  ],
  [
    "a disabled user holds nothing, but counts for separation",
    [
      ["user disable carol", 0],
      ["has carol cashier", 1],
      ["assign carol auditor", 3],
    ],
  ],
  [
    "what holds already is done, not refused",
    [
      ["user create alice", 0],
      ["assign bob author", 0],
      ["revoke dave author", 0],
      ["grant author posts:write", 0],
      ["ungrant author posts:publish", 0],
      ["role inherit editor author", 0],
      ["role disinherit author editor", 0],
      ["constraint set four-eyes --add cashier", 0],
    ],
  ],
  [
    "assign creates a user, --existing refuses",
    [
      ["assign zoe author --existing", 2],
      ["assign zoe author", 0],
    ],
  ],
  [
    "what a set names cannot be deleted",
    [
      ["role delete cashier --yes", 3],
      ["constraint delete four-eyes", 0],
      ["role delete cashier --yes", 0],
    ],
  ],
])("%s", async (_, lines) => {
  const db = await seeded(POLICY);
  for (const [line, code] of lines) expect([line, (await cli(line, { db })).code]).toEqual([line, code]);
});
