import { parseKeyId } from "../../api-keys/key-id.ts";
import { requiredArgs } from "../../cli/flags/shared-flags.ts";
import { type CommandInput, WritingCommand } from "../../cli/writing/writing-command.ts";
import type { View } from "../../output/render.ts";
import { revokingKeys } from "../../policy/edit/api-keys.ts";

export default class ApiKeyRevoke extends WritingCommand<typeof ApiKeyRevoke> {
  static override summary = "End API keys for good";
  static override description =
    "The next request that presents one of them is refused. Nothing brings a key back, undo neither: make a new one.";
  static override examples = [
    "<%= config.bin %> api-key revoke k4yq7w2mzt5a",
    "<%= config.bin %> api-key revoke k4yq7w2mzt5a 7bq2mzt5ak4y --reason 'the laptop was stolen'",
  ];
  static override args = { ids: requiredArgs(parseKeyId)("the ids of the keys, as list shows them") };

  protected async answer({ args }: CommandInput<typeof ApiKeyRevoke>): Promise<View> {
    return this.change(revokingKeys(args.ids));
  }
}
