import { render } from 'preact';
import { followContainers } from './containers/container-list.ts';
import { followFeed } from './feed/follow-feed.ts';
import { listenToKeys } from './page/keys.ts';
import { Page } from './page/page.tsx';
import { browserMs, onLost, onMessage, onSession } from './page/store.ts';
import { hideDecision } from './placements/decision.ts';
import './styles/tokens.css';
import './styles/page.css';
import './styles/engines.css';
import './styles/panels.css';

const root = document.getElementById('page');
if (root === null) throw new Error('the page has no element for its content');
render(<Page />, root);
followFeed({
  onMessage,
  onLost,
  onSession: () => {
    hideDecision();
    onSession();
  },
});
followContainers();
listenToKeys();
setInterval(() => {
  if (!document.hidden) browserMs.value = Date.now();
}, 1_000);
