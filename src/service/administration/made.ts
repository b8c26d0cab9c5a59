/** What has a name, as somebody wants it: made where it is missing, and set where it is there. */
import { type Rbac, RbacError } from "../../index.ts";
import type { WriteHow } from "./changes.ts";

interface Fields {
  readonly user: { readonly email?: string | null; readonly name?: string | null; readonly disabled?: boolean };
  readonly role: { readonly description?: string | null };
  readonly permission: { readonly description?: string | null };
}

/** @throws RbacError as the library does */
export async function made<K extends keyof Fields>(
  rbac: Rbac,
  kind: K,
  name: string,
  fields: Fields[K],
  how: WriteHow & { readonly allowConfusable: boolean },
) {
  try {
    return await rbac.create(kind, name, { ...how, ...fields });
  } catch (error) {
    if (!(error instanceof RbacError) || error.code !== "EXISTS_DIFFERENTLY") throw error;
    // Nothing is said of its fields: they may be as they are.
    if (Object.keys(fields).length === 0) return rbac.change([], how);
    return rbac.set(kind, name as never, { ...how, ...fields } as never);
  }
}
