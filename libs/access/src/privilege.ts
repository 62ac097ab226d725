/** What an identity may be allowed to do. A route needs one of these (`AccessRule`); docs/api.md tells them with their routes. */
export const privileges = {
  read: 'lists, the inspection of images, networks and volumes, events, counts, disk usage, live figures, processes (`ps_args` that may show environments need `inspect`)',
  inspect: 'the inspection of containers and exec instances, which shows their environment',
  logs: 'what containers have written',
  exec: 'exec and attach: to act inside of a container',
  copy: 'to take file systems and images out, and put files in',
  write: 'create, start, stop, change and remove',
  pull: 'bring images in: pull, load, import; ask registries',
  push: 'push images',
  build: 'build images, and prune the build cache',
  fleet: 'what concerns engines and placement: nodes, plugins, decisions, metrics, the dashboard',
  admin: 'change nodes, serve the token service, profile the gateway',
} as const;
export type Privilege = keyof typeof privileges;

export const allPrivileges = Object.keys(privileges) as [Privilege, ...Privilege[]];

/** What a role brings; `also` of an identity adds to it. */
export const roles = {
  viewer: ['read', 'fleet'],
  operator: allPrivileges.filter((privilege) => privilege !== 'admin'),
  admin: allPrivileges,
} as const satisfies Readonly<Record<string, readonly Privilege[]>>;
export type Role = keyof typeof roles;
