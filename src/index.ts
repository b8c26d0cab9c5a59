/**
 * The public interface of the library: opens or creates a database, asks it and changes it. The commands use the same
 * database below.
 */

export type { StampedAccess } from "./database/access.ts";
export type { ListedAssignment, PageOf } from "./database/lists.ts";
export type { Decisions, WithId } from "./decisions/decisions.ts";
export {
  type ErrorCode,
  type ErrorDetails,
  type Hint,
  type Named,
  type Problem,
  RbacError,
  type Refusal,
  type Violation,
} from "./errors.ts";
export type { Compiled } from "./library/compiled-handle.ts";
export type { CompiledLists } from "./library/compiled-lists.ts";
export type { CanAnswer, HasAnswer } from "./library/compiled-questions.ts";
export type { DocumentSource, PolicyDocument } from "./library/documents.ts";
export { mutation, type PreparedMutation } from "./library/mutation.ts";
export { create, open } from "./library/open.ts";
export type { FilterColumns, FilterOptions } from "./library/options/filter-options.ts";
export type {
  GivenFor,
  NameOf,
  PatternName,
  PermissionName,
  Register,
  ResourceName,
  RoleName,
} from "./library/options/names.ts";
export type { OneOrMore, OpenOptions, PartOption, Time, UserOrAll } from "./library/options/options.ts";
export type { ApplyPlanOptions, PlanGates, PlanOptions } from "./library/options/plan-options.ts";
export type {
  AccessOptions,
  AssignmentsOptions,
  CanOptions,
  ChangesOptions,
  CompiledCanOptions,
  CompiledQuestion,
  CompileOptions,
  EntrySearch,
  ExportFormat,
  ExportOptions,
  HasOptions,
  HeldOptions,
  NamedPageOptions,
  PageOptions,
  PermissionsOptions,
  UsersOptions,
  WhoCanOptions,
} from "./library/options/read-options.ts";
export type {
  AssignOptions,
  DeleteOptions,
  FieldsOf,
  GrantOptions,
  OffboardOptions,
  Person,
  PersonRole,
  RenameOptions,
  RevokeOptions,
  SeedOptions,
  SettableFieldsOf,
  SyncOptions,
  WriteOptions,
} from "./library/options/write-options.ts";
export type { RbacQuestions } from "./library/questions.ts";
export type { ChangeResult, Rbac } from "./library/rbac.ts";
export type { Difference, RbacReader } from "./library/reader.ts";
export { scopeOf } from "./library/scope-of.ts";
export type { DecisionLogOptions, LoggingOptions } from "./library/values/log-options.ts";
export type { Applied } from "./plans/apply-plan.ts";
export type { AllowedGain, Gate, GateName, Plan, PlanRefusal } from "./plans/plan.ts";
export type { Attributes, AttributeValue, Given } from "./policy/conditions/given.ts";
export type { AccessRow } from "./policy/evaluate/access.ts";
export type { Comparison, Terms } from "./policy/evaluate/compare.ts";
export type { Decision, HasDecision, Known, Reason } from "./policy/evaluate/decide.ts";
export type { Extent, Own, PermissionRow } from "./policy/evaluate/effective-permissions.ts";
export type { HeldWindow, ListedPermission, ListedRole, ListedUser } from "./policy/evaluate/entity-details.ts";
export type { Because } from "./policy/evaluate/evidence.ts";
export type { Unless } from "./policy/evaluate/judged-paths.ts";
export type { NearMiss, Obstacle } from "./policy/evaluate/near-misses.ts";
export type { HeldBy, WindowState } from "./policy/evaluate/walk.ts";
export type { UserRow } from "./policy/evaluate/who-can.ts";
export type { Filter } from "./policy/filter/filter.ts";
export type { FilterColumn } from "./policy/filter/sql-columns.ts";
export type { AbilityChange, RecordedChange, Subject } from "./policy/history/ability-history.ts";
export type { ChangedSince } from "./policy/history/changed-names.ts";
export type { Explanation, NearMisses, Remedy } from "./policy/impact/advice.ts";
export type { ChangedExtent } from "./policy/impact/difference.ts";
export type {
  Cause,
  GainsAndLosses,
  Impact,
  ImpactOnPeople,
  ImpactOnPerson,
  ImpactRow,
  Kept,
  LaterDifference,
} from "./policy/impact/values.ts";
export type { Change } from "./policy/model/change.ts";
export type {
  AtRevision,
  ChangeOutcome,
  Entry,
  FaultCode,
  FirstHand,
  NamedEntry,
  RecordedStamp,
  RecordFault,
  Renaming,
  Stamp,
  VerificationReport,
} from "./policy/model/results.ts";
export type { ConstraintType, Effect } from "./policy/model/rows.ts";
export type { Scope } from "./policy/model/scopes.ts";
export type { ConstraintViolation } from "./policy/rules/constraint-violations.ts";
export type { Assignments } from "./store/read/current-revision.ts";
