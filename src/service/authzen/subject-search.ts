/** Who may do something with a resource. */
import { RbacError, type UserRow } from "../../index.ts";
import type { Serving } from "../http/serving.ts";
import type { Mapping } from "./mapping/mapping.ts";
import { actionIn, entityIn, optionalObject, soughtIn } from "./mapping/reading.ts";
import { isCertain, type PossibleResult, type Search } from "./search.ts";

const read = (body: Parameters<typeof soughtIn>[0]) => ({
  subject: soughtIn(body, "subject"),
  action: actionIn(body),
  resource: entityIn(body, "resource"),
  context: optionalObject("context", body.context),
});

type Request = ReturnType<typeof read>;

export const subjectSearch = ({ policy }: Serving, mapping: Mapping): Search<Request> => ({
  name: "subject",
  read,
  async *candidates(request, after, size) {
    const { type } = request.subject;
    if (!mapping.subjects.hasType(type))
      throw new RbacError(2, "USER_NOT_FOUND", "subjects of this type are none here");
    const permission = mapping.permissionOf(request);
    const { on = null, owner: said, given } = await mapping.optionsOf(request, "");
    const owner = said?.normalize("NFC");
    const how = { on, ...(given && { given }) };
    // Who may as the owner is in no list of those who may: here that is one user at most.
    const ownerRows =
      owner === undefined ? [] : await policy.whoCanFrom(`${permission}:own`, how, { from: owner, limit: 1 });
    let owners = ownerRows.filter(({ user }) => user === owner && isBehind(user, after));
    let [from, limit] = [after, size];
    for (;;) {
      const rows = await policy.whoCanFrom(permission, how, { from, limit });
      // Of the last user there may be further rows.
      const next = rows.length < limit ? undefined : rows.at(-1)?.user;
      if (next !== undefined && rows[0]?.user === next) limit *= 2;
      else {
        const due = owners.filter(({ user }) => next === undefined || isBehind(next, user));
        if (due.length > 0) owners = [];
        const others = rows.filter(({ user }) => user !== next && user !== after);
        yield candidatesIn(request, [...others, ...due]);
        if (next === undefined) return;
        from = next;
      }
    }
  },
});

/** True for a name that comes behind another in the order of results, which is that of bytes. */
const isBehind = (name: string, other: string): boolean => Buffer.compare(Buffer.from(name), Buffer.from(other)) > 0;

/** Each user once: certain where a row holds whatever the attributes and the owner are. */
function candidatesIn(request: Request, rows: readonly UserRow[]): PossibleResult[] {
  const certain = new Map<string, boolean>();
  for (const row of rows) certain.set(row.user, isCertain(row) || (certain.get(row.user) ?? false));
  const { type, properties } = request.subject;
  const inOrder = [...certain].sort(([a], [b]) => (isBehind(a, b) ? 1 : -1));
  return inOrder.map(([id, isSure]) => {
    const asked = { ...request, subject: { type, id, properties } };
    return { key: id, result: { type, id }, request: isSure ? undefined : asked };
  });
}
