/** Addresses of the internet, and blocks of them, for `cidr`. */
import { quote } from "../model/names.ts";
import { Fault } from "./fault.ts";

/** 16 bits a number: two for IPv4, eight for IPv6. */
export type Address = readonly number[];

export interface AddressBlock {
  readonly address: Address;
  /** How many bits from the left must be the same. */
  readonly bits: number;
}

/**
 * Reads an address as text has it; `::ffff:10.0.0.1` is the IPv4 address in it, however it is written.
 * Returns `undefined` for what is none: zones, ports, brackets, octal and shortened IPv4 are not read, since programs
 * read them differently.
 */
export function addressOf(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  if (!text.includes(":")) return ipv4(text);
  const words = ipv6(text);
  return words && isMapped(words) ? words.slice(6) : words;
}

/** Reads `10.0.0.0/8`. @throws Fault for another form, and for bits below the mask. */
export function blockOf(text: string, at: number): AddressBlock {
  const slash = text.indexOf("/");
  const written = text.slice(0, slash);
  const words = slash < 0 || written.length > 45 ? undefined : written.includes(":") ? ipv6(written) : ipv4(written);
  const length = text.slice(slash + 1);
  const bits = /^(?:0|[1-9]\d{0,2})$/.test(length) ? Number(length) : Number.NaN;
  if (words === undefined || !(bits <= words.length * 16)) {
    throw new Fault(`${quote(text)} is no block of addresses: write one such as 10.0.0.0/8 or 2001:db8::/32`, at);
  }
  if (words.some((word, index) => (word & ~maskOf(bits - index * 16)) !== 0)) {
    throw new Fault(`${quote(text)} has bits behind the first ${bits}, which a block leaves open`, at);
  }
  return isMapped(words) && bits >= 96 ? { address: words.slice(6), bits: bits - 96 } : { address: words, bits };
}

/** True where an address lies in a block; one of another family does not. */
export function isIn(address: Address, block: AddressBlock): boolean {
  if (address.length !== block.address.length) return false;
  for (let index = 0; index * 16 < block.bits; index++) {
    const differing = (address[index] as number) ^ (block.address[index] as number);
    if ((differing & maskOf(block.bits - index * 16)) !== 0) return false;
  }
  return true;
}

/** The first `bits` of 16, which may be fewer than none or more than all. */
const maskOf = (bits: number): number => (0xffff << (16 - Math.max(0, Math.min(16, bits)))) & 0xffff;

const isMapped = (words: Address): boolean =>
  words.length === 8 && words[5] === 0xffff && words.slice(0, 5).every((word) => word === 0);

/** Four numbers from 0 to 255 without zeros before them. */
function ipv4(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const [a, b, c, d] = parts.map(Number) as [number, number, number, number];
  return Math.max(a, b, c, d) > 255 ? undefined : [a * 256 + b, c * 256 + d];
}

/** Eight groups, one row of them shortened to `::`, the last two perhaps written as IPv4. */
function ipv6(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => groups(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** Groups between colons; only at the end of an address may the last be IPv4. */
function groups(text: string, isEnd: boolean): number[] | undefined {
  if (text === "") return [];
  const words: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const embedded = isEnd && index === parts.length - 1 && part.includes(".") ? ipv4(part) : undefined;
    if (embedded) for (const word of embedded) words.push(word);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) words.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return words;
}
