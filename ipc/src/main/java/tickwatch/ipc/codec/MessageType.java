package tickwatch.ipc.codec;

/** Who waits for whom. */
public enum MessageType {
  /** Nobody answers this. */
  ASYNC(0),
  /** The receiver owes exactly one response. */
  SYNC(1),
  /** The answer to the oldest open sync message. */
  RESPONSE(2);

  private final int code;

  MessageType(int code) {
    this.code = code;
  }

  /** Byte 1 of the header. */
  public int code() {
    return code;
  }
}
