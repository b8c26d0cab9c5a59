/** What is counted for Prometheus: written by hand, since the format is a line for each number. */
import type { EndedRequest } from "../http/ended-request.ts";
import type { Counts } from "../http/serving.ts";
import { Histogram } from "./histogram.ts";

/** What is counted elsewhere. */
interface CountedElsewhere {
  readonly unloggedDecisions: number;
  readonly eventListeners: number;
}

export class Metrics implements Counts {
  /** By the reason, of yes and of no. */
  readonly #decisions = { allow: new Map<string, number>(), deny: new Map<string, number>() };
  /** By the route and the status. */
  readonly #requests = new Map<string | null, Map<number, number>>();
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
    addTo(allowed ? this.#decisions.allow : this.#decisions.deny, reason);
  }

  unknownName(): void {
    this.#unknownNames += 1;
  }

  /** A request was answered. */
  answered({ route, status, milliseconds, decides }: EndedRequest): void {
    const statuses = this.#requests.get(route) ?? new Map<number, number>();
    this.#requests.set(route, statuses);
    addTo(statuses, status);
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
  text({ unloggedDecisions, eventListeners }: CountedElsewhere): string {
    const lag = (this.#clock() - this.#seenAt) / 1000;
    return [
      ...family("rbac_decisions_total", "counter", "Decisions that were answered.", this.#labelledDecisions()),
      ...this.#seconds.lines("rbac_decision_seconds", "Time to answer decisions, batches included."),
      ...family("rbac_requests_total", "counter", "Requests that were answered.", this.#labelledRequests()),
      ...single("rbac_unknown_names_total", "counter", "Questions that name what is not there.", this.#unknownNames),
      ...single("rbac_refused_callers_total", "counter", "Requests of nobody who is known.", this.#refusedCallers),
      ...single("rbac_revision", "gauge", "The revision that is answered from.", this.#revision),
      ...single("rbac_policy_lag_seconds", "gauge", "Since the database said its revision.", Number(lag.toFixed(3))),
      ...single(
        "rbac_event_listeners",
        "gauge",
        "Who reads the changes of the policy as they are made.",
        eventListeners,
      ),
      ...single("rbac_decision_log_dropped_total", "counter", "Decisions that were not logged.", unloggedDecisions),
      ...single("rbac_access_log_dropped_total", "counter", "Requests that were not logged.", this.#unloggedRequests),
      "",
    ].join("\n");
  }

  #labelledDecisions(): Counted[] {
    return Object.entries(this.#decisions).flatMap(([decision, reasons]) =>
      [...reasons].map(([reason, count]): Counted => [`decision="${decision}",reason="${reason}"`, count]),
    );
  }

  #labelledRequests(): Counted[] {
    return [...this.#requests].flatMap(([route, statuses]) =>
      [...statuses].map(([status, count]): Counted => [`route="${route ?? ""}",status="${status}"`, count]),
    );
  }
}

/** Labels, and how often. They are written when they are asked for: making them for each request costs more. */
type Counted = readonly [labels: string, count: number];

function addTo<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function family(name: string, type: string, help: string, counts: readonly Counted[]): string[] {
  const lines = counts.map(([labels, count]) => `${name}{${labels}} ${count}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}

const single = (name: string, type: string, help: string, value: number): string[] => [
  ...family(name, type, help, []),
  `${name} ${value}`,
];
