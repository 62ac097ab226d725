import type { Welcome } from '#contracts';
import type { Connection } from '../feed/page-state.ts';
import { hasToken, signInReason, signOut } from '../sign-in/session.ts';
import { nextTheme, theme } from '../theme/theme.ts';
import { fleet } from './store.ts';

const connectionTexts: Readonly<Record<Connection, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Gateway lost',
};

/** Whose page this is, and whether it is live. */
export function PageHeader() {
  const { gateway, connection } = fleet.value;
  const isAsked = signInReason.value !== undefined;
  return (
    <header class="page">
      <a class="skip" href="#content">
        Skip to the engines
      </a>
      <h1>
        <Mark /> Baleen
      </h1>
      {gateway !== undefined && (
        <p>
          <b>{gateway.cluster}</b> <span class="quiet">at {gateway.gateway}</span>
        </p>
      )}
      <div class="session">
        {!isAsked && (
          <p class={`connection ${connection}`}>
            <i aria-hidden="true" /> {connectionTexts[connection]}
          </p>
        )}
        {gateway?.identity !== undefined && !isAsked && <Identity identity={gateway.identity} />}
        {hasToken() && !isAsked && (
          <button type="button" class="plain" onClick={signOut}>
            Sign out
          </button>
        )}
        <button type="button" class="plain" onClick={nextTheme} aria-label={`Colours: ${theme.value}. Change them`}>
          {theme.value === 'auto' ? 'Auto' : theme.value === 'light' ? 'Light' : 'Dark'}
        </button>
      </div>
    </header>
  );
}

function Identity({ identity: { name, role, tenant } }: { readonly identity: NonNullable<Welcome['identity']> }) {
  return (
    <p class="identity">
      <b>{name}</b> <span class="quiet">{tenant === undefined ? role : `${role} of ${tenant}`}</span>
    </p>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 9v9.5a5.5 5.5 0 0 0 11 0V9M12.5 9v13M18 9v9.5a3.5 3.5 0 0 0 7 0V9" />
    </svg>
  );
}
