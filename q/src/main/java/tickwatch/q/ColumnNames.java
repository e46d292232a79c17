package tickwatch.q;

import org.jspecify.annotations.Nullable;

/** The name of a column that was given none. */
final class ColumnNames {
  private ColumnNames() {}

  /**
   * The name that an expression lends its column: of an operator's glyph its left argument's, of
   * any other function its last argument's; else {@code x}. The part after a dot of a dotted name.
   */
  static String of(Expr value) {
    String name = find(value);
    return name == null || name.equals("i") ? "x" : name;
  }

  private static @Nullable String find(@Nullable Expr value) {
    if (value instanceof Expr.Name n) {
      return n.name.substring(n.name.lastIndexOf('.') + 1);
    }
    if (value instanceof Expr.Apply a) {
      return find(a.args()[a.glyph() ? 0 : a.args().length - 1]);
    }
    return null;
  }
}
