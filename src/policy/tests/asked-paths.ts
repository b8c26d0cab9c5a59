/** What conditions ask of each attribute. */
import type { AddressBlock } from "../conditions/addresses.ts";
import { type Atom, type AttributePath, isPath, type Literal, type Operand } from "../conditions/expression.ts";
import { dottedPath } from "../conditions/print.ts";

export interface AskedPath {
  readonly path: AttributePath;
  /** What it is compared with, as far as that is written. */
  readonly literals: Set<Literal>;
  /** The paths that it is compared with. */
  readonly peers: Set<AskedPath>;
  /** The lists in which it is looked for. */
  readonly lists: Set<AskedPath>;
  /** What is looked for in it: it is a list. */
  readonly items: Operand[];
  readonly blocks: AddressBlock[];
  /** True where `has` asks for it. */
  has: boolean;
  /** True where `within` asks for it. */
  within: boolean;
  /** True where another path stands before or behind it in order. */
  isOrdered: boolean;
}

const TIME: AttributePath = { root: "context", names: ["time"] };

export class AskedPaths {
  readonly #paths = new Map<string, AskedPath>();

  get all(): Iterable<AskedPath> {
    return this.#paths.values();
  }

  of(path: AttributePath): AskedPath {
    const name = dottedPath(path);
    const known = this.#paths.get(name);
    if (known) return known;
    const sets = { literals: new Set<Literal>(), peers: new Set<AskedPath>(), lists: new Set<AskedPath>() };
    const asked = { path, ...sets, items: [], blocks: [], has: false, within: false, isOrdered: false };
    this.#paths.set(name, asked);
    return asked;
  }

  add(atom: Atom): void {
    if (atom.kind === "compare") this.#compare(this.of(atom.path), atom.to, ["==", "!="].includes(atom.operator));
    else if (atom.kind === "in") this.#membership(atom.item, atom.list);
    else if (atom.kind === "within") this.of(TIME).within = true;
    else if (atom.kind === "cidr") this.of(atom.path).blocks.push(atom.block);
    else if (atom.kind === "path") this.of(atom.path).literals.add(true);
    else this.of(atom.path).has = true;
  }

  #compare(asked: AskedPath, to: Operand, isEquality: boolean): void {
    if (!isPath(to)) {
      asked.literals.add(to.literal);
      return;
    }
    const other = this.of(to);
    asked.peers.add(other);
    other.peers.add(asked);
    asked.isOrdered ||= !isEquality;
  }

  #membership(item: Operand, list: AttributePath | readonly Literal[]): void {
    const asked = isPath(item) ? this.of(item) : undefined;
    if ("root" in list) {
      this.of(list).items.push(item);
      asked?.lists.add(this.of(list));
    } else for (const literal of list) asked?.literals.add(literal);
  }
}

/** A path with all that it is compared with, and what these are compared with. */
export function peersOf(asked: AskedPath, found: Set<AskedPath> = new Set()): ReadonlySet<AskedPath> {
  if (found.has(asked)) return found;
  found.add(asked);
  for (const peer of asked.peers) peersOf(peer, found);
  return found;
}
