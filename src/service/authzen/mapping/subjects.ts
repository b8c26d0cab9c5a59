/** Which user a subject is, and who owns a resource. */
import { type Compiled, RbacError } from "../../../index.ts";
import { after, type Soon } from "../../../web/soon.ts";
import { Emails } from "./emails.ts";
import { AUTHZEN_DEFAULTS, type AuthzenOptions } from "./options.ts";
import { type Entity, LONGEST } from "./reading.ts";

export class Subjects {
  readonly #types: ReadonlySet<string>;
  readonly #property: string | undefined;
  readonly #ownerProperty: string;
  readonly #byEmail: boolean;
  readonly #ownerByEmail: boolean;
  /** Left out where nobody is named by e-mail. */
  readonly #emails: Emails | undefined;

  constructor(policy: Compiled, how: AuthzenOptions) {
    this.#types = new Set(how.subjectTypes ?? AUTHZEN_DEFAULTS.subjectTypes);
    this.#property = how.subjectProperty;
    this.#ownerProperty = how.ownerProperty ?? AUTHZEN_DEFAULTS.ownerProperty;
    this.#byEmail = (how.subjectBy ?? AUTHZEN_DEFAULTS.subjectBy) === "email";
    this.#ownerByEmail = (how.ownerBy ?? AUTHZEN_DEFAULTS.ownerBy) === "email";
    this.#emails = this.#byEmail || this.#ownerByEmail ? new Emails(policy) : undefined;
  }

  /** True where the id of a subject is the name of a user, so that users can be found as subjects. */
  get areNamed(): boolean {
    return this.#property === undefined && !this.#byEmail;
  }

  hasType(type: string): boolean {
    return this.#types.has(type);
  }

  /** @throws RbacError (exit 2) for one that is no user, or may be several; (exit 4) if the database cannot answer. */
  userOf(subject: Entity): Soon<string> {
    if (!this.#types.has(subject.type))
      throw new RbacError(2, "USER_NOT_FOUND", "subjects of this type are no users here");
    const name =
      this.#property === undefined ? subject.id : textIn(subject, "subject", this.#property, "names the user");
    if (name === undefined)
      throw new RbacError(2, "VALUE_EMPTY", `subject.properties.${this.#property} is missing, which names the user`);
    if (!this.#byEmail) return name;
    return after(this.#userWith(name), (user) => {
      if (user !== undefined) return user;
      throw new RbacError(2, "USER_NOT_FOUND", "no user has this e-mail");
    });
  }

  /**
   * Who owns a resource; `undefined` where that is not said, and for an e-mail that no user has. What names nobody is
   * refused, rather than taken for a resource without an owner: a deny that holds for owners would be passed.
   * @throws RbacError `VALUE_INVALID`, `VALUE_EMPTY` (exit 2).
   */
  ownerOf(resource: Pick<Entity, "properties">): Soon<string | undefined> {
    const owner = textIn(resource, "resource", this.#ownerProperty, "names a user");
    return owner === undefined || !this.#ownerByEmail ? owner : this.#userWith(owner);
  }

  /** True where who was looked up is as of that revision; else they are looked up anew. */
  areAsOf(revision: number): boolean {
    return this.#emails?.areAsOf(revision) ?? true;
  }

  /** Lets go of who was not looked up as of the current revision. @returns true if anybody may be another now */
  follow(): Soon<boolean> {
    return this.#emails?.follow() ?? false;
  }

  #userWith(email: string): Soon<string | undefined> {
    if (email === "") throw new RbacError(2, "VALUE_EMPTY", "an empty e-mail is nobody's");
    return this.#emails?.userOf(email);
  }
}

/** The text of a property; `undefined` where it was not sent. @throws RbacError `VALUE_INVALID` (exit 2). */
function textIn(
  { properties }: Pick<Entity, "properties">,
  member: string,
  property: string,
  meaning: string,
): string | undefined {
  const value = properties && Object.hasOwn(properties, property) ? properties[property] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" && value.length <= LONGEST) return value;
  const wanted = `text of at most ${LONGEST} characters`;
  throw new RbacError(2, "VALUE_INVALID", `${member}.properties.${property} must be ${wanted}, as it ${meaning}`);
}
