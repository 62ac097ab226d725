import { refused } from './judge.ts';

/** What may be said of an image that is made of a container or an archive; a label would be among them. */
const instruction = /^\s*(?:CMD|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|ONBUILD|STOPSIGNAL|USER|VOLUME|WORKDIR)\s[^\r\n]*$/i;
/** Goes on in the next line, which an engine puts behind it: two harmless halves make a word that is none. */
const goesOn = /[\\`]\s*$/;

/** Refuses changes of a commit or an import by which an image could be given labels: a label there counts more than those of the body. */
export function refuseLabelling(query: URLSearchParams): void {
  for (const text of query.getAll('changes')) {
    if (/label/i.test(text)) throw refused('LABEL among the changes of an image');
    if (!instruction.test(text) || goesOn.test(text))
      throw refused(
        'a change of an image that is not one whole line of CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, ONBUILD, STOPSIGNAL, USER, VOLUME or WORKDIR',
      );
  }
}
