/** The gate of a connection: nobody is in somebody's transaction, and nobody waits for who came later. */
import { expect, it } from "vitest";
import { ConnectionLock } from "../../../src/store/postgres/connection-lock.ts";

it("lets in who came first, and questions side by side", async () => {
  const [gate, seen] = [new ConnectionLock(), [] as string[]];
  const transaction = async (name: string) => {
    const leave = await gate.acquire();
    seen.push(`${name} begins`);
    await Promise.resolve();
    seen.push(`${name} ends`);
    leave();
  };
  const question = (name: string) =>
    gate.outsideTransactions(async () => {
      seen.push(`${name} asks`);
      await Promise.resolve();
      seen.push(`${name} hears`);
    });
  await Promise.all([
    transaction("1"),
    question("2"),
    question("3"),
    transaction("4"),
    question("5"),
    transaction("6"),
  ]);
  const alone = (name: string) => [`${name} begins`, `${name} ends`];
  const asked = ["2 asks", "3 asks", "2 hears", "3 hears"];
  expect(seen).toEqual([...alone("1"), ...asked, ...alone("4"), "5 asks", "5 hears", ...alone("6")]);
});

it("keeps nobody from a question by ever more transactions, nor from a transaction by a question that fails", async () => {
  const gate = new ConnectionLock();
  let [asked, many] = [false, 0];
  const again = async (): Promise<void> => {
    const leave = await gate.acquire();
    many += 1;
    const next = asked || many > 100 ? undefined : again();
    leave();
    await next;
  };
  const first = again();
  const failing = gate.outsideTransactions(async () => {
    asked = true;
    throw new Error("no answer");
  });
  await expect(failing).rejects.toThrow("no answer");
  await first;
  expect(many).toBeLessThan(3);
  (await gate.acquire())();
});
