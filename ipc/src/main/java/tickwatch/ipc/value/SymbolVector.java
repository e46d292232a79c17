package tickwatch.ipc.value;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A vector of symbols: a domain of names and, for each item, the position of its name in the
 * domain. A column of a million symbols of a hundred kinds is a million ints.
 *
 * <p>A domain may hold a name more than once and names that no item uses: compare names, or codes
 * of one vector only after making sure that its domain is {@link #hasUniqueDomain unique}.
 *
 * <p>Names hold one char a byte; see {@link SymbolAtom}. The empty name is the null symbol.
 */
public final class SymbolVector implements Vector {
  private final String[] domain;
  private final int domainLength;
  private final boolean uniqueDomain;
  private final IntVector codes;
  private final Attribute attribute;
  private final @Nullable SymbolIndex index;
  private final @Nullable String enumeration;

  private SymbolVector(
      String[] domain,
      int domainLength,
      boolean uniqueDomain,
      IntVector codes,
      Attribute attribute) {
    this(domain, domainLength, uniqueDomain, codes, attribute, null, null);
  }

  private SymbolVector(
      String[] domain,
      int domainLength,
      boolean uniqueDomain,
      IntVector codes,
      Attribute attribute,
      @Nullable SymbolIndex index,
      @Nullable String enumeration) {
    this.domain = domain;
    this.domainLength = domainLength;
    this.uniqueDomain = uniqueDomain;
    this.codes = codes;
    this.attribute = attribute;
    this.index = index;
    this.enumeration = enumeration;
  }

  /** The given names, one char a byte. */
  public static SymbolVector of(String... names) {
    int[] codes = new int[names.length];
    String[] domain = new String[Math.min(names.length, 16)];
    int used = 0;
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      Integer code = seen.get(names[i]);
      if (code == null) {
        code = used;
        seen.put(names[i], code);
        if (used == domain.length) {
          domain = Arrays.copyOf(domain, 2 * used);
        }
        domain[used++] = names[i];
      }
      codes[i] = code;
    }
    return new SymbolVector(domain, used, true, IntVector.of(QType.INT, codes), Attribute.NONE);
  }

  /**
   * Items given by their positions in a domain.
   *
   * @param domain not copied; its first {@code domainLength} names must never change
   * @param uniqueDomain whether the caller vouches that no name stands in the domain twice
   * @param codes of type int, each 0 to {@code domainLength - 1}
   */
  public static SymbolVector ofCodes(
      String[] domain, int domainLength, boolean uniqueDomain, IntVector codes) {
    if (domainLength > domain.length || codes.type() != QType.INT) {
      throw new IllegalArgumentException(
          "codes of type "
              + codes.type()
              + " into a domain of "
              + domainLength
              + " of "
              + domain.length);
    }
    return new SymbolVector(domain, domainLength, uniqueDomain, codes, Attribute.NONE);
  }

  /**
   * The same items with the grouped attribute, and where each name stands among them.
   *
   * @param positions by the codes of this vector, whose domain is unique
   */
  public SymbolVector withIndex(SymbolIndex positions) {
    if (!uniqueDomain) {
      throw new IllegalArgumentException("an index of a domain that may hold a name twice");
    }
    return new SymbolVector(
        domain, domainLength, true, codes, Attribute.GROUPED, positions, enumeration);
  }

  /** Where each name stands, or null where that is not known. */
  public @Nullable SymbolIndex index() {
    return index;
  }

  public String get(int index) {
    return domain[codes.get(index)];
  }

  /** The position in the domain of the item at {@code index}. */
  public int code(int index) {
    return codes.get(index);
  }

  public IntVector codes() {
    return codes;
  }

  public int domainLength() {
    return domainLength;
  }

  /** The name at a position of the domain. */
  public String domainName(int code) {
    Objects.checkIndex(code, domainLength);
    return domain[code];
  }

  public boolean hasUniqueDomain() {
    return uniqueDomain;
  }

  /** A fresh array of all names. */
  public String[] toArray() {
    String[] names = new String[length()];
    for (int i = 0; i < names.length; i++) {
      names[i] = get(i);
    }
    return names;
  }

  /** The variable that these are enumerated over; null for plain symbols. */
  public @Nullable String enumeration() {
    return enumeration;
  }

  /**
   * The same symbols, enumerated over a variable. They print so and have a type number of their
   * own; in all else, and on the wire, they are symbols.
   *
   * @param variable its name, null for plain symbols
   */
  public SymbolVector enumeratedOver(@Nullable String variable) {
    return Objects.equals(variable, enumeration)
        ? this
        : new SymbolVector(domain, domainLength, uniqueDomain, codes, attribute, index, variable);
  }

  @Override
  public int typeNumber() {
    return enumeration == null ? QType.SYMBOL.number() : QType.ENUMERATION;
  }

  @Override
  public QType type() {
    return QType.SYMBOL;
  }

  @Override
  public int length() {
    return codes.length();
  }

  @Override
  public Attribute attribute() {
    return attribute;
  }

  @Override
  public SymbolVector withAttribute(Attribute wanted) {
    return wanted == attribute
        ? this
        : new SymbolVector(domain, domainLength, uniqueDomain, codes, wanted, index, enumeration);
  }

  @Override
  public SymbolVector slice(int from, int to) {
    SymbolIndex known = index;
    return new SymbolVector(
        domain,
        domainLength,
        uniqueDomain,
        codes.slice(from, to),
        attribute.ofSlice(),
        known == null ? null : known.slice(from, to),
        enumeration);
  }

  @Override
  public SymbolVector at(int[] indexes, int count) {
    int length = length();
    int nullCode = -1;
    int[] items = new int[count];
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      if (index >= 0 && index < length) {
        items[i] = codes.get(index);
      } else {
        if (nullCode < 0) {
          nullCode = codeOf("");
        }
        items[i] = nullCode < 0 ? domainLength : nullCode;
        if (nullCode < 0) {
          nullCode = domainLength;
        }
      }
    }
    if (nullCode < domainLength) {
      return new SymbolVector(
          domain,
          domainLength,
          uniqueDomain,
          IntVector.of(QType.INT, items),
          Attribute.NONE,
          null,
          enumeration);
    }
    String[] withNull = Arrays.copyOf(domain, domainLength + 1);
    withNull[domainLength] = "";
    return new SymbolVector(
        withNull,
        domainLength + 1,
        uniqueDomain,
        IntVector.of(QType.INT, items),
        Attribute.NONE,
        null,
        enumeration);
  }

  /** The first position of a name in the domain, or -1. */
  public int codeOf(String name) {
    for (int code = 0; code < domainLength; code++) {
      if (domain[code].equals(name)) {
        return code;
      }
    }
    return -1;
  }

  @Override
  public Value item(int index) {
    Objects.checkIndex(index, length());
    return new SymbolAtom(get(index), enumeration);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof SymbolVector that) || that.length() != length()) {
      return false;
    }
    for (int i = 0; i < length(); i++) {
      if (!get(i).equals(that.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 11;
    for (int i = 0; i < length(); i++) {
      hash = 31 * hash + get(i).hashCode();
    }
    return hash;
  }

  @Override
  public String toString() {
    return "SYMBOL" + Arrays.toString(toArray());
  }
}
