// cidr: addresses and blocks of them (rule 34), by example and against Node's own list of blocks.

import { describe, expect, it } from "vitest";
import { parseCondition, truthOf } from "../../../src/policy/conditions/condition.ts";
import { factsOf } from "../../support/conditions/facts.ts";
import { isInBlock } from "../../support/conditions/oracle.ts";
import { type Chance, chanceOf, SEED } from "../../support/store/random-databases.ts";

process.stdout.write(`addresses: RBAC_SEED=${SEED}\n`);

const UNKNOWN = undefined;

const ask = (ip: unknown, block: string) =>
  truthOf(parseCondition(`cidr(context.ip, "${block}")`), factsOf({ given: { context: { ip } } }));

describe("an address in a block", () => {
  it.each([
    ["10.0.0.0", "10.0.0.0/8", true],
    ["10.255.255.255", "10.0.0.0/8", true],
    ["11.0.0.0", "10.0.0.0/8", false],
    ["9.255.255.255", "10.0.0.0/8", false],
    ["203.0.113.7", "0.0.0.0/0", true],
    ["203.0.113.7", "203.0.113.7/32", true],
    ["203.0.113.6", "203.0.113.7/32", false],
    ["192.168.0.1", "192.168.0.0/31", true],
    ["192.168.0.2", "192.168.0.0/31", false],
    ["2001:db8::1", "2001:db8::/32", true],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["::1", "::1/128", true],
    ["::2", "::1/128", false],
    ["::", "::/0", true],
    ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0", true],
    ["64:ff9b::10.1.2.3", "64:ff9b::/96", true],
    ["fe80::1", "fe80::/10", true],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0/128", true],
    ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8/128", true],
  ])("%s in %s", (ip, block, expected) => expect(ask(ip, block)).toBe(expected));

  it.each([
    ["::ffff:10.1.2.3", "10.0.0.0/8", true],
    ["::ffff:a01:203", "10.0.0.0/8", true],
    ["0:0:0:0:0:FFFF:10.1.2.3", "10.0.0.0/8", true],
    ["::ffff:11.1.2.3", "10.0.0.0/8", false],
    ["10.1.2.3", "::ffff:10.0.0.0/104", true],
    ["::ffff:10.1.2.3", "::ffff:10.0.0.0/104", true],
    ["11.1.2.3", "::ffff:10.0.0.0/104", false],
    ["10.1.2.3", "::ffff:0:0/96", true],
    ["::ffff:10.1.2.3", "::/0", false],
    ["::10.1.2.3", "10.0.0.0/8", false],
    ["::ffff:0:10.1.2.3", "10.0.0.0/8", false],
  ])("a mapped address is IPv4: %s in %s", (ip, block, expected) => expect(ask(ip, block)).toBe(expected));

  it.each([
    ["10.0.0.1", "::/0", false],
    ["::1", "0.0.0.0/0", false],
    ["::ffff:1.2.3.4", "::/0", false],
  ])("another family is false: %s in %s", (ip, block, expected) => expect(ask(ip, block)).toBe(expected));

  it.each([
    ...[
      "",
      "10",
      "10.1.2",
      "10.1.2.3.4",
      "010.1.2.3",
      "10.1.2.256",
      "10.1.2.3 ",
      "10.1.2.-3",
      "0x0a.1.2.3",
      "10.1.2.٣",
    ],
    ...[
      "10.1.2.3:80",
      "[::1]",
      "fe80::1%eth0",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1::2::3",
      ":1:2:3:4:5:6:7",
      "1:",
    ],
    ...[
      "1:2:3:4:5:6:7:8::",
      "::1:2:3:4:5:6:7:8",
      "12345::",
      "g::",
      "10.1.2.3::",
      "::10.1.2",
      ":::",
      ":",
      "::ffff:10.1.2.300",
    ],
    ...["10.1.2.3/32", "localhost", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5"],
    ...[10, true, null, ["10.1.2.3"], { ip: "10.1.2.3" }],
  ])("what is no address is unknown: %j", (ip) => {
    expect(ask(ip, "0.0.0.0/0")).toBe(UNKNOWN);
    expect(ask(ip, "::/0")).toBe(UNKNOWN);
  });
});

describe("what is no block", () => {
  const form = "is no block of addresses: write one such as 10.0.0.0/8 or 2001:db8::/32 at character 18";

  it.each([
    ...["10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8.0", "10.0.0.0/8/8", "/8", ""],
    ...["::/129", "::/ 1", "fe80::%1/10", "10.0.0/8", "::ffff:10.0.0.0/129", "x/8", "10.0.0.0/1e1", "0.0.0.0/999"],
  ])("%s", (block) => expect(() => ask("::1", block)).toThrow(`${JSON.stringify(block)} ${form}`));

  it.each([
    ["10.0.0.1/8", 8],
    ["10.0.0.1/31", 31],
    ["0.0.0.1/0", 0],
    ["2001:db8::1/32", 32],
    ["2001:db8::1/127", 127],
    ["::ffff:10.0.0.1/104", 104],
    ["::1/0", 0],
  ])("bits below the mask: %s", (block, bits) =>
    expect(() => ask("::1", block)).toThrow(
      `"${block}" has bits behind the first ${bits}, which a block leaves open at character 18`,
    ),
  );
});

/** Two numbers of up to 128 bits that share their first bits, and how many those are at least. */
function neighbours(chance: Chance, width: number): { base: bigint; other: bigint; bits: number } {
  const digits = () => Array.from({ length: width / 4 }, () => chance.below(16).toString(16)).join("");
  // Of 48 bits, that is around the mapped addresses, half begin as those do.
  const random = () => BigInt(`0x${width === 48 && chance.below(2) === 0 ? `ffff${digits().slice(4)}` : digits()}`);
  const bits = chance.pick([0, 1, width - 1, width, chance.below(width + 1)]);
  const open = (1n << BigInt(width - bits)) - 1n;
  const base = random() & ~open;
  const flipped = chance.below(2) === 0 && bits > 0 ? 1n << BigInt(width - 1 - chance.below(bits)) : 0n;
  return { base, other: (base | (random() & open)) ^ flipped, bits };
}

const ipv4 = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");

/** One of the many ways to write an IPv6 address. */
function ipv6(value: bigint, chance: Chance): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  const written = groups.map((group) => chance.pick([group, group.toUpperCase(), group.padStart(4, "0")]));
  if (chance.below(3) === 0) written.splice(6, 2, ipv4(value & 0xffffffffn));
  const zeros = written.map((group, at) => (/^0+$/.test(group) ? at : -1)).filter((at) => at >= 0);
  if (zeros.length === 0 || chance.below(4) === 0) return written.join(":");
  const from = chance.pick(zeros);
  let to = from;
  while (to + 1 < written.length && /^0+$/.test(String(written[to + 1])) && chance.below(4) > 0) to++;
  return `${written.slice(0, from).join(":")}::${written.slice(to + 1).join(":")}`;
}

