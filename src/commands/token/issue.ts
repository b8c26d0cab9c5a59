import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { countFlag, nameArg, ON, wordFlag } from "../../cli/flags/shared-flags.ts";
import { audience, KEY_FILE, keyPlace, TOKEN_FLAGS } from "../../cli/flags/token-flags.ts";
import type { View } from "../../output/render.ts";
import { issueToken } from "../../tokens/issue-token.ts";
import { CLAIM_KINDS } from "../../tokens/issued-claims.ts";
import { keptKeys } from "../../tokens/kept-keys.ts";
import { tokenSource } from "../../tokens/token-source.ts";
import { issuedView } from "../../tokens/token-views.ts";

export default class TokenIssue extends RbacCommand<typeof TokenIssue> {
  static override summary = "Issue a token that says who somebody is, and which roles they hold";
  static override description =
    "An access token by RFC 9068. Whether they are who they say must have been checked: this asks no password. A " +
    "list of permissions leaves out what holds for owners, under conditions, or not everywhere below the scope.";
  static override examples = [
    "<%= config.bin %> token issue alice --aud https://api.example",
    "<%= config.bin %> token issue alice --aud billing --for 5m --on acme --claims permissions",
  ];
  static override args = { user: nameArg("whose token it is") };
  static override flags = {
    ...TOKEN_FLAGS,
    for: wordFlag("how long it lives: 15m when left out, 24h at most", "DURATION"),
    on: ON,
    claims: Flags.option({ description: "what it says of rights", options: CLAIM_KINDS, default: CLAIM_KINDS[0] })(),
    "client-id": wordFlag("the client that it is issued to; rbac when left out", "ID"),
    email: Flags.boolean({ description: "say the email of the user, too" }),
    "max-bytes": countFlag("how long it may be; 4096 when left out, as cookies are cut there"),
    ...KEY_FILE,
  };

  protected async answer({ args: { user }, flags, now, open }: CommandInput<typeof TokenIssue>): Promise<View> {
    const [wished, keys] = [{ ...flags, aud: audience(flags) }, keptKeys(await keyPlace(this.url, flags, this.shell))];
    const database = await open();
    await database.needUser(user);
    const source = await database.read((reading) => tokenSource(reading, { user, on: flags.on ?? null, now }));
    return issuedView(await issueToken(source, wished, keys, now));
  }
}
