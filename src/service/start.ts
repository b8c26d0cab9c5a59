/** Starts the server of one database. */
import type { AddressInfo } from "node:net";
import { RbacError } from "../errors.ts";
import type { Compiled, DecisionLogOptions, Rbac } from "../index.ts";
import type { Soon } from "../web/soon.ts";
import type { Answering } from "./answering.ts";
import { appOf } from "./app.ts";
import { FollowedDatabase } from "./followed-database.ts";
import type { Callers } from "./http/callers.ts";
import type { Route } from "./http/route.ts";
import type { Administering, Serving } from "./http/serving.ts";
import { type ListenAddress, readAddress, unusable, urlOf } from "./listening/address.ts";
import { drained } from "./listening/ending.ts";
import { readPublicUrl, requireSafe } from "./listening/exposure.ts";
import { type App, listenersOf } from "./listening/listener.ts";
import { nodeServer } from "./listening/node-server.ts";
import { OpenConnections } from "./listening/open-connections.ts";
import { OpenStreams } from "./listening/open-streams.ts";
import { PeerCertificates } from "./listening/peer-certificates.ts";
import { readTls, type TlsFiles } from "./listening/tls.ts";
import { AccessLog, type LinesOut } from "./operations/access-log.ts";
import { Metrics } from "./operations/metrics.ts";
import { operationRoutes } from "./operations/operation-routes.ts";
import { Troubles } from "./troubles.ts";

export interface ServiceOptions {
  /** The path or the URL of the database. */
  readonly database: string;
  /** `HOST:PORT`; port 0 takes a free one. */
  readonly listen: string;
  readonly tls?: TlsFiles | undefined;
  /** Where others reach the server: through a proxy that has TLS. */
  readonly publicUrl?: string | undefined;
  /** Whether the policy may be changed by callers with the rights. */
  readonly isAdministered: boolean;
  /** In bytes. */
  readonly maxBody: number;
  /** The most questions of one request. */
  readonly maxEvaluations: number;
  /** Milliseconds within which a request must have come, and within which it is answered. */
  readonly timeout: number;
  /** Milliseconds within which readers of answers that go on must take what was written; 30 s where left out. */
  readonly patience?: number | undefined;
  /** Milliseconds that answers may take once the server ends. */
  readonly drain: number;
  readonly decisions?: DecisionLogOptions | undefined;
  readonly accessLog?: LinesOut | undefined;
  readonly version: string;
  /** The routes besides those of its operation. */
  routes(serving: Serving, administering: Administering | undefined): Soon<readonly Route[]>;
  callers(policy: Compiled): Promise<Callers>;
  /** Whether anybody can say who they are. */
  hasCallers(policy: Compiled): Promise<boolean>;
  /** Writes a line for whoever runs the server. */
  say(line: string): void;
}

export interface Service {
  /** Where it listens. */
  readonly url: string;
  /** Reads the files of certificates again. */
  reload(): void;
  /** Answers what is on its way, and closes everything. @returns how many connections were cut off */
  end(): Promise<number>;
}

/**
 * Listens once the policy is compiled.
 * @throws RbacError `ADDRESS_UNUSABLE`, `CERTIFICATE_INVALID` (exit 2), `SERVER_EXPOSED` (exit 3), and as `open` does
 */
export async function start(options: ServiceOptions): Promise<Service> {
  const where = await readAddress(options.listen);
  const { tls, timeout } = options;
  const publicUrl = readPublicUrl(options.publicUrl);
  let context = tls && readTls(tls);
  const metrics = new Metrics();
  const troubles = new Troubles(options.say);
  const certificates = new PeerCertificates();
  const open = new OpenConnections();
  const streams = new OpenStreams(options.patience);
  const log = options.accessLog && new AccessLog(options.accessLog, () => metrics.unloggedRequest());
  let isEnding = false;
  const answering = (callers: Callers): Answering => ({
    callers,
    opensLocally: where.isLoopback && publicUrl === undefined,
    timeout,
    requireDatabase: () => database.requireThere(),
    ended: (answered) => {
      metrics.answered(answered);
      log?.add(answered, new Date());
    },
    trouble: (error, id) => troubles.tell(error, id),
    certificateOf: ({ socket }) => certificates.of(socket),
    streams,
  });
  const make = async (policy: Compiled, rbac: Rbac | undefined): Promise<App> => {
    const callers = await options.callers(policy);
    const { maxEvaluations } = options;
    const serving = { policy, counts: metrics, maxEvaluations };
    const followed = { look: () => database.look(), isReplaced: () => database.policy !== policy };
    const served = await options.routes(serving, rbac && { ...serving, ...followed, rbac, callers });
    const all: readonly Route[] = [
      ...served,
      ...operationRoutes({
        metrics,
        version: options.version,
        publicUrl,
        look: () => database.look(),
        unloggedDecisions: () => database.unloggedDecisions,
        eventListeners: () => streams.count,
        isEnding: () => isEnding,
        routes: () => all,
      }),
    ];
    return appOf(all, answering(callers));
  };
  const database = await openedFor(options, make, where, troubles);
  const listeners = listenersOf({
    app: () => database.made,
    together: (answer) => database.together(answer),
    maxBody: options.maxBody,
    closesBehind: ({ socket }) => isEnding || certificates.hasLapsed(socket),
  });
  const server = nodeServer(listeners, { timeout, tls: context, certificates, open });
  try {
    await listenOn(server, where);
  } catch (error) {
    await database.close();
    log?.close();
    throw error;
  }
  return {
    url: urlOf(tls ? "https" : "http", where.address, (server.address() as AddressInfo).port),
    reload: () => {
      if (!tls || !("setSecureContext" in server)) return;
      try {
        const read = readTls(tls);
        server.setSecureContext(read);
        if (read.ca && context?.ca && !read.ca.equals(context.ca)) certificates.forget();
        context = read;
        options.say("the certificate was read again");
      } catch (error) {
        options.say(`${error instanceof RbacError ? error.message : error}; the former certificate stays`);
      }
    },
    end: async () => {
      isEnding = true;
      streams.endAll();
      const cut = await drained(server, open, options.drain);
      await database.close();
      log?.close();
      return cut;
    },
  };
}

/** The open database of a server that may listen. */
async function openedFor(
  { database: url, decisions, isAdministered, tls, publicUrl, hasCallers }: ServiceOptions,
  make: (policy: Compiled, rbac: Rbac | undefined) => Promise<App>,
  { isLoopback }: ListenAddress,
  troubles: Troubles,
): Promise<FollowedDatabase<App>> {
  const exposed = { isLoopback, hasTls: tls !== undefined, isBehindTls: publicUrl !== undefined };
  return FollowedDatabase.open({
    url,
    decisions,
    isAdministered,
    make: async (policy, rbac) => {
      await requireSafe({ ...exposed, hasCallers: () => hasCallers(policy) });
      return make(policy, rbac);
    },
    trouble: (error) => troubles.tell(error),
  });
}

function listenOn(server: ReturnType<typeof nodeServer>, where: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(error instanceof RbacError ? error : unusable(where, error));
    server.once("error", fail);
    server.listen({ port: where.port, host: where.address }, () => {
      server.off("error", fail);
      resolve();
    });
  });
}
