import type { FeedMessage } from '#contracts';

/** A gateway that refuses, or is being started again, is asked anew after so long, ms; a broken connection the browser mends by itself. */
const retryMs = 2_000;

/** Listens to the gateway for as long as the page lives. */
export function followFeed(onMessage: (message: FeedMessage) => void, onLost: () => void): void {
  const source = new EventSource('/baleen/dashboard/feed');
  source.addEventListener('message', ({ data }: MessageEvent<string>) => onMessage(JSON.parse(data) as FeedMessage));
  source.addEventListener('error', () => {
    onLost();
    if (source.readyState === EventSource.CLOSED) setTimeout(() => followFeed(onMessage, onLost), retryMs);
  });
}
