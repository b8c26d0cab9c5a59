/** What each role comes to, itself and by inheritance, and which roles come to the same. */
import { leavesNothing } from "./rights.ts";
import type { RoleRights } from "./role-rights.ts";

/** Roles that come to the same. */
export interface RoleGroup {
  /** In byte order. */
  readonly roles: readonly number[];
  /**
   * The numbers of their rights, in order: without those that another of them is as wide as, or that one of them
   * denies.
   */
  readonly rights: Int32Array;
}

/** Groups the roles that have any right, by what they come to. */
export function roleGroups(roles: RoleRights): readonly RoleGroup[] {
  const groups: { roles: number[]; rights: Int32Array }[] = [];
  const byFingerprint = new Map<number, typeof groups>();
  const seenBy = new Int32Array(roles.rights.count).fill(-1);
  for (const role of roles.names.keys()) {
    const rights = rightsOf(roles, role, seenBy);
    if (rights.length === 0) continue;
    const alike = byFingerprint.get(fingerprint(rights)) ?? [];
    const same = alike.find((group) => isEqual(group.rights, rights));
    if (same) same.roles.push(role);
    else {
      const group = { roles: [role], rights };
      byFingerprint.set(fingerprint(rights), [...alike, group]);
      groups.push(group);
    }
  }
  return groups;
}

/** @param seenBy by right, the last role that was seen to have it */
function rightsOf(roles: RoleRights, role: number, seenBy: Int32Array): Int32Array {
  const { rights } = roles;
  const all: number[] = [];
  for (const reached of roles.reach([role]).roles)
    for (const { right } of roles.own[reached] as (typeof roles.own)[number]) {
      if (seenBy[right] === role) continue;
      seenBy[right] = role;
      all.push(right);
    }
  const isSeen = (right: number) => seenBy[right] === role;
  const kept = all.filter(
    (right) =>
      !(rights.wider(right).some(isSeen) || rights.denying(right).some(isSeen) || leavesNothing(rights.grantOf(right))),
  );
  return Int32Array.from(kept).sort();
}

const isEqual = (one: Int32Array, other: Int32Array): boolean =>
  one.length === other.length && one.every((right, at) => right === other[at]);

/** FNV-1a over the numbers: equal for equal lists, and seldom for others. */
function fingerprint(rights: Int32Array): number {
  let hash = 0x811c9dc5;
  for (const right of rights) hash = Math.imul(hash ^ right ^ (right >>> 15), 0x01000193);
  return hash ^ rights.length;
}
