/** With which of the listed resources somebody may do something. */

import type { ListedResources } from "./mapping/listed-resources.ts";
import { actionIn, entityIn, optionalObject, type Properties, soughtIn } from "./mapping/reading.ts";
import type { PossibleResult, Search } from "./search.ts";

const read = (body: Properties) => ({
  subject: entityIn(body, "subject"),
  action: actionIn(body),
  resource: soughtIn(body, "resource"),
  context: optionalObject("context", body.context),
});

type Request = ReturnType<typeof read>;

export const resourceSearch = (resources: ListedResources): Search<Request> => ({
  name: "resource",
  read,
  async *candidates(request, after, size) {
    const { type, properties } = request.resource;
    let part: PossibleResult[] = [];
    for (const id of resources.behind(type, after)) {
      const result = { type, id };
      part.push({ key: id, result, request: { ...request, resource: { ...result, properties } } });
      if (part.length < size) continue;
      yield part;
      part = [];
    }
    if (part.length > 0) yield part;
  },
});
