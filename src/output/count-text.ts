/** A count as people read it: `1,340`. Below a thousand nothing of the language is loaded. */
export const countText = (count: number): string => (count < 1000 ? String(count) : count.toLocaleString("en"));

/** `1 change`, `5,001 changes` */
export const counted = (count: number, one: string, several = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : several}`;

/** `1 person`, `5,001 people` */
export const peopleText = (count: number): string => counted(count, "person", "people");
