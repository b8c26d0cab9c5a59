import { secretView } from "../../api-keys/key-views.ts";
import { limitsFrom } from "../../api-keys/limits.ts";
import { newSecret } from "../../api-keys/secret.ts";
import { nameFlag, patternsFlag, timeFlag } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import { wrong } from "../../errors.ts";
import type { View } from "../../output/render.ts";
import { creatingKey } from "../../policy/edit/api-keys.ts";
import { windowOf } from "../../policy/model/times.ts";

export default class ApiKeyCreate extends WritingCommand<typeof ApiKeyCreate> {
  static override summary = "Make a key by which a program is somebody to the service";
  static override description =
    "The secret is printed once, alone on stdout, and only its SHA-256 is kept. A key may never do more than its " +
    "principal may at that moment. With --right it is used for no other rights than these; a pattern is quoted.";
  static override examples = [
    "<%= config.bin %> api-key create --principal ci-bot --for 90d",
    "<%= config.bin %> api-key create --principal web --right rbac:read --reason 'the web shop'",
    "<%= config.bin %> api-key create --principal ci-bot --until 2027-06-30 > ci-bot.key",
  ];
  static override flags = {
    principal: nameFlag("whose key it is: a user (needed)", "USER"),
    right: patternsFlag("what it may be used for, such as rbac:read (repeatable); all when left out"),
    until: timeFlag("when it ends", "TIME"),
    for: timeFlag("how long it lasts, such as 90d", "DURATION", { exclusive: ["until"] }),
  };
  static override changesPolicy = false; // A plan would keep the digest of a secret that nobody was told.

  protected async answer({ flags, now }: CommandInput<typeof ApiKeyCreate>): Promise<View> {
    const { principal: user, right = [] } = flags;
    if (user === undefined) throw wrong("ARGUMENT_MISSING", "say whose key it is: --principal USER");
    const { until } = windowOf(flags, now);
    const rights = limitsFrom(right);
    const { id, digest, text } = newSecret();
    const written = await this.change(creatingKey({ id, user, digest, rights, until }, now));
    return secretView(written, this.dryRun ? null : text);
  }
}
