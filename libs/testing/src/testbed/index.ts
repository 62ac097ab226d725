export { whyNoEngines } from '../../../../tools/bootstrap/engine-folders.mjs';
export { CommandError } from './command.ts';
export { type Generation, TestEngine } from './engine.ts';
export { identify } from './owned-process.ts';
export { TestRegistry } from './registry.ts';
export { type BedOptions, type EngineOptions, Testbed } from './testbed.ts';