it("20,000 times: as numbers with their last bits taken off, and as Node's list of blocks", () => {
  const chance = chanceOf(SEED + 10);
  const met = new Map<unknown, number>();
  for (let asked = 0; asked < 20_000; asked++) {
    const isFour = chance.below(2) === 0;
    const width = isFour ? 32 : chance.below(3) === 0 ? 48 : 128;
    const { base, other, bits } = neighbours(chance, width);
    const write = (value: bigint) => (isFour ? ipv4(value) : ipv6(value, chance));
    const block = `${write(base)}/${bits + (isFour ? 0 : 128 - width)}`;
    const ip = write(other);
    const shift = BigInt(width - bits);
    const isMapped = (value: bigint) => !isFour && value >> 32n === 0xffffn;
    const isFourBlock = isMapped(base) && block.split("/")[1] !== undefined && bits + 128 - width >= 96;
    const expected = isMapped(other) === isFourBlock && base >> shift === other >> shift;
    expect(ask(ip, block), `${ip} in ${block}`).toBe(expected);
    if (!isMapped(base)) expect(ask(ip, block), `${ip} in ${block}`).toBe(isInBlock(ip, block) === 1);
    met.set(expected, (met.get(expected) ?? 0) + 1);
  }
  expect(Math.min(met.get(true) ?? 0, met.get(false) ?? 0)).toBeGreaterThan(4000);
});
