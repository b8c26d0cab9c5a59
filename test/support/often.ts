/** How often a random test is repeated: what finds faults on each push, and many times that in `npm run soak`. */
const TIMES = Number(process.env.RBAC_TIMES ?? 1);

/** So many runs, times `RBAC_TIMES`. */
export const often = (runs: number): number => runs * TIMES;
