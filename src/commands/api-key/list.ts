import { apiKeysView } from "../../api-keys/key-views.ts";
import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { nameFlag } from "../../cli/flags/shared-flags.ts";
import { apiKeys } from "../../database/api-keys.ts";
import type { View } from "../../output/render.ts";

export default class ApiKeyList extends RbacCommand<typeof ApiKeyList> {
  static override summary = "List API keys, also those that have ended";
  static override description =
    "A key is active, rotating (the secret before still counts) or ended. Neither secrets nor their digests are shown.";
  static override examples = ["<%= config.bin %> api-key list", "<%= config.bin %> api-key list --user ci-bot --json"];
  static override flags = { user: nameFlag("only the keys of this user", "USER") };

  protected async answer({ flags, now, open }: CommandInput<typeof ApiKeyList>): Promise<View> {
    return apiKeysView(await apiKeys(await open(), flags.user), now);
  }
}
