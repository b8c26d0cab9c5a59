/** What is counted for Prometheus: written by hand, since the format is a line for each number. */
import type { EndedRequest } from "../http/ended-request.ts";
import type { Counts } from "../http/serving.ts";
import { Histogram } from "./histogram.ts";

/** What is counted elsewhere. */
interface CountedElsewhere {
  readonly unloggedDecisions: number;
}

export class Metrics implements Counts {
  readonly #decisions = new Map<string, number>();
  readonly #requests = new Map<string, number>();
  readonly #seconds = new Histogram();
  readonly #clock: () => number;
  #unknownNames = 0;
  #refusedCallers = 0;
  #unloggedRequests = 0;
  #revision = 0;
  /** When the database answered last, in milliseconds. */
  #seenAt: number;

  /** @param clock milliseconds, never going back */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#seenAt = clock();
  }

  decided(allowed: boolean, reason: string): void {
    add(this.#decisions, allowed ? `decision="allow",reason="${reason}"` : `decision="deny",reason="${reason}"`);
  }

  unknownName(): void {
    this.#unknownNames += 1;
  }

  /** A request was answered. */
  answered({ route, status, milliseconds, decides }: EndedRequest): void {
    add(this.#requests, `route="${route ?? ""}",status="${status}"`);
    if (decides && status === 200) this.#seconds.observe(milliseconds / 1000);
    if (status === 401 || status === 429) this.#refusedCallers += 1;
  }

  /** A line of the access log could not be written. */
  unloggedRequest(): void {
    this.#unloggedRequests += 1;
  }

  /** The database answered that it is at this revision. */
  seen(revision: number): void {
    this.#revision = revision;
    this.#seenAt = this.#clock();
  }

  /** Everything, in the text format of Prometheus. */
  text({ unloggedDecisions }: CountedElsewhere): string {
    const lag = (this.#clock() - this.#seenAt) / 1000;
    return [
      ...family("rbac_decisions_total", "counter", "Decisions that were answered.", [...this.#decisions]),
      ...this.#seconds.lines("rbac_decision_seconds", "Time to answer decisions, batches included."),
      ...family("rbac_requests_total", "counter", "Requests that were answered.", [...this.#requests]),
      ...single("rbac_unknown_names_total", "counter", "Questions that name what is not there.", this.#unknownNames),
      ...single("rbac_refused_callers_total", "counter", "Requests of nobody who is known.", this.#refusedCallers),
      ...single("rbac_revision", "gauge", "The revision that is answered from.", this.#revision),
      ...single("rbac_policy_lag_seconds", "gauge", "Since the database said its revision.", Number(lag.toFixed(3))),
      ...single("rbac_decision_log_dropped_total", "counter", "Decisions that were not logged.", unloggedDecisions),
      ...single("rbac_access_log_dropped_total", "counter", "Requests that were not logged.", this.#unloggedRequests),
      "",
    ].join("\n");
  }
}

function add(counts: Map<string, number>, labels: string): void {
  counts.set(labels, (counts.get(labels) ?? 0) + 1);
}

function family(name: string, type: string, help: string, counts: readonly (readonly [string, number])[]): string[] {
  const lines = counts.map(([labels, count]) => `${name}{${labels}} ${count}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}

const single = (name: string, type: string, help: string, value: number): string[] => [
  ...family(name, type, help, []),
  `${name} ${value}`,
];
