/** A progress line on stderr for work of more than half a second; silent unless stderr is a terminal. */
import type { Shell } from "./shell.ts";

const DELAY_MS = 500;
const REFRESH_MS = 100;

export class Progress {
  readonly #shell: Shell;
  readonly #startedAt = performance.now();
  readonly #silent: boolean;
  #drawnAt = 0;

  constructor(shell: Shell, quiet: boolean) {
    this.#shell = shell;
    this.#silent = quiet || !shell.stderr.isTerminal;
  }

  /** Redraws the line. @param done rows written so far @param total rows in all */
  update(done: number, total: number): void {
    if (this.#silent) return;
    const now = performance.now();
    if (now - this.#startedAt < DELAY_MS || now - this.#drawnAt < REFRESH_MS) return;
    this.#drawnAt = now;
    const rowsPerSecond = (done * 1000) / (now - this.#startedAt);
    const secondsLeft = Math.ceil((total - done) / rowsPerSecond);
    const percent = Math.floor((100 * done) / total);
    this.#shell.stderr.write(
      `\r\x1b[Kwriting ${percent} % of ${total} rows, ${Math.round(rowsPerSecond)} a second, ${secondsLeft} s to go`,
    );
  }

  /** Removes the line. */
  end(): void {
    if (this.#drawnAt > 0) this.#shell.stderr.write("\r\x1b[K");
  }
}
