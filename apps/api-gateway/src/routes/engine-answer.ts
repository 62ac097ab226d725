import type { EngineAnswer } from '#contracts';
import type { Exchange } from '../http/exchange.ts';

/** Passes a daemon's answer on: its status, its body as it came, its content type. */
export function respondAnswer(exchange: Exchange, answer: EngineAnswer): void {
  const type = answer.headers['content-type'];
  const body = answer.body === '' ? undefined : Buffer.from(answer.body);
  exchange.respond(answer.status, body, type === undefined ? {} : { 'Content-Type': type });
}

/** True for a 2xx or 304: the engine did it, or had nothing to do. */
export function isDone(status: number): boolean {
  return (status >= 200 && status < 300) || status === 304;
}

/** `?query` to append to a path; empty without one. */
export function querySuffix(query: URLSearchParams | string): string {
  const text = String(query);
  return text === '' ? '' : `?${text}`;
}
