/** The frameworks of the contract. */
import { missingPackage } from "../needs.ts";
import type { Kit } from "./kit.ts";
import { EXPRESS } from "./kits/express.ts";
import { FASTIFY } from "./kits/fastify.ts";
import { FETCH } from "./kits/fetch.ts";
import { HONO } from "./kits/hono.ts";
import { KOA } from "./kits/koa.ts";

export const KITS: readonly Kit[] = [EXPRESS, FASTIFY, HONO, KOA, FETCH];

/** What of a framework is not installed. */
export const missingOf = ({ packages }: Kit): string | undefined =>
  packages.map((name) => missingPackage(name)).find((missing) => missing !== undefined);
