import { IncomingMessage } from 'node:http';

/**
 * Node's HTTP server hands a connection over right behind the head of a request whose `upgrade` is true, with the body unparsed. This
 * makes it so for whatever request is `wanted`, with an `Upgrade` header or without: the upgrade-less hijack (docker-api.md 1.2), and
 * bodies that are passed on faster as they are.
 */
export function handedOverMessage(isWanted: (request: IncomingMessage) => boolean) {
  class HandedOverMessage extends IncomingMessage {
    // No private field: Node's constructor assigns `upgrade` before fields exist.
    declare isUpgrade: boolean | undefined;
    declare isDecided: boolean | undefined;

    get upgrade(): boolean {
      // Node asks once the head is complete, then for every piece of the body.
      if (this.isUpgrade !== true && this.isDecided !== true) {
        this.isDecided = true;
        this.isUpgrade = isWanted(this);
      }
      return this.isUpgrade ?? false;
    }

    set upgrade(isUpgrade: boolean) {
      this.isUpgrade = isUpgrade;
    }
  }
  return HandedOverMessage;
}
