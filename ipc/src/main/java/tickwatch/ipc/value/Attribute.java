package tickwatch.ipc.value;

/** What is known of a vector's order. */
public enum Attribute {
  NONE(0, ' '),
  SORTED(1, 's'),
  UNIQUE(2, 'u'),
  PARTED(3, 'p'),
  GROUPED(4, 'g');

  private final int code;
  private final char letter;

  Attribute(int code, char letter) {
    this.code = code;
    this.letter = letter;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /** The letter that {@code meta} shows; a blank for none. */
  public char letter() {
    return letter;
  }

  /** What still holds for consecutive items of a vector that has this. */
  Attribute ofSlice() {
    return this == GROUPED ? NONE : this;
  }
}
