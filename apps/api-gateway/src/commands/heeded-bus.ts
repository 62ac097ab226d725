import type { ClusterBus } from '#cluster-bus';

/** The bus of commands; `onRefused` hears of each that failed, whose reason may lie in entries of the log that this gateway has not seen yet. */
export function heededBus(bus: ClusterBus, onRefused: () => void): ClusterBus {
  return {
    get connected() {
      return bus.connected;
    },
    async request(subject, payload, options) {
      try {
        return await bus.request(subject, payload, options);
      } catch (error) {
        onRefused();
        throw error;
      }
    },
    serve: (subject, handler) => bus.serve(subject, handler),
    publish: (subject, payload) => bus.publish(subject, payload),
    subscribe: (subject, onMessage) => bus.subscribe(subject, onMessage),
    onConnectionChange: (listener) => bus.onConnectionChange(listener),
    close: () => bus.close(),
  };
}
