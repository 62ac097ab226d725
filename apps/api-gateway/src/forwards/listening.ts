/** A port of this machine that is listened on for a container. */
export interface Listening {
  /** Takes nothing new; what is under way has a moment to end. Never rejects. */
  close(): Promise<void>;
  /** Ends everything at once. */
  abort(): void;
}
