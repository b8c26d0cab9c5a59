/** The flags of `rbac serve`, and how their values are read. */
import { Flags } from "@oclif/core";
import { wrong } from "../../errors.ts";
import { parseDuration } from "../../policy/model/times.ts";
import { countFlag, several, wordFlag } from "./shared-flags.ts";

const asIs = (text: string): string => text;

/** Where it listens, and what it takes. */
const LISTENING = {
  listen: Flags.string({
    description: "the address and the port; port 0 takes a free one",
    helpValue: "HOST:PORT",
    default: "127.0.0.1:8180",
  }),
  "tls-cert": wordFlag("its certificate, as PEM", "FILE", { dependsOn: ["tls-key"] }),
  "tls-key": wordFlag("the key of that", "FILE", { dependsOn: ["tls-cert"] }),
  "tls-client-ca": wordFlag("who vouches for certificates of callers", "FILE", { dependsOn: ["tls-cert"] }),
  "public-url": wordFlag("https://… where a proxy with TLS takes requests", "URL"),
  admin: Flags.boolean({ description: "administration under /v1, by callers with the rights" }),
  "max-body": sizeFlag("the largest body (1MiB)"),
  "max-evaluations": countFlag("the most questions of one request (1000)"),
  timeout: durationFlag("for a request to come, and to be answered (30s)"),
  drain: durationFlag("for answers on their way when it ends (10s)"),
};

/** What it writes. */
const LOGS = {
  log: wordFlag("append a line for each decision", "FILE"),
  "log-only": several(asIs, "WHAT")("of those: deny, error, sample=0.01", { dependsOn: ["log"] }),
  "log-given": several(asIs, "ATTRIBUTE")("with the value of this one", { dependsOn: ["log"] }),
  "log-full": Flags.boolean({ description: "refuse what cannot be logged", dependsOn: ["log"] }),
  "access-log": wordFlag("append a line for each request; - is standard output", "FILE"),
};

export const SERVE_FLAGS = { ...LISTENING, ...LOGS };

const DEFAULTS = { maxBody: 1 << 20, maxEvaluations: 1000, timeout: 30_000, drain: 10_000 } as const;

function sizeFlag(description: string) {
  return Flags.custom<number>({ description, helpValue: "SIZE", parse: async (text) => parseSize(text) })();
}

function durationFlag(description: string) {
  return Flags.custom<number>({ description, helpValue: "DURATION", parse: async (text) => parseTime(text) })();
}

/** Milliseconds that a timer can wait. */
function parseTime(text: string): number {
  const time = parseDuration(text);
  if (time === 0 || time > 0x7fff_ffff) throw wrong("TIME_INVALID", `${text} is not a time to wait: write 30s`);
  return time;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, kib: 1 << 10, mib: 1 << 20 };

/** Bytes of `1MiB`, `64KiB` or a number. @throws RbacError `VALUE_INVALID` (exit 2) */
function parseSize(text: string): number {
  const [, count, unit = ""] = /^(\d{1,9})(|kib|mib)$/i.exec(text) ?? [];
  const size = Number(count) * (UNITS[unit.toLowerCase()] as number);
  if (!(size >= 1 && size <= 1 << 28))
    throw wrong("VALUE_INVALID", `a size is 1MiB or 64KiB, up to 256MiB: not ${text}`);
  return size;
}

interface SaidLimits {
  readonly "max-body"?: number | undefined;
  readonly "max-evaluations"?: number | undefined;
  readonly timeout?: number | undefined;
  readonly drain?: number | undefined;
}

/** The limits, with what stands where none is said. @throws RbacError `VALUE_INVALID` (exit 2) */
export function limitsOf(flags: SaidLimits) {
  const { "max-body": maxBody, "max-evaluations": maxEvaluations, timeout, drain } = flags;
  if (maxEvaluations === 0) throw wrong("VALUE_INVALID", "--max-evaluations is at least 1");
  return {
    maxBody: maxBody ?? DEFAULTS.maxBody,
    maxEvaluations: maxEvaluations ?? DEFAULTS.maxEvaluations,
    timeout: timeout ?? DEFAULTS.timeout,
    drain: drain ?? DEFAULTS.drain,
  };
}

interface SaidPlace {
  readonly listen: string;
  readonly admin: boolean;
  readonly "tls-cert"?: string | undefined;
  readonly "tls-key"?: string | undefined;
  readonly "tls-client-ca"?: string | undefined;
  readonly "public-url"?: string | undefined;
}

/** Where it listens, where others reach it, and whether for administration as well. */
export function listeningOf(flags: SaidPlace) {
  const {
    listen,
    admin: isAdministered,
    "tls-cert": cert,
    "tls-key": key,
    "tls-client-ca": clientCa,
    "public-url": publicUrl,
  } = flags;
  const tls = cert !== undefined && key !== undefined ? { cert, key, clientCa } : undefined;
  return { listen, isAdministered, tls, publicUrl };
}

interface SaidLog {
  readonly log?: string | undefined;
  readonly "log-only"?: readonly string[] | undefined;
  readonly "log-given"?: readonly string[] | undefined;
  readonly "log-full": boolean;
}

/** The log of decisions, as the library has it; `undefined` without one. @throws RbacError `VALUE_INVALID` (exit 2) */
export function decisionLogOf({ log: file, "log-only": only, "log-given": logGiven, "log-full": isMust }: SaidLog) {
  if (file === undefined) return undefined;
  return {
    file,
    ...(only && { only: only.map(shareOf) }),
    ...(logGiven && { logGiven }),
    ...(isMust && { full: "deny" as const }),
  };
}

function shareOf(text: string): "deny" | "error" | { readonly sample: number } {
  if (text === "deny" || text === "error") return text;
  const [, share] = /^sample=(\d*\.?\d+)$/.exec(text) ?? [];
  if (share === undefined) throw wrong("VALUE_INVALID", `--log-only takes deny, error or sample=0.01, not ${text}`);
  return { sample: Number(share) };
}
