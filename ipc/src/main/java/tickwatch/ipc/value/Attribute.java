package tickwatch.ipc.value;

/** What is known of a vector's order; the ordinal is the byte on the wire. */
public enum Attribute {
  NONE(' '),
  SORTED('s'),
  UNIQUE('u'),
  PARTED('p'),
  GROUPED('g');

  private final char letter;

  Attribute(char letter) {
    this.letter = letter;
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
