import { expect, it, onTestFinished } from 'vitest';
import { RelayStage } from '../relay/relay-stage.builders.ts';

const own = 'Content-Type: text/html\r\nContent-Security-Policy: script-src *\r\nX-Content-Type-Options: none\r\n';
const page = '<script>fetch("/containers/create")</script>';

it.each([
  ['passed on parsed', 'top'],
  ['passed on as they come', 'export'],
  ['of a stream', 'logs?stdout=1'],
])('answers of an engine %s are no pages of the gateway’s origin, whatever they say', async (_, path) => {
  const stage = await RelayStage.open();
  onTestFinished(() => stage.close());
  const [browser, client] = [await stage.client(), await stage.client()];
  for (const [at, asking, accept] of [
    [0, browser, 'Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n'],
    [1, client, 'Accept: application/json\r\n'],
  ] as const) {
    asking.send(`GET /containers/c1/${path} HTTP/1.1\r\nHost: localhost\r\n${accept}\r\n`);
    const daemon = await stage.engine.peer(at);
    daemon.send(`HTTP/1.1 200 OK\r\n${own}Content-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`);
    daemon.socket.end();
    await asking.has(page);
  }
  // Of several policies browsers keep all, of several words on types the first.
  expect(browser.received).toMatch(/^content-security-policy: default-src 'none'; sandbox\r$/im);
  expect(/^x-content-type-options: (.*)\r$/im.exec(browser.received)?.[1]).toBe('nosniff');
  expect(client.received).not.toContain('sandbox');
});

it('what the gateway says itself is none either', async () => {
  const stage = await RelayStage.open();
  onTestFinished(() => stage.close());
  const browser = await stage.client();
  browser.send('GET /<script> HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n');
  await browser.has('page not found');
  expect(browser.received.toLowerCase()).toContain("content-security-policy: default-src 'none'; sandbox\r\n");
});
