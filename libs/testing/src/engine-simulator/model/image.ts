/** An image as one daemon holds it. */
export type Image = {
  /** `sha256:…` */
  readonly id: string;
  /** `name:tag` */
  tags: string[];
  /** `name@sha256:…` */
  readonly digests: readonly string[];
  readonly createdAtMs: number;
  readonly sizeBytes: number;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly command: readonly string[];
  readonly environment: readonly string[];
  readonly parent: string;
};

/** `busybox` → `busybox:latest`; digests and ids stay. */
export function withTag(reference: string): string {
  const plain = reference.replace(/^docker\.io\/(?:library\/)?/, '');
  return plain.includes('@') || /:[\w][\w.-]*$/.test(plain) ? plain : `${plain}:latest`;
}
