/** Reads the members of a request. Those that are not known are ignored, at every level. */
import { HttpFault } from "../../http/fault.ts";

export type Properties = Readonly<Record<string, unknown>>;

/** A subject or a resource: `id` is `null` where it is what is searched for. */
export interface Entity<Id = string> {
  readonly type: string;
  readonly id: Id;
  readonly properties: Properties | undefined;
}

export interface Action {
  readonly name: string;
  readonly properties: Properties | undefined;
}

/** One question, as it was sent. */
export interface EvaluationRequest {
  readonly subject: Entity;
  readonly action: Action;
  readonly resource: Entity;
  readonly context: Properties | undefined;
}

/** In characters: no name and no scope is longer, and reading one costs more than its length. */
export const LONGEST = 4000;

/** What is wrong with a request as such. */
export const broken = (message: string): HttpFault => new HttpFault(400, "REQUEST_INVALID", message);

/** @throws HttpFault 400 for a member that is missing, or of another type. */
export function evaluationIn(body: Properties): EvaluationRequest {
  return {
    subject: entityIn(body, "subject"),
    action: actionIn(body),
    resource: entityIn(body, "resource"),
    context: optionalObject("context", body.context),
  };
}

/** @throws HttpFault 400. */
export function entityIn(body: Properties, member: "subject" | "resource"): Entity {
  const value = objectIn(body, member);
  const { type, id, properties } = value;
  if (!isShortText(type)) throw notText(`${member}.type`, type);
  if (!isShortText(id)) throw notText(`${member}.id`, id);
  return { type, id, properties: propertiesIn(member, properties) };
}

/** One that is searched for: its id is ignored, if it has any. @throws HttpFault 400. */
export function soughtIn(body: Properties, member: "subject" | "resource"): Entity<null> {
  const { type, properties } = objectIn(body, member);
  if (!isShortText(type)) throw notText(`${member}.type`, type);
  return { type, id: null, properties: propertiesIn(member, properties) };
}

/** @throws HttpFault 400. */
export function actionIn(body: Properties): Action {
  const { name, properties } = objectIn(body, "action");
  if (!isShortText(name)) throw notText("action.name", name);
  return { name, properties: propertiesIn("action", properties) };
}

/** An object that may be left out; `null` says no more than that. @throws HttpFault 400. */
export function optionalObject(what: string, value: unknown): Properties | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw broken(`${what} must be an object`);
  return value;
}

export const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function objectIn(body: Properties, member: string): Properties {
  const value = body[member];
  if (isObject(value)) return value;
  throw broken(value === undefined ? `${member} is missing` : `${member} must be an object`);
}

const isShortText = (value: unknown): value is string => typeof value === "string" && value.length <= LONGEST;

/** Made only where it is thrown: a batch reads thousands of texts. */
function notText(what: string, value: unknown): HttpFault {
  if (typeof value === "string") return broken(`${what} has more than ${LONGEST} characters`);
  return broken(value === undefined ? `${what} is missing` : `${what} must be text`);
}

const propertiesIn = (member: string, value: unknown): Properties | undefined =>
  value === undefined ? undefined : optionalObject(`${member}.properties`, value);
