/** The contract as a table of all its cases. */
import type { Case } from "./case.ts";
import { FAULTS } from "./fault-cases.ts";
import { LOADS } from "./load-cases.ts";
import { NEEDS } from "./need-cases.ts";
import { SIGN_IN } from "./sign-in-cases.ts";
import { TOKENS } from "./token-cases.ts";

export const CASES: readonly Case[] = [...SIGN_IN, ...NEEDS, ...TOKENS, ...LOADS, ...FAULTS];
