/** How a program has its signals heard while a database is at work. */
export {
  endAtOnce,
  hearSignalsBy,
  type SignalHearing,
  withLastStep,
  withoutTurns,
} from "../store/engine/signal-hearing.ts";
