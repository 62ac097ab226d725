import { chooseDevices } from '../devices.ts';
import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines that do not have the devices (`--gpus`) of the request free. */
export const devicesFilter: PlacementFilter = {
  name: 'devices',
  prepare({ devices }) {
    if (devices.length === 0) return undefined;
    return {
      judge(candidate) {
        const choice = chooseDevices(devices, candidate.identity.devices, candidate.heldDevices());
        return choice.refusal === undefined ? fits : choice.refusal;
      },
      conditions: devices.map(({ count, ids }) => `--gpus=${ids.length > 0 ? ids.join(',') : count < 0 ? 'all' : count}`),
    };
  },
};
