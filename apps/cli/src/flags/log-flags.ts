import { Option } from 'commander';

export const logFormats = ['json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

/** Of `baleen` itself, and of each command that goes on running, so that it may stand on either side of the command's name. */
export function logFormatOption(usual: string): Option {
  return new Option('--log-format <format>', `log lines as json or pretty (${usual})`).choices(logFormats);
}

/** Of what is run for people to look at. */
export const prettyUnlessTold = 'default: pretty';
/** Of single services, whose lines are for machines unless somebody says otherwise. */
export const asEnvironmentSays = 'or BALEEN_LOG_FORMAT; default: json';
