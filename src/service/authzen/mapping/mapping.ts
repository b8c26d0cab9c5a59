/** What a request asks of the policy: its names and properties as those of the library. */
import type { Compiled, CompiledCanOptions } from "../../../index.ts";
import { after, type Soon } from "../../../web/soon.ts";
import { checkCounts } from "./counted-names.ts";
import { givenOf } from "./given.ts";
import { ListedResources } from "./listed-resources.ts";
import { AUTHZEN_DEFAULTS, type AuthzenOptions } from "./options.ts";
import { Permissions } from "./permissions.ts";
import type { Action, Entity, EvaluationRequest, Properties } from "./reading.ts";
import { Subjects } from "./subjects.ts";
import { Targets } from "./targets.ts";

/** What is asked about in one way by evaluations and by searches. */
interface Circumstances {
  readonly subject: Pick<Entity, "properties">;
  readonly action?: Action;
  readonly resource: Entity;
  readonly context: Properties | undefined;
}

/** A question as the library has it. */
interface Mapped {
  readonly user: string;
  readonly permission: string;
  readonly options: CompiledCanOptions;
}

export class Mapping {
  readonly subjects: Subjects;
  readonly permissions: Permissions;
  readonly resources: ListedResources | undefined;
  /** True where evidence is asked for, which the database gives, and not the compiled policy. */
  readonly isEvident: boolean;
  readonly #targets: Targets;
  /** What each question says, whatever it is about. */
  readonly #always: CompiledCanOptions | undefined;

  /** @throws RbacError (exit 2) for an option that cannot be read. */
  constructor(policy: Compiled, how: AuthzenOptions) {
    this.subjects = new Subjects(policy, how);
    this.permissions = new Permissions(policy, how.actionTemplate ?? AUTHZEN_DEFAULTS.actionTemplate);
    this.resources = how.resources && new ListedResources(how.resources);
    this.#targets = new Targets(
      how.resourceScope ?? AUTHZEN_DEFAULTS.resourceScope,
      how.scopeProperty ?? AUTHZEN_DEFAULTS.scopeProperty,
    );
    const explain = how.evidence ?? AUTHZEN_DEFAULTS.evidence;
    this.isEvident = explain;
    const log = policy.decisions && ("later" as const);
    if (explain || log) this.#always = { ...(explain && { explain }), ...(log && { log }) };
  }

  /** @throws RbacError (exit 2) for what no permission can be made of. */
  permissionOf({ action, resource }: Pick<EvaluationRequest, "action" | "resource">): string {
    return this.permissions.of(action, resource);
  }

  /**
   * @param permission the one that it asks about
   * @param requestId for the log of decisions
   * @throws RbacError (exit 2) for what says nothing that can be asked.
   */
  questionOf(request: EvaluationRequest, permission: string, requestId: string): Soon<Mapped> {
    return after(this.subjects.userOf(request.subject), (user) => {
      const options = this.optionsOf(request, requestId);
      if (options instanceof Promise) return options.then((read) => ({ user, permission, options: read }));
      return { user, permission, options };
    });
  }

  /**
   * The circumstances of a question.
   * @throws RbacError (exit 2) for what is no scope or owner, and for too many attributes.
   */
  optionsOf(request: Circumstances, requestId: string): Soon<CompiledCanOptions> {
    const { subject, action, context } = request;
    const resource = this.resources?.known(request.resource) ?? request.resource;
    const on = this.#targets.of(resource);
    const always = this.#always?.log ? { ...this.#always, requestId } : this.#always;
    if (!resource.properties && !context && !subject.properties && !action?.properties)
      return always ? { on, ...always } : { on }; // A spread costs more than the rest.
    checkCounts(request);
    const given = givenOf({ ...request, resource });
    return after(this.subjects.ownerOf(resource), (owner) => ({
      on,
      ...(owner !== undefined && { owner }),
      ...(given && { given }),
      ...always,
    }));
  }
}
