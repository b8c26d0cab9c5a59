/** An impact as JSON: whole but for the names of people, of whom there may be very many. */
import type { Impact, ImpactOnPeople } from "../../policy/impact/values.ts";

/** @param most the most names of each outcome; all are `Infinity` */
export const impactJson = ({ outcomes, ...impact }: Impact & { readonly total?: number }, most: number): object => ({
  ...impact,
  outcomes: outcomes.map((outcome) => outcomeJson(outcome, most)),
});

function outcomeJson({ users, ...outcome }: ImpactOnPeople, most: number): object {
  const shown = users.slice(0, most);
  const left = users.length - shown.length;
  return { people: users.length, users: shown, usersLeftOut: left, ...outcome };
}
