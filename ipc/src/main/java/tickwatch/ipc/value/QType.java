package tickwatch.ipc.value;

import org.jspecify.annotations.Nullable;

/**
 * The types of q, each with its number on the wire (an atom travels under the negated number), its
 * letter and the bytes an item takes.
 *
 * <p>q's own names are used: {@link #REAL} is Java's {@code float}, {@link #FLOAT} is Java's {@code
 * double}.
 *
 * <p>Source: "Datatypes", kdb+ and q documentation.
 */
public enum QType {
  LIST(0, ' ', 0),
  BOOLEAN(1, 'b', 1),
  GUID(2, 'g', 16),
  BYTE(4, 'x', 1),
  SHORT(5, 'h', 2),
  INT(6, 'i', 4),
  LONG(7, 'j', 8),
  REAL(8, 'e', 4),
  FLOAT(9, 'f', 8),
  CHAR(10, 'c', 1),
  SYMBOL(11, 's', 0),
  TIMESTAMP(12, 'p', 8),
  MONTH(13, 'm', 4),
  DATE(14, 'd', 4),
  DATETIME(15, 'z', 8),
  TIMESPAN(16, 'n', 8),
  MINUTE(17, 'u', 4),
  SECOND(18, 'v', 4),
  TIME(19, 't', 4),
  TABLE(98, ' ', 0),
  DICTIONARY(99, ' ', 0),
  LAMBDA(100, ' ', 0),
  UNARY(101, ' ', 0),
  BINARY(102, ' ', 0),
  ITERATOR(103, ' ', 0),
  PROJECTION(104, ' ', 0),
  COMPOSITION(105, ' ', 0),
  /** A function and an iterator; its number is 106 plus the iterator's code, so 106 to 111. */
  DERIVED(106, ' ', 0),
  ERROR(-128, ' ', 0);

  /** The number of a vector of symbols that is enumerated over a variable. Does not travel. */
  public static final int ENUMERATION = 20;

  private static final @Nullable QType[] BY_NUMBER = new @Nullable QType[112];

  static {
    for (QType type : values()) {
      if (type.number >= 0) {
        BY_NUMBER[type.number] = type;
      }
    }
    for (int number = 107; number <= 111; number++) {
      BY_NUMBER[number] = DERIVED;
    }
  }

  private final int number;
  private final char letter;
  private final int width;

  QType(int number, char letter, int width) {
    this.number = number;
    this.letter = letter;
    this.width = width;
  }

  /** The number of a vector of this type, or of the composite itself. */
  public int number() {
    return number;
  }

  /** The letter that casts and {@code meta} use; a blank where q has none. */
  public char letter() {
    return letter;
  }

  /** Bytes an item takes on the wire; 0 where that varies. */
  public int width() {
    return width;
  }

  /** Whether atoms and typed vectors of this type exist. */
  public boolean hasAtoms() {
    return number >= 1 && number <= 19;
  }

  /** Whether an atom of this type is a point in or a length of time. */
  public boolean isTemporal() {
    return number >= 12 && number <= 19;
  }

  /** The type with this number (not negated), or null where there is none that can travel. */
  public static @Nullable QType ofNumber(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }

  /** The type with this letter, either case, or null. */
  public static @Nullable QType ofLetter(char letter) {
    char lower = Character.toLowerCase(letter);
    for (QType type : values()) {
      if (type.letter == lower && type.letter != ' ') {
        return type;
      }
    }
    return null;
  }
}
