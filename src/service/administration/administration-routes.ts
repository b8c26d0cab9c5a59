/** The routes by which a policy is looked at and changed, for callers who are known. */
import type { Route } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { changesAtOnce } from "./changes-at-once.ts";
import { changesOfPeople } from "./changes-of-people.ts";
import { changesOfPolicy } from "./changes-of-policy.ts";
import { peopleLists } from "./people.ts";
import { policyLists } from "./policy-lists.ts";
import { recordLists } from "./record.ts";

export const administrationRoutes = (administering: Administering): readonly Route[] =>
  [peopleLists, policyLists, recordLists, changesOfPeople, changesOfPolicy, changesAtOnce].flatMap((routes) =>
    routes(administering),
  );
