import { requestText } from './http-connection.ts';
import type { MovingConnection } from './moving-connection.ts';

const settings = {
  Cmd: ['sleep', '86400'],
  Labels: { 'com.example.stack': 'bench' },
  HostConfig: { Memory: 64 * 1024 ** 2 },
};

/** Resolves with its id. */
export async function createAndStart(connection: MovingConnection, image: string, name: string): Promise<string> {
  const created = await told(connection, 201, 'POST', `/containers/create?name=${name}`, { Image: image, ...settings });
  const id = /"Id": *"(\w+)"/.exec(created)?.[1];
  if (id === undefined) throw new Error(`create: no id in ${created}`);
  await told(connection, 204, 'POST', `/containers/${id}/start`);
  return id;
}

export async function remove(connection: MovingConnection, id: string): Promise<void> {
  await told(connection, 204, 'DELETE', `/containers/${id}?force=1`);
}

/** The body of an answer that must have this status. */
export async function told(
  connection: MovingConnection,
  status: number,
  method: string,
  path: string,
  body?: unknown,
): Promise<string> {
  const answer = await connection.ask(requestText(method, path, body));
  if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  return answer.body;
}
