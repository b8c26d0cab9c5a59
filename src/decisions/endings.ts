/**
 * Logs hear how the process ends, and that its files were moved: without taking its signals over. A program that does
 * not handle a signal ends by it as before, and one that does still ends as it says.
 */
import { isatty } from "node:tty";

/** What is told of signals. */
interface Listening {
  flush(): void;
  reopen(): void;
}

const listening = new Set<Listening>();

/** The signals that end a program, and that also say at a terminal that it is gone. */
const ENDINGS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** @returns a function that ends it */
export function listenToEndings(log: Listening): () => void {
  if (listening.size === 0) {
    process.on("exit", flushAll);
    for (const signal of ENDINGS) process.prependListener(signal, hear);
  }
  listening.add(log);
  return () => {
    if (!listening.delete(log) || listening.size > 0) return;
    process.off("exit", flushAll);
    for (const signal of ENDINGS) process.off(signal, hear);
  };
}

function flushAll(): void {
  for (const log of listening) log.flush();
}

function hear(signal: NodeJS.Signals): void {
  if (signal === "SIGHUP" && !isAtTerminal()) {
    for (const log of listening) log.reopen();
    return;
  }
  flushAll();
  // Others that end the process only where nobody else listens do not find this listener; nor does the system.
  process.off(signal, hear);
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  else
    setImmediate(() => {
      if (listening.size > 0) process.prependListener(signal, hear);
    }).unref();
}

const isAtTerminal = (): boolean => [0, 1, 2].some((descriptor) => isatty(descriptor));
