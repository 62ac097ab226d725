/** Puts a measured time among the output of the run. */
export function printFigure(line: string): void {
  process.stdout.write(`${line}\n`);
}
