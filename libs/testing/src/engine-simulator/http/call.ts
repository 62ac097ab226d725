import type { IncomingMessage } from 'node:http';
import { apiVersion, minApiVersion } from '../render/daemon-documents.ts';
import { type Reply, refusal } from './reply.ts';
import { shapeOf } from './route-shape.ts';

/** A request as routes read it. */
export type Call = {
  /** `GET /containers/{id}/json` */
  readonly route: string;
  /** What stands for `{id}`, decoded; empty without one. */
  readonly reference: string;
  readonly query: URLSearchParams;
  /** Empty where the route takes none, or reads it as a stream. */
  readonly body: string;
};

export function readCall({ method = '', url = '' }: Pick<IncomingMessage, 'method' | 'url'>): Call {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const { shape, reference } = shapeOf(withoutVersion(path));
  const query = new URLSearchParams(mark < 0 ? undefined : url.slice(mark + 1));
  return { route: `${method} ${shape}`, reference, query, body: '' };
}

const versionShape = /^\/v(\d+)\.(\d+)(?=\/)/;

function withoutVersion(path: string): string {
  return path.replace(versionShape, '');
}

/** What a daemon of this release says of a version of the API that it does not speak; `undefined` = it speaks it. */
export function versionRefusal(url: string): Reply | undefined {
  const said = versionShape.exec(url);
  if (said === null) return undefined;
  const [, major = '', minor = ''] = said;
  const version = `${major}.${minor}`;
  if (numberOf(version) > numberOf(apiVersion)) {
    const message = `client version ${version} is too new. Maximum supported API version is ${apiVersion}`;
    return { ...refusal(400, message), says: 'version' };
  }
  if (numberOf(version) >= numberOf(minApiVersion)) return undefined;
  const message = `client version ${version} is too old. Minimum supported API version is ${minApiVersion}, please upgrade your client to a newer version\n`;
  return { status: 400, body: message, type: 'text/plain; charset=utf-8', says: 'version' };
}

function numberOf(version: string): number {
  const [major = '', minor = ''] = version.split('.');
  return Number(major) * 1_000 + Number(minor);
}

/** `1`, `true` and the like; absent and `0` are no. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)?.toLowerCase();
  return value !== undefined && value !== '' && value !== '0' && value !== 'false' && value !== 'no' && value !== 'none';
}
