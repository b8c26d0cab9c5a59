/** A line on a terminal's stderr for work that takes longer than half a second; nothing anywhere else. */
import type { Shell } from "./shell.ts";

const PATIENCE_MS = 500;
const REFRESH_MS = 100;

export class Progress {
  readonly #shell: Shell;
  readonly #start = performance.now();
  readonly #silent: boolean;
  #drawn = 0;

  constructor(shell: Shell, quiet: boolean) {
    this.#shell = shell;
    this.#silent = quiet || !shell.stderr.isTerminal;
  }

  tell(done: number, total: number): void {
    if (this.#silent) return;
    const now = performance.now();
    if (now - this.#start < PATIENCE_MS || now - this.#drawn < REFRESH_MS) return;
    this.#drawn = now;
    const rate = (done * 1000) / (now - this.#start);
    const rest = Math.ceil((total - done) / rate);
    const share = Math.floor((100 * done) / total);
    this.#shell.stderr.write(
      `\r\x1b[Kwriting ${share} % of ${total} rows, ${Math.round(rate)} a second, ${rest} s to go`,
    );
  }

  end(): void {
    if (this.#drawn > 0) this.#shell.stderr.write("\r\x1b[K");
  }
}
