import { agentOf, type FleetNode } from '#contracts';
import type { TokenStanding } from '#nats-keys';
import { type Finding, problem, warning } from './finding.ts';

/** The keys that sign the fleet's join tokens, where the operator named them. */
export type TokenKeys = {
  /** As it was given: `--nats-dir DIR` or `--keys DIR`. */
  readonly flag: string;
  readonly standingOf: (agent: string) => TokenStanding;
};

/** Time to renew a token on a working day, holidays included. */
const expiryWarningMs = 21 * 24 * 60 * 60_000;

/** What is wrong with the agent of an engine, or with its token; empty for an engine that is dialled. */
export function ofAgent(node: FleetNode, keys: TokenKeys | undefined, nowMs: number): Finding[] {
  const agent = agentOf(node.address);
  if (agent === undefined) return [];
  const standing = keys?.standingOf(agent);
  if (node.state === 'disconnected') return [away(node, agent, keys, standing)];
  if (standing?.state !== 'good' || standing.atMs - nowMs > expiryWarningMs) return [];
  return [
    warning(
      `${nameOf(node, agent)}: the join token of its agent (${agent}) expires at ${when(standing.atMs)}`,
      `renew it: ${newToken(agent, keys)}`,
    ),
  ];
}

/** Only its agent reaches it, so that no monitor, and nothing on the fleet's machine, can do anything about it. */
function away(node: FleetNode, agent: string, keys: TokenKeys | undefined, standing: TokenStanding | undefined): Finding {
  const { name, agentHost } = node;
  const host = agentHost === undefined ? 'its host' : `host ${agentHost}`;
  const isElsewhere = agentHost !== undefined && name !== '' && agentHost !== name;
  const elsewhere = isElsewhere ? ` (where it ran last; the daemon is on ${name})` : '';
  const since = node.sinceMs === undefined ? '' : ` since ${when(node.sinceMs)}`;
  const what = `${nameOf(node, agent)} is disconnected: its agent on ${host}${elsewhere} does not answer${since}`;
  const start = `start the agent on ${host} again (baleen join --token FILE)`;
  const rejoin = `${newToken(agent, keys)}; if no agent runs there, ${start}; docker node rm forgets the engine`;
  switch (standing?.state) {
    case 'revoked':
      return problem(`${what}; its join token (${agent}) was revoked at ${when(standing.atMs)}`, `to take it back: ${rejoin}`);
    case 'expired':
      return problem(`${what}; its join token (${agent}) expired at ${when(standing.atMs)}`, rejoin);
    case 'forgotten':
      return problem(`${what}; its join token (${agent}) expired long ago, or other keys signed it`, rejoin);
    case 'good':
      return problem(
        `${what}; its join token (${agent}) is good until ${when(standing.atMs)}`,
        `${start}, and check its machine and its way to NATS`,
      );
    case undefined:
      return problem(
        `${what}; its join token is that of agent ${agent}`,
        `${start}; its log says so if the cluster refuses its token (revoked or expired), and so does baleen doctor with --nats-dir or --keys: then ${newToken(agent, keys)}`,
      );
  }
}

function newToken(agent: string, keys: TokenKeys | undefined): string {
  const flag = keys?.flag ?? '--nats-dir DIR';
  return `make a new token (baleen join-token ${flag} --id ${agent} > FILE) and put it there in the place of the old one`;
}

function nameOf({ name }: FleetNode, agent: string): string {
  return name === '' ? `the engine of agent ${agent}` : name;
}

function when(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, -5)}Z`;
}
