export { whyNoEngines } from '../../../../tools/bootstrap/engine-folders.mjs';
export { CommandError } from './command.ts';
export { type DaemonCertificates, type Generation, TestEngine } from './engine.ts';
export { identify } from './owned-process.ts';
export { TestRegistry } from './registry.ts';
export { TestSshd } from './sshd.ts';
export { type BedOptions, type EngineOptions, Testbed } from './testbed.ts';
