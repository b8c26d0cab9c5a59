/** Every rule, in the order of the documentation: a new one is a rule in a file, and one line here. */
import { COULD_INHERIT, DUPLICATE_ROLE, NEAR_DUPLICATE_ROLE } from "./alike-roles.ts";
import { EXPIRED_WINDOW, REDUNDANT_ASSIGNMENT } from "./assignments.ts";
import { CONSTANT_CONDITION } from "./conditions.ts";
import { UNGUARDED_ESCALATION } from "./escalation.ts";
import { ENDS_SOON_ALONE, SINGLE_HOLDER } from "./holders.ts";
import { BUT_MEETS_NOTHING, IDLE_DENY } from "./idle-denies.ts";
import { EMPTY_POLICY, EMPTY_ROLE, UNHELD_ROLE, UNUSED_PERMISSION } from "./idle-entities.ts";
import { MIXED_STYLE, NEAR_DUPLICATE_NAME, VAGUE_NAME } from "./names.ts";
import { DEAD_GRANT, REDUNDANT_GRANT } from "./needless-grants.ts";
import { DISABLED_WITH_ROLES, DUPLICATE_EMAIL, USER_WITHOUT_ROLE } from "./people.ts";
import { REDUNDANT_INHERITANCE } from "./redundant-inheritance.ts";
import type { Rule } from "./rule.ts";
import { EXPIRED_SKIP, UNMATCHED_SKIP } from "./skip-rules.ts";
import { TOXIC } from "./toxic.ts";
import { EVERYONE_WIDE, LOOSE_LENGTH, WIDE_WILDCARD } from "./wildcards.ts";

export const RULES: readonly Rule[] = [
  // Grants and denies.
  REDUNDANT_GRANT,
  DEAD_GRANT,
  IDLE_DENY,
  BUT_MEETS_NOTHING,
  // Roles and permissions.
  REDUNDANT_INHERITANCE,
  DUPLICATE_ROLE,
  NEAR_DUPLICATE_ROLE,
  COULD_INHERIT,
  UNHELD_ROLE,
  EMPTY_ROLE,
  UNUSED_PERMISSION,
  EMPTY_POLICY,
  // People.
  REDUNDANT_ASSIGNMENT,
  EXPIRED_WINDOW,
  ENDS_SOON_ALONE,
  SINGLE_HOLDER,
  USER_WITHOUT_ROLE,
  DISABLED_WITH_ROLES,
  DUPLICATE_EMAIL,
  TOXIC,
  UNGUARDED_ESCALATION,
  // Wildcards and conditions.
  WIDE_WILDCARD,
  EVERYONE_WIDE,
  LOOSE_LENGTH,
  CONSTANT_CONDITION,
  // Names.
  NEAR_DUPLICATE_NAME,
  MIXED_STYLE,
  VAGUE_NAME,
  // What documents tell lint.
  EXPIRED_SKIP,
  UNMATCHED_SKIP,
];
