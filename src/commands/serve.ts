import { type CommandInput, RbacCommand } from "../cli/base-command.ts";
import { AUTHZEN_FLAGS, mappingOf } from "../cli/flags/authzen-flags.ts";
import { decisionLogOf, limitsOf, listeningOf, SERVE_FLAGS } from "../cli/flags/serve-flags.ts";
import { TRUST_FLAGS, trustOf } from "../cli/flags/trust-flags.ts";
import { cutOffNotices, listeningText } from "../cli/listening-text.ts";
import type { RawText } from "../output/render.ts";
import { assembled } from "../service/assembled.ts";
import { accessLogInto } from "../service/logs.ts";
import { start } from "../service/start.ts";

export default class Serve extends RbacCommand<typeof Serve> {
  static override summary = "Answer questions over HTTP, for callers who are known";
  static override description =
    "Whoever calls says who they are by an API key, a token or a certificate; on this machine decisions are answered " +
    "without. It ends by SIGTERM or an interrupt once it has answered; SIGHUP reads certificates and opens logs again.";
  static override examples = [
    "<%= config.bin %> serve --listen 127.0.0.1:0 --json --log decisions.ndjson",
    "<%= config.bin %> serve --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem",
  ];
  static override flags = { ...SERVE_FLAGS, ...TRUST_FLAGS, ...AUTHZEN_FLAGS };

  protected async answer({ flags }: CommandInput<typeof Serve>): Promise<RawText> {
    const { stdout, stderr } = this.shell;
    const place = listeningOf(flags);
    const parts = { authzen: await mappingOf(flags), tokens: trustOf(flags), tls: place.tls };
    const service = await start({
      ...{ ...limitsOf(flags), ...place, ...assembled(parts), database: this.url, version: this.config.version },
      decisions: decisionLogOf(flags),
      accessLog: accessLogInto(flags["access-log"], (text, done) => stdout.write(text, done)),
      say: (line) => stderr.write(`rbac: ${line}\n`),
    });
    const askedToEnd = this.shell.askedToEnd(() => service.reload());
    const text = await listeningText(service.url, flags.json, flags.format);
    if (text !== undefined) stdout.write(text);
    else if (!flags.quiet) stderr.write(`listening on ${service.url}\n`);
    await askedToEnd;
    const cut = await service.end();
    return { raw: "", notices: cutOffNotices(cut) };
  }
}
