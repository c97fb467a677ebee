/** What the owner's phone is told. */
export interface Notification {
  readonly title: string;
  readonly message: string;
  /** Quiet, as any other, or loud even in quiet hours. */
  readonly priority: -1 | 0 | 1;
}
