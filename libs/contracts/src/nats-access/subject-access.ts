import { agentAddress } from '../records/agent-record.ts';
import { engineKey, subjects } from '../subjects.ts';
import type { Party, ServiceParty } from './parties.ts';

type Grants = Partial<Record<Party, readonly string[]>>;

/** Who may send under a subject, and who may listen there: patterns relative to the cluster's prefix. Reading records is a right on the log, not on subjects. */
export type Access = { readonly publishes: Grants; readonly subscribes: Grants };

/** nats-server puts the name in the credentials here (a template of a scoped signing key): the agent's ID. */
const ownKey = `${engineKey(agentAddress(''))}{{name()}}`;

const nobody: Access = { publishes: {}, subscribes: {} };

/** The one place that says what a party may do; docs/subjects.md and the permissions in the credentials are made from it. */
export const subjectAccess: Readonly<Record<keyof typeof subjects, Access>> = {
  member: writes(subjects.member('*'), 'discovery'),
  token: writes(subjects.token('*'), 'api-gateway'),
  roster: writes('roster.*.*', 'api-gateway'),
  // Written by monitors for agents; a gateway removes what docker node rm names.
  agent: writes(subjects.agent('*'), 'engine-monitor', 'api-gateway'),
  daemon: writes('daemon.*', 'engine-monitor'),
  engineInfo: writes(subjects.engineInfo('*'), 'engine-monitor'),
  container: writes(subjects.container('*', '*'), 'engine-monitor'),
  image: writes('engine.*.image.*', 'engine-monitor'),
  network: writes(subjects.network('*', '*'), 'engine-monitor'),
  volume: writes('engine.*.volume.*', 'engine-monitor'),
  batch: writes(subjects.batchAll('*'), 'engine-monitor'),
  batchAll: nobody,
  engineAll: nobody,
  lease: {
    publishes: {
      discovery: [subjects.lease('discovery')],
      'engine-monitor': [subjects.lease('monitor.*'), subjects.lease('engine.*')],
      scheduler: [subjects.lease('scheduler')],
      'api-gateway': [subjects.lease('gateway.*')],
    },
    subscribes: {},
  },
  reservation: writes('reservation.*', 'scheduler'),
  decision: writes('decision.*', 'scheduler'),
  decided: {
    publishes: { scheduler: [subjects.decided()] },
    subscribes: { 'api-gateway': [subjects.decided()] },
  },
  leads: {
    publishes: { scheduler: [subjects.leads()] },
    subscribes: { 'api-gateway': [subjects.leads()] },
  },
  replacement: writes(subjects.replacement('*'), 'scheduler'),
  orderKey: writes(subjects.orderKey(), 'scheduler', 'api-gateway'),
  node: writes(subjects.node('*'), 'scheduler'),
  barrier: writes('barrier.*', 'discovery', 'scheduler', 'api-gateway', 'operator'),
  event: {
    publishes: { 'engine-monitor': [subjects.event('*')], agent: [subjects.event(ownKey)] },
    subscribes: { 'api-gateway': [subjects.event('*')] },
  },
  settled: {
    publishes: { 'engine-monitor': [subjects.settled('*')], agent: [subjects.settled(ownKey)] },
    subscribes: { 'api-gateway': [subjects.settled('*')] },
  },
  schedulerCommand: {
    publishes: { 'api-gateway': [subjects.schedulerCommand('*')] },
    subscribes: { scheduler: [subjects.schedulerCommand('*')] },
  },
  engineCommand: {
    publishes: { 'api-gateway': [subjects.engineCommand('*', '*')], scheduler: [subjects.engineCommand('*', '*')] },
    subscribes: { 'engine-monitor': [subjects.engineCommand('*', '*')], agent: [subjects.engineCommand(ownKey, '*')] },
  },
  gatewayCommand: {
    publishes: { 'api-gateway': ['cmd.gateway.*.*'] },
    subscribes: { 'api-gateway': ['cmd.gateway.*.*'] },
  },
  tunnelOpen: {
    publishes: { 'api-gateway': [subjects.tunnelOpen('*')] },
    subscribes: { agent: [subjects.tunnelOpen(ownKey)] },
  },
  tunnelUp: {
    publishes: { 'api-gateway': [subjects.tunnelUp('*', '*')] },
    subscribes: { agent: [subjects.tunnelUp(ownKey, '*')] },
  },
  tunnelDown: {
    publishes: { agent: [subjects.tunnelDown(ownKey, '*')] },
    subscribes: { 'api-gateway': [subjects.tunnelDown('*', '*')] },
  },
  door: {
    publishes: { agent: [subjects.door(ownKey, '*', '>')] },
    subscribes: { 'engine-monitor': [subjects.door('*', '*', '>')] },
  },
};

/** A record: published into the log. Nobody subscribes to it outside the log. */
function writes(pattern: string, ...writers: readonly ServiceParty[]): Access {
  return { publishes: Object.fromEntries(writers.map((party) => [party, [pattern]])), subscribes: {} };
}
