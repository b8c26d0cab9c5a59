/** One line on a terminal that says how far long work is, once it has lasted half a second. */

import { fitted, stepText } from "../output/views/progress-line.ts";
import type { OnProgress, ProgressStep } from "../progress.ts";
import type { OutputStream, Shell } from "./shell.ts";

/** Half a second after its start the program has worked for 400 ms. */
const DELAY_MS = 400;
const REFRESH_MS = 100;

export class Progress {
  /** The shell for all that is printed meanwhile: the line goes before anything else is written. */
  readonly shell: Shell;
  readonly #stderr: OutputStream;
  readonly #startedAt = performance.now();
  /** For work that waits, and so tells nothing in time. */
  readonly #timer: NodeJS.Timeout;
  #current: ProgressStep | undefined;
  #stepBegunAt = 0;
  /** Long ago, as long as nothing was drawn. */
  #drawnAt = Number.NEGATIVE_INFINITY;
  #isOnScreen = false;
  #isOver = false;

  /** @param shell where stderr is a terminal */
  constructor(shell: Shell) {
    this.#stderr = shell.stderr;
    this.shell = { ...shell, stdout: this.#erasing(shell.stdout, true), stderr: this.#erasing(shell.stderr, false) };
    this.#timer = setTimeout(() => this.#draw(), DELAY_MS).unref();
  }

  readonly report: OnProgress = (step) => {
    const now = performance.now();
    const isNew = step.step !== this.#current?.step || step.unit !== this.#current.unit;
    if (isNew) this.#stepBegunAt = now;
    this.#current = step;
    const isDue = Number.isFinite(this.#drawnAt) || step.isLong || now - this.#startedAt >= DELAY_MS;
    if (isDue && (isNew || now - this.#drawnAt >= REFRESH_MS)) this.#draw();
  };

  /** Removes the line. Before the next report nothing is drawn: a person may be asked meanwhile. */
  erase(): void {
    if (this.#isOnScreen) this.#stderr.write("\r\x1b[K");
    this.#isOnScreen = false;
    this.#current = undefined;
  }

  end(): void {
    this.erase();
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #draw(): void {
    if (this.#isOver || !this.#current) return;
    clearTimeout(this.#timer);
    this.#drawnAt = performance.now();
    const text = stepText(this.#current, this.#drawnAt - this.#stepBegunAt);
    this.#stderr.write(`\r\x1b[K${fitted(text, this.#stderr.width ?? Number.POSITIVE_INFINITY)}`);
    this.#isOnScreen = true;
  }

  /** @param isAnswer true where nothing may be drawn any more once an answer is on the same screen */
  #erasing(stream: OutputStream, isAnswer: boolean): OutputStream {
    const giveWay = () => (isAnswer && stream.isTerminal ? this.end() : this.erase());
    return {
      ...stream,
      write: (text) => {
        giveWay();
        stream.write(text);
      },
      drained: (text) => {
        giveWay();
        return stream.drained(text);
      },
    };
  }
}
