/**
 * Repeats a random test until it has met enough of what it is about, for chance alone is no failure.
 * @param isEnough asked after each time
 * @param most so many times at most; what is still missing then is for the test to refuse
 */
export async function untilEnough(run: () => unknown, isEnough: () => boolean, most = 6): Promise<void> {
  for (let time = 0; time < most; time += 1) {
    await run();
    if (isEnough()) return;
  }
}
