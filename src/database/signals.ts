/** How a program has its signals heard while a database is at work. */
export { hearSignalsBy, type SignalHearing } from "../store/engine/event-turn.ts";
