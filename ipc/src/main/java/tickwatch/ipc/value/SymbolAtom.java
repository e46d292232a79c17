package tickwatch.ipc.value;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A symbol.
 *
 * <p>q does not say what a symbol's bytes mean, so none may be lost: the Java string here holds
 * <b>one char a byte</b> (0 to 255). For ASCII that is the text itself; {@link #text} and {@link
 * #ofText} turn it from and into UTF-8 text.
 *
 * @param name one char a byte, without the char 0; empty is the null symbol
 * @param enumeration the variable whose items it is enumerated over, null for none; travels as a
 *     plain symbol and does not count when two are compared
 */
public record SymbolAtom(String name, @Nullable String enumeration) implements Atom {
  public static final SymbolAtom NULL = new SymbolAtom("");

  public SymbolAtom(String name) {
    this(name, null);
  }

  public static SymbolAtom ofText(String text) {
    return new SymbolAtom(bytesOf(text));
  }

  /** The bytes of {@code name} read as UTF-8. */
  public String text() {
    return textOf(name);
  }

  /** The UTF-8 bytes of a text, one char a byte. */
  public static String bytesOf(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** One char a byte, read as UTF-8. */
  public static String textOf(String name) {
    return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  @Override
  public QType type() {
    return QType.SYMBOL;
  }

  @Override
  public int typeNumber() {
    return enumeration == null ? -QType.SYMBOL.number() : -QType.ENUMERATION;
  }

  @Override
  public boolean isNull() {
    return name.isEmpty();
  }

  @Override
  public SymbolVector enlist() {
    return SymbolVector.of(name).enumeratedOver(enumeration);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SymbolAtom that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
