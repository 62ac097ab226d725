/** What a program does when it is run: what it prints at once, whether it echoes its input, and with what it ends. */
export type Program = {
  readonly printed: Buffer;
  /** Of zeros, after what is printed. */
  readonly zeroBytes: number;
  /** It prints what it reads, and ends with its input. */
  readonly echoes: boolean;
  readonly exitCode: number;
};

const silent: Program = { printed: Buffer.alloc(0), zeroBytes: 0, echoes: false, exitCode: 0 };

/** `cat` echoes, `echo` prints, `head -c N /dev/zero` gives N bytes, `false` fails; all else does nothing well. */
export function programOf([program = '', ...args]: readonly string[]): Program {
  switch (program.slice(program.lastIndexOf('/') + 1)) {
    case 'cat':
      return args.length === 0 ? { ...silent, echoes: true } : silent;
    case 'echo':
      return { ...silent, printed: Buffer.from(`${args.join(' ')}\n`) };
    case 'head':
      return args[0] === '-c' ? { ...silent, zeroBytes: Number(args[1]) || 0 } : silent;
    case 'false':
      return { ...silent, exitCode: 1 };
    default:
      return silent;
  }
}
