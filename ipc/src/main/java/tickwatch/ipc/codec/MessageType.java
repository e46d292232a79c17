package tickwatch.ipc.codec;

/** Who waits for whom; the ordinal is byte 1 of the header. */
public enum MessageType {
  /** Nobody answers this. */
  ASYNC,
  /** The receiver owes exactly one response. */
  SYNC,
  /** The answer to the oldest open sync message. */
  RESPONSE
}
