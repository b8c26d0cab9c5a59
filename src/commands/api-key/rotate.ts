import { parseKeyId } from "../../api-keys/key-id.ts";
import { secretView } from "../../api-keys/key-views.ts";
import { newSecret } from "../../api-keys/secret.ts";
import { requiredArg, timeFlag } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { rotatingKey } from "../../policy/edit/api-keys.ts";
import { windowOf } from "../../policy/model/times.ts";

export default class ApiKeyRotate extends WritingCommand<typeof ApiKeyRotate> {
  static override summary = "Give an API key another secret";
  static override description =
    "Its id, rights and end stay. The secret before ends at once, or when --overlap is over, so that a program can " +
    "be given the new one without a gap. Of several rotations only the last secret before still counts.";
  static override examples = [
    "<%= config.bin %> api-key rotate k4yq7w2mzt5a --overlap 1h",
    "<%= config.bin %> api-key rotate k4yq7w2mzt5a --reason 'it was in a log'",
  ];
  static override args = { id: requiredArg(parseKeyId)("the id of the key, as list shows it") };
  static override flags = { overlap: timeFlag("how long the secret before still counts, such as 1h", "DURATION") };
  static override changesPolicy = false; // A plan would keep the digest of a secret that nobody was told.

  protected async answer({ args: { id }, flags, now }: CommandInput<typeof ApiKeyRotate>): Promise<View> {
    const { until: overlap } = windowOf({ ...(flags.overlap !== undefined && { for: flags.overlap }) }, now);
    const { digest, text } = newSecret(id);
    const written = await this.change(rotatingKey({ id, digest, overlap }, now));
    return secretView(written, this.dryRun ? null : text);
  }
}
