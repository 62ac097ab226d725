import type { ServerResponse } from 'node:http';
import { apiVersion, serverVersion } from '../render/daemon-documents.ts';

/** A whole answer. */
export type Reply = {
  readonly status: number;
  readonly body?: string | Buffer;
  /** Of the body; JSON unless said otherwise. */
  readonly type?: string;
  /** Further fields, names and values in turn. */
  readonly fields?: readonly string[];
  /** What it says of who answers: `daemon` (default), `version` without what is only known once a version is agreed on, or `nothing`. */
  readonly says?: 'daemon' | 'version' | 'nothing';
};

export const jsonType = 'application/json';
export const serverName = `Docker/${serverVersion} (linux)`;
const before: readonly string[] = ['Api-Version', apiVersion];
const after: readonly string[] = ['Ostype', 'linux', 'Server', serverName];

/** With the newline that Go's encoder puts behind a document. */
export function json(value: unknown, status = 200): Reply {
  return { status, body: `${JSON.stringify(value)}\n` };
}

export const noContent: Reply = { status: 204 };

/** 304: it is as asked for already. */
export const notModified: Reply = { status: 304 };

export const emptyOk: Reply = { status: 200, body: '', type: '' };

export function refusal(status: number, message: string): Reply {
  return json({ message }, status);
}

/** What there is no route for. */
export const pageNotFound: Reply = { ...refusal(404, 'page not found'), says: 'nothing' };

/** Fields of an answer in a daemon's order, names and values in turn; an empty type = none is said. */
export function headFields({ type = jsonType, fields = [], says = 'daemon' }: Omit<Reply, 'status' | 'body'>): string[] {
  const typed = type === '' ? [] : ['Content-Type', type];
  if (says === 'nothing') return [...typed, ...fields];
  const experimental = says === 'daemon' ? ['Docker-Experimental', 'false'] : [];
  return [...before, ...typed, ...experimental, ...after, ...fields];
}

export function send(response: ServerResponse, reply: Reply): void {
  const { status, body, fields = [] } = reply;
  // Daemons do not say that they keep a connection.
  response.removeHeader('connection');
  if (body === undefined) {
    response.writeHead(status, headFields({ ...reply, type: '' })).end();
    return;
  }
  const length = String(typeof body === 'string' ? Buffer.byteLength(body) : body.length);
  // Node sends a text and the head in one piece, bytes and the head in two.
  response.writeHead(status, headFields({ ...reply, fields: [...fields, 'Content-Length', length] })).end(body);
}

/** Begins an answer whose length is not known, and sends its head at once. */
export function begin(response: ServerResponse, type: string, fields: readonly string[] = []): void {
  response.removeHeader('connection');
  response.writeHead(200, headFields({ type, fields }));
  response.flushHeaders();
}
