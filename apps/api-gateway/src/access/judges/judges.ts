import * as shapes from './body-shapes.ts';
import { judgeCommit, judgeContainerRemove, judgeExec, judgeUpdate } from './container-changes.ts';
import { judgeCreate } from './container-create.ts';
import { judgeImageCreate, judgeImagePush, judgeImageRemove, judgeImageSave, judgeImageTag } from './images.ts';
import type { Judge } from './judge.ts';
import type { JudgeName } from './judge-name.ts';
import type { Shape } from './known-keys.ts';
import { judgeEndpoint, judgeNetworkCreate, judgeVolumeCreate } from './networks-and-volumes.ts';
import { judgeImagePrune, judgePrune } from './prune.ts';
import { judgeLogin, judgeRegistryImage, judgeRegistrySearch } from './registries.ts';

type JudgeRow = {
  /** Of the JSON body, which is read for whoever asks; `undefined` = there is none. */
  readonly shape?: Shape;
  readonly judge: Judge;
};

const asItIs: Judge = () => ({});

/** What is decided by more than the privilege, by the name that routes give it. */
export const judges: Readonly<Record<JudgeName, JudgeRow>> = {
  commit: { shape: shapes.configShape, judge: judgeCommit },
  'container-create': { shape: shapes.createShape, judge: judgeCreate },
  'container-remove': { judge: judgeContainerRemove },
  'container-update': { shape: shapes.updateShape, judge: judgeUpdate },
  'exec-create': { shape: shapes.execShape, judge: judgeExec },
  'image-create': { judge: judgeImageCreate },
  'image-prune': { judge: judgeImagePrune },
  'image-push': { judge: judgeImagePush },
  'image-remove': { judge: judgeImageRemove },
  'image-save': { judge: judgeImageSave },
  'image-tag': { judge: judgeImageTag },
  'network-create': { shape: shapes.networkShape, judge: judgeNetworkCreate },
  'network-endpoint': { shape: shapes.endpointChangeShape, judge: judgeEndpoint },
  'plain-json': { shape: { keys: {} }, judge: asItIs },
  prune: { judge: judgePrune },
  'registry-image': { judge: judgeRegistryImage },
  'registry-login': { shape: shapes.loginShape, judge: judgeLogin },
  'registry-search': { judge: judgeRegistrySearch },
  'volume-create': { shape: shapes.volumeShape, judge: judgeVolumeCreate },
};
