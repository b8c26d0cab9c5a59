/** The routes by which a policy is looked at and changed, for callers who are known. */
import type { Route } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { roleLists } from "./roles.ts";

export const administrationRoutes = (administering: Administering): readonly Route[] => [...roleLists(administering)];
