/** Documents as programs have them: files by path, or values; and policies as documents. */

import type { Database } from "../database/database.ts";
import { wrong } from "../errors.ts";
import { type FileInput, MOST_KEYS } from "../files/file-input.ts";
import { LARGEST, readInputs } from "../files/read-inputs.ts";
import { readValue } from "../files/value-input.ts";
import { EXPORTS, toDocument, toNdjson } from "../output/views/document.ts";
import type { Document } from "../policy/document/facts.ts";
import { documentOf } from "../policy/document/read.ts";
import { quote } from "../policy/model/names.ts";
import type { Part, PartKey } from "../policy/part/part.ts";
import type { Time } from "./options/options.ts";
import type { ExportFormat } from "./options/read-options.ts";
import { textsOf } from "./values/plain-values.ts";

/** A deny of a document: a permission or pattern, or one with a scope or a condition. */
type DocumentDeny =
  | string
  | {
      readonly permission: string;
      readonly scope?: string | null;
      /** What must not be false of the attributes that come with a question, for the deny to count. */
      readonly when?: string;
      readonly reason?: string;
    };

/** A grant of a document, which counts only when its condition is true. */
type DocumentGrant =
  | DocumentDeny
  | (Exclude<DocumentDeny, string> & {
      /** The patterns that this grant leaves out of what it allows. */
      readonly but?: string | readonly string[];
    });

/** The type of an attribute, `bool`, `number`, `string` or `list` (of texts); or the texts that it may have. */
type DocumentAttribute = string | readonly string[];

/** An assignment of a document: a role, or one with a scope and a window. */
type DocumentAssignment =
  | string
  | {
      readonly role: string;
      readonly scope?: string | null;
      readonly from?: Time | null;
      readonly until?: Time | null;
      readonly reason?: string;
    };

/** What has a name, and may be renamed by its document. */
interface Named {
  /** The name that it stood under: seeding renames it, where that name stands and the new one does not. */
  readonly was?: string;
}

interface Described extends Named {
  readonly description?: string | null;
}

/** A policy as a value, or a part of one: the document of docs/documents.md. */
export interface PolicyDocument {
  /** The version of the format: 1. */
  readonly rbac: number;
  /** The part that it keeps to; without one it speaks for the whole policy. */
  readonly part?: { readonly [P in PartKey]?: readonly string[] };
  readonly permissions?: readonly string[] | { readonly [permission: string]: string | Described };
  /** What resources have, by resource and attribute: what conditions may ask for. */
  readonly attributes?: { readonly [resource: string]: { readonly [attribute: string]: DocumentAttribute } };
  readonly roles?: {
    readonly [role: string]: Described & {
      readonly inherits?: readonly string[];
      readonly grants?: readonly DocumentGrant[];
      readonly denies?: readonly DocumentDeny[];
    };
  };
  readonly users?: {
    readonly [user: string]: Named & {
      readonly email?: string | null;
      readonly name?: string | null;
      readonly disabled?: boolean;
      readonly roles?: readonly DocumentAssignment[];
    };
  };
  readonly everyone?: readonly string[];
  readonly constraints?: {
    readonly [constraint: string]: Named & {
      readonly kind: string;
      readonly roles: readonly string[];
      readonly limit?: number | null;
      readonly needs?: readonly string[] | null;
    };
  };
  readonly guarded?: boolean;
  /** Whether users whom the policy does not know are answered, as holding what everyone holds. */
  readonly strangers?: boolean;
  readonly tests?: readonly object[];
}

/** A document: as a value, or the path of a file or a folder, or several of these paths. */
export type DocumentSource = PolicyDocument | string | readonly string[];

/** Reads a document. @throws RbacError (exit 2) with every problem. */
export async function inputsOf(source: unknown): Promise<FileInput[]> {
  if (typeof source !== "string" && !Array.isArray(source)) return [readValue(source)];
  const paths = textsOf("the path", source);
  if (paths.includes("-")) throw wrong("VALUE_INVALID", "a program names files: - is none");
  return readInputs(paths);
}

/** What a document states. @throws RbacError (exit 2). */
export const documentFrom = async (source: unknown): Promise<Document> => documentOf(await inputsOf(source));

/** @throws RbacError `VALUE_INVALID` (exit 2). */
export function exportFormatOf(format: string): ExportFormat {
  const known = EXPORTS.find((name) => name === format);
  if (known) return known;
  throw wrong("VALUE_INVALID", `a format is one of ${EXPORTS.join(", ")}, not ${quote(format)}`);
}

/**
 * The policy of a database as text, or a part of it with the names that it needs.
 * @param at when to judge windows, for the formats that show who may do what
 */
export async function exported(database: Database, format: ExportFormat, at: string, part?: Part): Promise<string> {
  if (format === "ndjson") {
    let text = "";
    for await (const piece of toNdjson(database.rows(part), part)) text += piece;
    return text;
  }
  const matrix = () => database.lists.matrix("roles", at);
  return toDocument(await database.documented(part), format, { keys: MOST_KEYS, bytes: LARGEST.yaml, part, matrix });
}
