/** What somebody may do with a resource. */
import type { CompiledCanOptions } from "../../index.ts";
import type { Serving } from "../http/serving.ts";
import type { Mapping } from "./mapping/mapping.ts";
import { entityIn, optionalObject, type Properties } from "./mapping/reading.ts";
import { isCertain, type PossibleResult, type Search } from "./search.ts";

const read = (body: Properties) => ({
  subject: entityIn(body, "subject"),
  resource: entityIn(body, "resource"),
  context: optionalObject("context", body.context),
});

type Request = ReturnType<typeof read>;

export const actionSearch = ({ policy }: Serving, mapping: Mapping): Search<Request> => ({
  name: "action",
  read,
  async *candidates(request, after) {
    const { on, given }: CompiledCanOptions = await mapping.optionsOf(request, "");
    await mapping.subjects.follow();
    const user = await mapping.subjects.userOf(request.subject);
    const rows = await policy.permissions(user, { on: on ?? null, ...(given && { given }) });
    const certain = new Map<string, boolean>();
    for (const row of rows) {
      const name = mapping.permissions.nameFor(row.permission, request.resource);
      if (name === undefined || name <= after) continue;
      certain.set(name, isCertain(row) || (certain.get(name) ?? false));
    }
    const names = [...certain].sort(([a], [b]) => (a < b ? -1 : 1));
    yield names.map(([name, isSure]): PossibleResult => {
      const asked = { ...request, action: { name, properties: undefined } };
      return { key: name, result: { name }, request: isSure ? undefined : asked };
    });
  },
});
