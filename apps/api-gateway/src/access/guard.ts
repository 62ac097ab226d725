import { type Clock, ConfigError, type Logger } from '#service-shell';
import type { ApiGatewayConfig } from '../api-gateway-config.ts';
import type { Fleet } from '../fleet.ts';
import { AuditLog } from './audit-log.ts';
import { DecisionAudit } from './decision-audit.ts';
import { Gate } from './gate.ts';
import { PolicySource } from './policy-source.ts';
import type { RoutesOf } from './tenant-desk.ts';

type GuardDeps = {
  readonly config: Pick<ApiGatewayConfig, 'policy' | 'auditLog' | 'auditReads' | 'supervisorToken'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instance: string;
};

/** The policy of a gateway, its audit, and a gate for each table of routes. */
export class Guard {
  readonly gates: readonly Gate[];
  readonly #source: PolicySource;
  readonly #audit: AuditLog | undefined;

  /** `undefined` without a policy. Rejects with ConfigError when the policy or the audit log cannot be used. */
  static async open(
    { config, clock, logger, instance }: GuardDeps,
    fleet: Fleet,
    tables: readonly RoutesOf[],
  ): Promise<Guard | undefined> {
    const { policy: path, auditLog, auditReads, supervisorToken } = config;
    if (path === undefined && auditLog !== undefined)
      throw new ConfigError(['BALEEN_AUDIT_LOG tells of the decisions of a policy: give one in BALEEN_POLICY']);
    if (path === undefined) return undefined;
    const log =
      auditLog === undefined
        ? undefined
        : await AuditLog.open(auditLog, { gateway: instance, includesReads: auditReads, logger });
    const audit = new DecisionAudit(log, clock);
    const gates = tables.map((routesOf) => new Gate({ fleet, routesOf, audit, supervisorToken }));
    const onChange: ConstructorParameters<typeof PolicySource>[1]['onChange'] = (policy) => {
      for (const gate of gates) gate.enforce(policy);
    };
    return new Guard(gates, new PolicySource(path, { clock, logger, onChange, standing: fleet.policy }), log);
  }

  private constructor(gates: readonly Gate[], source: PolicySource, audit: AuditLog | undefined) {
    this.gates = gates;
    this.#source = source;
    this.#audit = audit;
  }

  async close(): Promise<void> {
    this.#source.stop();
    await this.#audit?.close();
  }
}
