import { BaleenError } from '#contracts';

/** Operating systems and architectures that Go knows, and what else platforms call them: a lone word must be one of these. */
const knownWords: ReadonlySet<string> = new Set(
  [
    'aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9 solaris wasip1 windows zos',
    '386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le',
    'riscv riscv64 s390 s390x sparc sparc64 wasm aarch64 armel armhf i386 x86_64 x86-64',
  ].flatMap((words) => words.split(' ')),
);
/** `linux`, `windows(10.0.17763)`. */
const systemShape = /^[\w-]+(?:\([\w.%+-]*\))?$/;
const partShape = /^[\w.-]+$/;

/** Throws request/invalid for what is no `os`, `arch`, `os/arch` or `os/arch/variant`, as engines do before they look at anything else; empty = none is asked for. */
export function requirePlatform(specifier: string): void {
  if (specifier === '') return;
  const [system = '', ...parts] = specifier.split('/');
  if (!systemShape.test(system) || parts.length > 2 || !parts.every((part) => partShape.test(part)))
    throw invalidPlatform(specifier, 'cannot parse platform specifier');
  const [word = ''] = system.toLowerCase().split('(');
  if (parts.length === 0 && !knownWords.has(word)) throw invalidPlatform(specifier, 'unknown operating system or architecture');
}

function invalidPlatform(specifier: string, reason: string): BaleenError {
  const message = `${JSON.stringify(specifier)}: ${reason}: invalid argument: give os/arch[/variant], as in linux/amd64`;
  return new BaleenError('request/invalid', message);
}
