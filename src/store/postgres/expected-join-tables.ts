/** The tables to JOIN as the catalogue describes them, and who may read and fill them once they are made. */
import { JOIN_TABLES } from "../engine/join-tables.ts";

export const EXPECTED_JOIN_TABLES: ReadonlyMap<string, string> = new Map([
  [
    "constraint effective_permissions_pkey",
    'effective_permissions PRIMARY KEY ("user", permission, scope, own, "from") t',
  ],
  ["index effective_permissions_pkey", 'effective_permissions t t "user" C, permission C, scope C, own C, "from" C'],
  [
    "table effective_permissions",
    "pf user text C t f, permission text C t f, scope text C t f, own text C t f, from text C t f, until text C t f, " +
      "revision bigint t f",
  ],
  [
    "constraint effective_permissions_omitted_pkey",
    'effective_permissions_omitted PRIMARY KEY ("user", permission, reason) t',
  ],
  ["index effective_permissions_omitted_pkey", 'effective_permissions_omitted t t "user" C, permission C, reason C'],
  [
    "table effective_permissions_omitted",
    "pf user text C t f, permission text C t f, reason text C t f, count bigint t f, revision bigint t f",
  ],
  ["constraint effective_permissions_made_pkey", "effective_permissions_made PRIMARY KEY (id) t"],
  ["index effective_permissions_made_pkey", "effective_permissions_made t t id"],
  [
    "table effective_permissions_made",
    "pf id bigint t f, database text C t f, revision bigint t f, at text C t f, patterns text C t f, " +
      "rows bigint t f, omitted bigint t f",
  ],
]);

/** Whoever may read the grants may read them, and whoever may change grants may fill them. */
export const SHARE_JOIN_TABLES: readonly string[] = [
  `do $$
  declare
    given record;
  begin
    for given in select a.privilege_type as act, case when a.grantee = 0 then 'public' else a.grantee::regrole::text end
        as grantee from pg_class c, aclexplode(c.relacl) a where c.oid = 'grants'::regclass
        and a.grantee <> c.relowner and a.privilege_type in ('SELECT', 'INSERT', 'DELETE') loop
      execute format('grant %s on ${JOIN_TABLES.join(", ")} to %s', given.act, given.grantee);
    end loop;
  end $$`,
];
