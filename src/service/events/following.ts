/** What one listener is sent: what was committed behind a revision, and then what is committed as it comes. */
import { RbacError } from "../../index.ts";
import { HttpFault } from "../http/fault.ts";
import type { OpenAnswer } from "../http/open-answer.ts";
import type { Caller } from "../http/route.ts";
import type { Administering } from "../http/serving.ts";
import { ALIVE, type EntryEvents, idText, resetText } from "./entry-events.ts";
import { pageBehind, placeAt, type RecordPlace } from "./record.ts";
import type { Watch } from "./watch.ts";

/** Milliseconds. */
export interface Pace {
  /** Between looks at the revision. */
  readonly look: number;
  /** Between judgements of who listens while nothing is committed: keys and tokens end by themselves. */
  readonly judge: number;
  /** Between comments, so that no proxy takes the connection for dead. */
  readonly alive: number;
}

export interface Listener {
  readonly caller: Caller;
  /** The revision behind which to begin; the present one where left out. */
  readonly since: number | undefined;
  readonly events: EntryEvents;
}

type By = Pick<Administering, "policy" | "callers" | "look" | "isReplaced">;

interface Around {
  readonly by: By;
  readonly watch: Watch;
  readonly pace: Pace;
  /** The right that whoever listens must hold. */
  readonly right: string;
}

/** What is sent next. */
interface Step {
  readonly text: string;
  /** Where more can be read at once. */
  readonly goesOn: boolean;
  readonly place: RecordPlace;
  readonly isLast?: boolean;
}

/** @throws HttpFault 401, 403 once the caller may listen no more */
export async function follow(out: OpenAnswer, listening: Listener, around: Around): Promise<void> {
  const { watch, pace } = around;
  let place: RecordPlace | undefined;
  let saidAt = performance.now();
  const say = async (text: string): Promise<void> => {
    if (text === "" || !out.isOpen) return;
    saidAt = performance.now();
    await out.write(text);
  };
  while (out.isOpen) {
    const { moves } = watch;
    const step = await nextStep(listening, place, around).catch(orAway);
    if (step) {
      await say(step.text);
      if (step.isLast) return;
      place = step.place;
      if (step.goesOn) continue;
    }
    const quiet = performance.now() - saidAt;
    if (quiet >= pace.alive) await say(ALIVE);
    else await watch.next(moves, Math.min(step ? pace.judge : pace.look, pace.alive - quiet), out.ended);
  }
}

/** A database that is away may come back. @returns `undefined` then @throws any other error */
function orAway(error: unknown): undefined {
  const isAway =
    error instanceof RbacError
      ? error.exitCode === 4 || error.code === "CLOSED"
      : error instanceof HttpFault && error.status === 503;
  if (!isAway) throw error;
}

const reset = (revision: number): Step => ({
  text: resetText(revision),
  goesOn: false,
  place: { seq: 0, hash: "" },
  isLast: true,
});

async function nextStep(
  { caller, since, events }: Listener,
  former: RecordPlace | undefined,
  { by, right }: Around,
): Promise<Step> {
  const seen = await by.look();
  if (by.isReplaced()) return reset(seen);
  const { revision, require } = await by.callers.rightsOf(caller);
  require(right, null);
  if (former === undefined) {
    if (since !== undefined && since > revision) return reset(revision);
    const begun = since ?? revision;
    return { text: idText(begun), goesOn: true, place: await placeAt(by.policy, begun) };
  }
  const page = await pageBehind(by.policy, former, revision);
  if (!page) return reset(revision);
  return { text: events.textOf(page.entries, page.isWhole), goesOn: !page.isWhole, place: page.place };
}
