import { signIn, signInReason } from './session.ts';

/** Header values are of these letters; a token that was pasted with others is none. */
const tokenPattern = '[\\x21-\\x7e]+';

/** Stands in the place of the fleet while the gateway does not know who asks. */
export function SignInForm() {
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget as HTMLFormElement).get('token');
    if (typeof token === 'string' && token.trim() !== '') signIn(token.trim());
  };
  return (
    <main id="content" class="sign-in" tabIndex={-1}>
      <form class="panel" aria-labelledby="sign-in-title" onSubmit={onSubmit}>
        <header>
          <h2 id="sign-in-title">Sign in</h2>
        </header>
        <p class="reason" role="alert">
          {signInReason.value}
        </p>
        <label>
          Bearer token
          <input
            name="token"
            type="password"
            autocomplete="current-password"
            required
            pattern={` *${tokenPattern} *`}
            ref={(input) => input?.focus()}
          />
        </label>
        <button type="submit">Sign in</button>
        <p class="quiet">
          <code>baleen policy token NAME</code> makes one. It stays in this tab, and is forgotten with it.
        </p>
      </form>
    </main>
  );
}
