/** A service under load while its policy changes: what it answers, to be held against the library. */
import { setTimeout as wait } from "node:timers/promises";
import { open } from "../../../src/index.ts";
import { type LoadAnswer, LoadLine, requestBytes } from "./load.ts";
import type { ServeProcess } from "./serve-process.ts";

/** A policy in which one person comes and goes, and others stay. */
export const WATCHED = {
  rbac: 1,
  permissions: ["posts:read", "posts:write"],
  roles: { reader: { grants: ["posts:read"] }, author: { inherits: ["reader"], grants: ["posts:write"] } },
  users: { ann: {}, ben: { roles: ["author"] }, cleo: { roles: ["reader"] } },
};

export interface WatchedQuestion {
  readonly user: string;
  readonly permission: string;
}

const ASKED: readonly WatchedQuestion[] = ["ann", "ben", "cleo"].flatMap((user) =>
  ["posts:read", "posts:write"].map((permission) => ({ user, permission })),
);

const body = ({ user, permission }: WatchedQuestion): string =>
  JSON.stringify({
    subject: { type: "user", id: user },
    action: { name: permission },
    resource: { type: "posts", id: "1" },
  });

const questionBytes = (question: WatchedQuestion): Buffer =>
  requestBytes({ path: "/access/v1/evaluation", body: body(question) });

interface Answered {
  readonly decision: boolean;
  readonly context: { readonly revision: number };
}

/** What a service says of a question. @throws for anything but an answer */
export async function decisionOf(line: LoadLine, question: WatchedQuestion): Promise<boolean> {
  const { status, body: text } = await line.send(questionBytes(question));
  if (status !== 200) throw new Error(`${status} ${text}`);
  return (JSON.parse(text) as Answered).decision;
}

/** Load on a service that may be restarted, or lose its database, meanwhile. */
export class Load {
  /** Each answer once, as `revision user permission decision`. */
  readonly #answers = new Set<string>();
  readonly faults: string[] = [];
  readonly statuses = new Map<number | string, number>();
  /** The last revision whose commit was acknowledged. */
  acknowledged = 0;
  #isOver = false;
  readonly #running: Promise<void>[];

  /** @param service the one that is there now @param perSecond requests of each line, about; none for all it can */
  constructor(service: () => ServeProcess, lines = 4) {
    this.#running = Array.from({ length: lines }, () => this.#ask(service));
  }

  async #ask(service: () => ServeProcess): Promise<void> {
    let line: LoadLine | undefined;
    for (let at = 0; !this.#isOver; at++) {
      const question = ASKED[at % ASKED.length] as WatchedQuestion;
      const known = this.acknowledged;
      try {
        line ??= new LoadLine(service().port);
        this.#take(question, known, await line.send(questionBytes(question)));
      } catch (error) {
        this.#count((error as NodeJS.ErrnoException).code ?? "closed");
        line?.close();
        line = undefined;
        await wait(5);
      }
    }
    line?.close();
  }

  #take({ user, permission }: WatchedQuestion, known: number, { status, body: text }: LoadAnswer): void {
    this.#count(status);
    if (status === 503) return;
    if (status !== 200) {
      this.faults.push(`${status} ${text}`);
      return;
    }
    const { decision, context } = JSON.parse(text) as Answered;
    if (context.revision < known) this.faults.push(`revision ${context.revision} was answered after ${known}`);
    this.#answers.add(`${context.revision} ${user} ${permission} ${decision}`);
  }

  #count(status: number | string): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running);
  }

  /** Holds every answer against what the library says of its revision. @returns how many there are */
  async judge(db: string): Promise<number> {
    await using rbac = await open(db, { mode: "read" });
    for (const answer of this.#answers) {
      const [revision, user = "", permission = "", decision] = answer.split(" ");
      const { allowed } = await rbac.can(user, permission, { at: `@${revision}`, on: "posts/1" });
      if (String(allowed) !== decision) this.faults.push(`${answer}, and the library says ${allowed}`);
    }
    return this.#answers.size;
  }
}
