/** How long things take, as a histogram of Prometheus. */

/** The upper bounds in seconds, from less than a decision in this process takes to more than anybody waits. */
const BOUNDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5];

export class Histogram {
  /** How many lie in each, and above the last bound. */
  readonly #counts: number[] = new Array(BOUNDS.length + 1).fill(0);
  #sum = 0;

  observe(seconds: number): void {
    const at = BOUNDS.findIndex((bound) => seconds <= bound);
    const bucket = at < 0 ? BOUNDS.length : at;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += seconds;
  }

  /** Each bucket has what lies in those before it, too. */
  lines(name: string, help: string): string[] {
    let count = 0;
    const buckets = this.#counts.map((more, at) => {
      count += more;
      return `${name}_bucket{le="${BOUNDS[at] ?? "+Inf"}"} ${count}`;
    });
    return [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} histogram`,
      ...buckets,
      `${name}_sum ${Number(this.#sum.toFixed(6))}`,
      `${name}_count ${count}`,
    ];
  }
}
