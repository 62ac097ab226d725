import { decode } from '@nats-io/jwt';

/** Part of nats-server's configuration: whom it trusts, and where it keeps accounts' claims that are pushed to it. */
export type ServerTrust = {
  readonly operator: string;
  readonly system_account: string;
  /** Each server of a cluster has one of its own and they tell each other. */
  readonly resolver: { readonly type: 'full'; readonly dir: string; readonly allow_delete: false; readonly interval: string };
  /** What it knows before anybody has pushed anything. */
  readonly resolver_preload: Readonly<Record<string, string>>;
};

export function serverTrust(
  claims: { readonly operator: string; readonly system: string; readonly fleet: string },
  accountsDir: string,
): ServerTrust {
  const systemKey = decode(claims.system).sub;
  return {
    operator: claims.operator,
    system_account: systemKey,
    resolver: { type: 'full', dir: accountsDir, allow_delete: false, interval: '2m' },
    resolver_preload: { [systemKey]: claims.system, [decode(claims.fleet).sub]: claims.fleet },
  };
}
