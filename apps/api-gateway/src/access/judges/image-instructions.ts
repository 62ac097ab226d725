import { refused } from './judge.ts';

/** Instructions of a Dockerfile that say how an image runs. A LABEL would count more than what the gateway writes. */
const plainInstructions = ['CMD', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'USER', 'VOLUME', 'WORKDIR', 'STOPSIGNAL'];
const plainChange = new RegExp(`^(?:${plainInstructions.join('|')})[ \\t]`, 'i');

/** Throws access/refused for a `changes` that an engine might take for another instruction than one of these. */
export function refuseLabelling(query: URLSearchParams): void {
  // Not quoted: it may set a secret in the environment.
  if (!query.getAll('changes').every(isPlain))
    throw refused(`a change of an image that is not one plain line of ${plainInstructions.join(', ')}`);
}

/** A line that an engine's parser takes for this one instruction: it joins lines at their ends and reads here-documents before it looks. */
function isPlain(text: string): boolean {
  return text === '' || (plainChange.test(text) && !/[\\`\p{Cc}\p{Zl}\p{Zp}]|<</u.test(text.replaceAll('\t', ' ')));
}
