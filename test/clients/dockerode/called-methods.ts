import Docker from 'dockerode';

/** Of its own plumbing, not of the Docker API. */
const notApi = new Set(['constructor', 'runCallback', 'runPromise']);

/**
 * Every API method of dockerode's classes, and which have been called since: what the matrix leaves out shows. Methods call each other
 * (`run` creates), which counts.
 */
export class CalledMethods {
  readonly #all: string[] = [];
  readonly #called = new Set<string>();

  constructor() {
    const docker = new Docker({ host: '127.0.0.1', port: 1 });
    const objects = {
      Docker: docker,
      Container: docker.getContainer('x'),
      Exec: docker.getExec('x'),
      Image: docker.getImage('x'),
      Network: docker.getNetwork('x'),
      Volume: docker.getVolume('x'),
      Service: docker.getService('x'),
      Task: docker.getTask('x'),
      Node: docker.getNode('x'),
      Plugin: docker.getPlugin('x', 'x'),
      Secret: docker.getSecret('x'),
      Config: docker.getConfig('x'),
    };
    for (const [name, object] of Object.entries(objects)) this.#watch(name, Object.getPrototypeOf(object) as object);
  }

  get missing(): string[] {
    return this.#all.filter((method) => !this.#called.has(method));
  }

  #watch(className: string, prototype: object): void {
    const called = this.#called;
    for (const key of Object.getOwnPropertyNames(prototype)) {
      const original: unknown = Reflect.get(prototype, key);
      if (typeof original !== 'function' || notApi.has(key)) continue;
      const method = `${className}.${key}`;
      this.#all.push(method);
      Reflect.set(prototype, key, function watched(this: unknown, ...args: unknown[]): unknown {
        called.add(method);
        return Reflect.apply(original, this, args);
      });
    }
  }
}
