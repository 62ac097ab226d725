/** Each is a file of this folder, see `judges.ts`; `plain-json`: the body must be unambiguous, nothing more. */
export type JudgeName =
  | 'commit'
  | 'container-create'
  | 'container-remove'
  | 'container-update'
  | 'exec-create'
  | 'image-create'
  | 'image-push'
  | 'image-remove'
  | 'image-save'
  | 'image-tag'
  | 'network-create'
  | 'network-endpoint'
  | 'plain-json'
  | 'prune'
  | 'registry-image'
  | 'registry-login'
  | 'volume-create';
